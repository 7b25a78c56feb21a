// Observation -> Assessment. Pure: the same playbook and observations give the same judgement.
import {
  ownerTags,
  type ComponentType,
  type Observation,
  type Readiness,
  type TakenPlace,
} from '../components/contract.ts';
import type { Graph } from '../graph/graph.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook, Reference } from '../playbook/model.ts';
import { differencesIn } from '../settings/layered.ts';
import { isBelow } from '../util/paths.ts';
import { unreachable } from '../util/unreachable.ts';
import { concealDifference } from '../util/path-mask.ts';
import { specPathMask, withoutSeen } from './concealed.ts';
import { verdicts, type AssessedDifference, type Assessment, type Leftover, type Reason } from './assessment.ts';
import {
  adoptionKey,
  nothingKnown,
  ownershipOf,
  strangenessOf,
  type Adoption,
  type Known,
  type Ownership,
  type ProofInputs,
} from './proof.ts';

export type Assessments = ReadonlyMap<string, Assessment>;

/**
 * Judges every component of a playbook, in create order.
 *
 * @param known who is known to have written what, and what was adopted
 */
export function assess(
  playbook: Playbook,
  graph: Graph,
  observations: Observations,
  types: ReadonlyMap<string, ComponentType>,
  known: Known = nothingKnown,
): Assessments {
  const result = new Map<string, Assessment>();
  const components = graph.createOrder.flatMap((id) => playbook.components.get(id) ?? []);
  const looks = new Map(
    components.map((each) => [each.id, lookAtOne(each, playbook, observations, types, known)] as const),
  );
  for (const component of components) {
    const look = looks.get(component.id);
    if (look !== undefined) result.set(component.id, judge(component, look, looks, typeOf(component, types)));
  }
  return withCauses(components, result, looks, graph);
}

/** What one component's own observation says, before its relations are considered. */
interface Look {
  readonly observation: Observation<unknown>;
  readonly readiness: Readiness | undefined;
  readonly differences: readonly AssessedDifference[];
  /** References that nobody can compare with what is there, since what they read could not be seen. */
  readonly incomparable: readonly Reference[];
  /** There now and there to stay: neither absent nor on its way out. */
  readonly stays: boolean;
  /** Surely gone, or on its way out. */
  readonly lost: boolean;
  readonly foreignOwner: string | undefined;
  /** Of a piece without tags: whose it is. */
  readonly ownership: Ownership | undefined;
  /** Why a piece that could carry tags and does not may well be somebody else's. */
  readonly strange: string | undefined;
  /** Who has said that it is ours, and when; undefined where nobody has, or it is another or says something else by now. */
  readonly adopted: string | undefined;
  /** What a consent is bound to. */
  readonly key: string | undefined;
  readonly found: string | null;
  readonly outputs: ComponentType['traits']['outputs'];
}

function lookAtOne(
  component: Component,
  playbook: Playbook,
  observations: Observations,
  types: ReadonlyMap<string, ComponentType>,
  known: Known,
): Look {
  const type = typeOf(component, types);
  const observation = observations.byId.get(component.id) ?? notLookedAt(observations.at);
  if (observation.kind !== 'present') {
    return {
      observation,
      readiness: undefined,
      differences: [],
      incomparable: [],
      stays: false,
      lost: observation.kind === 'absent',
      foreignOwner: undefined,
      ownership: undefined,
      strange: undefined,
      adopted: undefined,
      key: undefined,
      found: null,
      outputs: type.traits.outputs,
    };
  }
  const spec = resolveReferences(component.spec, (id, output) => observations.outputs.get(id)?.[output]);
  const readiness = type.readiness(observation.state, spec);
  const going = readiness.kind === 'settling' && readiness.direction === 'going';
  const tagged = observation.tags?.[ownerTags.playbook];
  const inputs: ProofInputs = {
    playbook,
    types,
    outputsOf: (id) => observations.outputs.get(id),
    observed: (id) => observations.byId.get(id),
    known,
  };
  const ownership = ownershipOf(component, observation, inputs);
  const isUntagged = observation.tags !== undefined && tagged === undefined && !component.shared;
  const isDoubted = ownership?.kind === 'unproven' || (ownership === undefined && isUntagged);
  // Few pieces are in doubt: a digest of each would cost a large playbook dear.
  const key = isDoubted ? adoptionKey(component, observation.state, inputs) : undefined;
  const differences = going ? [] : differencesOf(component, spec, observation.state, type);
  const incomparable = component.references.filter(
    (each) => isUnseen(each, observations) && differences.some(({ path }) => touches(path, each.path)),
  );
  return {
    observation,
    readiness,
    differences: differences.filter(({ path }) => !incomparable.some((each) => touches(path, each.path))),
    incomparable,
    stays: !going,
    lost: going,
    // A shared piece may well be another playbook's own.
    foreignOwner: !component.shared && tagged !== undefined && tagged !== playbook.metadata.name ? tagged : undefined,
    ownership,
    strange: strangenessOf(component, observation, inputs),
    adopted: adoptionText(known.adopted.get(component.id), key),
    key,
    found: withoutSeen(type.describe(observation.state), component, () => type.diff(spec, observation.state)),
    outputs: type.traits.outputs,
  };
}

function adoptionText(adoption: Adoption | undefined, key: string | undefined): string | undefined {
  return adoption === undefined || adoption.key !== key ? undefined : `adopted by ${adoption.by} at ${adoption.at}`;
}

/** The output is not known because its component could not be seen: not the same as gone. */
function isUnseen(reference: Reference, observations: Observations): boolean {
  const known = observations.outputs.get(reference.component)?.[reference.output];
  return known === undefined && observations.byId.get(reference.component)?.kind === 'unknown';
}

function notLookedAt(at: number): Observation<never> {
  return { kind: 'unknown', reason: 'upstream', detail: 'was not looked at', at };
}

/** The type's differences, less those the playbook ignores, each marked as dangling or changed. */
function differencesOf(
  component: Component,
  spec: unknown,
  state: unknown,
  type: ComponentType,
): readonly AssessedDifference[] {
  const pathMask = specPathMask(component, type);
  return differencesIn(component, type, spec, state).map((each) => ({
    ...concealDifference({ path: each.path, desired: each.desired ?? null, actual: each.actual ?? null }, pathMask),
    // What refers to nothing does not dangle.
    kind:
      (each.actual ?? null) !== null && component.references.some(({ path }) => touches(path, each.path))
        ? ('dangling' as const)
        : ('changed' as const),
    immutable: type.traits.immutable.some((path) => isBelow(each.path, path)),
  }));
}

function judge(component: Component, look: Look, looks: ReadonlyMap<string, Look>, type: ComponentType): Assessment {
  const dangling = danglingReferences(component, look, looks);
  const breaks = dangling.some((each) => each.forGood);
  const leftover = leftoverOf(component, look, looks, breaks, type);
  const reasons: Reason[] = [];
  const { observation, readiness } = look;
  if (observation.kind === 'unknown') reasons.push({ kind: 'unknown', text: observation.detail });
  if (readiness?.kind === 'unknown') reasons.push({ kind: 'unknown', text: readiness.detail });
  for (const { path, component: other } of look.incomparable) {
    reasons.push({ kind: 'unknown', text: `${path} cannot be compared while ${other} is unknown` });
  }
  if (look.foreignOwner !== undefined) {
    reasons.push({ kind: 'foreign', text: `tagged as belonging to playbook ${look.foreignOwner}` });
  }
  // Of a shared piece that is not there, its place is nobody's business.
  if (observation.kind === 'absent' && observation.taken !== undefined && !component.shared) {
    reasons.push({ kind: 'foreign', text: takenText(observation.taken) });
  }
  if (observation.kind === 'absent') reasons.push({ kind: 'missing', text: observation.detail ?? 'not there' });
  if (readiness?.kind === 'settling') reasons.push({ kind: 'settling', text: readiness.detail });
  if (leftover !== null) reasons.push({ kind: 'orphaned', text: leftover.because });
  if (look.differences.length > 0) reasons.push({ kind: 'drifted', text: driftText(look.differences) });
  reasons.push(...dangling.map(({ text }) => ({ kind: 'dangling' as const, text })));
  if (readiness?.kind === 'unhealthy') reasons.push({ kind: 'unhealthy', text: readiness.detail });
  if (observation.kind === 'present' && !component.shared && observation.tags !== undefined) {
    if (observation.tags[ownerTags.playbook] === undefined) {
      const text = 'carries no relight tags: taken as ours by its name';
      const doubt: Reason =
        look.strange === undefined ? { kind: 'untagged', text } : { kind: 'unproven', text: look.strange };
      reasons.push(adoptedOr(look, { ...doubt, ...keyed(look) }));
    }
  }
  if (look.ownership?.kind === 'unproven') {
    const { author: owner, because: text, strange } = look.ownership;
    const more = { ...(strange ? {} : keyed(look)), ...(owner === undefined ? {} : { owner }) };
    reasons.push(adoptedOr(look, { kind: 'unproven', text, ...more }));
  }
  if (observation.kind === 'present') {
    const remarks = type.judging.remarks?.(observation.state) ?? [];
    reasons.push(...remarks.map((text) => ({ kind: 'remark' as const, text })));
  }
  const byTag = observation.kind === 'present' && observation.tags?.[ownerTags.protect] === 'true';
  if (component.protect || byTag) {
    reasons.push({ kind: 'protected', text: byTag ? 'protected by its tag in AWS' : 'protected by the playbook' });
  }
  const verdict = verdicts.find((each) => reasons.some((reason) => reason.kind === each)) ?? 'healthy';
  return {
    id: component.id,
    type: component.type,
    shared: component.shared,
    verdict,
    reasons: reasons.toSorted((left, right) => Number(right.kind === verdict) - Number(left.kind === verdict)),
    differences: look.differences,
    cause: null,
    leftover: verdict === 'orphaned' ? leftover : null,
    protected: component.protect || byTag,
    found: look.found,
    present: observation.kind === 'present',
    settling: readiness?.kind === 'settling' ? readiness.direction : null,
    stuck: readiness?.kind === 'unhealthy' && readiness.terminal,
  };
}

function adoptedOr({ adopted }: Look, doubt: Reason): Reason {
  return adopted === undefined ? doubt : { kind: 'adopted', text: adopted };
}

/** `priority 10 is taken by a rule for host pay.example, which forwards to payments` */
export function takenText({ by, place }: TakenPlace): string {
  return `${place} is taken by ${by}`;
}

function keyed({ key }: Look): Pick<Reason, 'key'> {
  return key === undefined ? {} : { key };
}

function driftText(differences: readonly AssessedDifference[]): string {
  const paths = differences.map((each) => each.path);
  return `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} ${
    paths.length === 1 ? 'differs' : 'differ'
  }`;
}

interface Dangling {
  readonly text: string;
  /** False: it holds again as soon as the other piece is back, for a name stays the same and an id does not. */
  readonly forGood: boolean;
}

/** What is there refers to something that is gone or on its way out, or to another one than the current. */
function danglingReferences(component: Component, look: Look, looks: ReadonlyMap<string, Look>): readonly Dangling[] {
  if (!look.stays) return [];
  const found = new Map<string, Dangling>();
  for (const { path, component: id, output } of component.references) {
    const other = looks.get(id);
    if (other?.lost === true) {
      const text = `${path} refers to ${id}, which is ${lossOf(other)}`;
      found.set(text, { text, forGood: other.outputs[output]?.onReplace !== 'same' });
    } else if (look.differences.some((each) => each.kind === 'dangling' && touches(each.path, path))) {
      const text = `${path} does not refer to the current ${id}`;
      found.set(text, { text, forGood: true });
    }
  }
  return [...found.values()];
}

function touches(left: string, right: string): boolean {
  return isBelow(left, right) || isBelow(right, left);
}

function lossOf(look: Look): string {
  return look.observation.kind === 'absent' ? 'gone' : 'on its way out';
}

/** Present while its owner is lost: may it stay? */
function leftoverOf(
  component: Component,
  look: Look,
  looks: ReadonlyMap<string, Look>,
  breaks: boolean,
  type: ComponentType,
): Leftover | null {
  const owner = component.ownedBy;
  if (owner === undefined || component.shared || !look.stays) return null;
  const ownerLook = looks.get(owner);
  if (ownerLook?.lost !== true) return null;
  const left = `left over by ${owner}, which is ${lossOf(ownerLook)}`;
  const verdictOn = (fits: boolean, why: string): Leftover => {
    const disposition = component.onOrphan ?? (fits ? 'keep' : 'replace');
    const asked = component.onOrphan === undefined ? '' : ` (onOrphan: ${component.onOrphan})`;
    return { owner, fits, disposition, because: `${left}; ${why}${asked}` };
  };
  if (!type.traits.reuse) return verdictOn(false, 'speaks of what is gone and cannot stay');
  const changes = type.traits.keepsName === true && (breaks || look.differences.length > 0);
  if (changes && component.onOrphan === undefined && !look.differences.some((each) => isFixed(each.path, type))) {
    return { owner, fits: false, disposition: 'keep', because: `${left}; is changed in place, as its name is in use` };
  }
  if (breaks) return verdictOn(false, 'refers to something that is gone and cannot stay');
  if (look.differences.length > 0) return verdictOn(false, 'is not as the playbook wants it and cannot stay');
  if (look.readiness?.kind === 'unhealthy' && look.readiness.terminal) {
    return verdictOn(false, `${look.readiness.detail} and cannot stay`);
  }
  return verdictOn(true, 'fits and can stay');
}

function isFixed(path: string, { traits }: ComponentType): boolean {
  return traits.immutable.some((each) => isBelow(path, each));
}

/** Names for each component in trouble the component whose own trouble explains it. */
function withCauses(
  components: readonly Component[],
  assessments: ReadonlyMap<string, Assessment>,
  looks: ReadonlyMap<string, Look>,
  graph: Graph,
): Assessments {
  const result = new Map<string, Assessment>();
  const rootOf = (id: string): string => result.get(id)?.cause ?? id;
  const inTrouble = (id: string): boolean => (assessments.get(id)?.verdict ?? 'healthy') !== 'healthy';
  for (const component of components) {
    const assessment = assessments.get(component.id);
    const look = looks.get(component.id);
    if (assessment === undefined || look === undefined) continue;
    const explained = explanationOf(component, assessment, look, graph, inTrouble);
    const cause = assessment.verdict === 'healthy' ? null : explained === undefined ? component.id : rootOf(explained);
    result.set(component.id, { ...assessment, cause });
  }
  // An owner may come later in create order than what it owns.
  for (const [id, assessment] of result) {
    if (assessment.leftover !== null && !isByHand(assessment))
      result.set(id, { ...assessment, cause: rootOf(assessment.leftover.owner) });
  }
  return result;
}

/** The neighbour whose trouble explains this component's, if any does. */
/** Differs in what no loss of another piece explains. */
function isByHand({ differences }: Assessment): boolean {
  return differences.some(({ kind }) => kind !== 'dangling');
}

function explanationOf(
  component: Component,
  assessment: Assessment,
  look: Look,
  graph: Graph,
  inTrouble: (id: string) => boolean,
): string | undefined {
  switch (assessment.verdict) {
    case 'healthy':
    case 'foreign':
    case 'settling':
    case 'orphaned':
      return undefined;
    case 'unknown':
      if (look.observation.kind !== 'present') return look.observation.via;
      return look.readiness?.kind === 'unknown' ? undefined : look.incomparable[0]?.component;
    case 'missing':
      return look.observation.kind === 'present' ? undefined : look.observation.via;
    case 'drifted':
      // What somebody has changed by hand is no loss of another's.
      if (isByHand(assessment)) return undefined;
      return component.references.find(
        (each) =>
          inTrouble(each.component) &&
          assessment.differences.some(({ kind, path }) => kind === 'dangling' && touches(path, each.path)),
      )?.component;
    case 'unhealthy':
      return graph.dependenciesOf(component.id).find(inTrouble);
    default:
      return unreachable(assessment.verdict);
  }
}
