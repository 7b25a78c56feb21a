// A plan that is kept in a file and run later: bound to what it was made from, sealed, good for a while and for one run.
// Pure: reading and writing files, and asking AWS again, is the caller's.
import { createHash, createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import type { ComponentType, Json, Scope } from '../components/contract.ts';
import { factsPathMask } from '../assess/concealed.ts';
import { upstreamOf, type Graph } from '../graph/graph.ts';
import { factsIn } from '../observe/facts.ts';
import { foretoldOutputs, typeOf, type Observations } from '../observe/observe.ts';
import { canonicalJson, digestOf } from '../playbook/digest.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { publicParams } from '../playbook/secrets/sensitive.ts';
import type { Component, ParamValue, Playbook } from '../playbook/model.ts';
import { fieldsApart } from '../util/fields-apart.ts';
import { sameJson } from '../util/json.ts';
import { overlaid } from '../util/paths.ts';
import { withSecretMembersHidden } from '../util/secrets.ts';
import { hideBehind } from '../util/path-mask.ts';
import { neededByProbe } from './probed.ts';
import { isRecovery, type Plan, type PlanIdentity, type PlanKind } from './plan.ts';

/** What a piece was found to be when the plan was made. */
export interface Observed {
  /** Of the facts with nothing hidden, so that a change of a secret is noticed too. */
  readonly fingerprint: string;
  /** For people and for the list of what moved; values that sound like secrets are hidden. */
  readonly facts: Json;
}

export interface SavedPlan {
  readonly kind: 'relight/plan';
  readonly version: 1;
  readonly tool: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly id: string;
  /** The embedded or a served sandbox, which may go by the account's own number. */
  readonly sandbox: boolean;
  readonly playbook: Plan['playbook'];
  /** The playbook's parameters; sensitive ones are hidden. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Of the playbook with its secret values, which the digest leaves out; null when there are none. Slow and salted. */
  readonly secrets: string | null;
  readonly identity: PlanIdentity;
  readonly environment: string | null;
  readonly strategy: PlanKind;
  readonly excluded: readonly string[];
  readonly plan: Plan;
  /** Of the components that the steps touch, of those that the probes need, and of those that these depend on. */
  readonly observed: Readonly<Record<string, Observed>>;
  /**
   * Over everything else. SHA-256: it shows damage, and anybody can make it. `hmac-sha256:...`: made with the key of
   * `RELIGHT_PLAN_KEY`, it shows that whoever made the plan had it.
   */
  readonly seal: string;
}

/** What a plan is compared by. */
export interface SavedPlanInputs {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly observations: Observations;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly scope: Scope;
}

export interface SaveRequest extends SavedPlanInputs {
  readonly plan: Plan;
  readonly tool: string;
  /** Unique and unguessable enough that no two plans share one. */
  readonly id: string;
  readonly sandbox: boolean;
  readonly excluded: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long it may be run, in milliseconds. */
  readonly ttl: number;
  /** Seals it, where there is one. */
  readonly key?: string | undefined;
}

/** Makes the value that goes into the file. */
export function savePlan(request: SaveRequest): SavedPlan {
  const { id, now, plan, playbook, tool, ttl } = request;
  const body: Omit<SavedPlan, 'seal'> = {
    kind: 'relight/plan',
    version: 1,
    tool,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + ttl).toISOString(),
    id,
    sandbox: request.sandbox,
    playbook: plan.playbook,
    params: publicParams({ values: playbook.params, sensitive: playbook.secrets.params }),
    secrets: playbook.secrets.fingerprint(id),
    identity: plan.identity,
    environment: plan.environment,
    strategy: plan.strategy,
    excluded: [...request.excluded].sort(),
    plan,
    observed: observedBy(plan, id, request),
  };
  return { ...body, seal: sealOf(body, request.key) };
}

const keyed = 'hmac-sha256:';

/** @param key undefined: a seal that shows damage alone */
export function sealOf(body: Omit<SavedPlan, 'seal'>, key?: string): string {
  if (key === undefined) return digestOf(body);
  return `${keyed}${createHmac('sha256', key).update(canonicalJson(body)).digest('hex')}`;
}

/** Was the seal made with a key, whichever that was? */
export function isKeyed(seal: string): boolean {
  return seal.startsWith(keyed);
}

/** Compared in constant time: how much of a guess is right must not be told by how long the answer takes. */
export function isSealedBy(body: Omit<SavedPlan, 'seal'>, seal: string, key?: string): boolean {
  const [wanted, given] = [Buffer.from(sealOf(body, key)), Buffer.from(seal)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** A saved plan as the bytes of its file. A file that is not exactly this has been edited. */
export function savedPlanText(saved: SavedPlan): string {
  return `${JSON.stringify(saved, null, 2)}\n`;
}

// --- What is compared ------------------------------------------------------------------------------------------------

/**
 * Components that the steps touch, those that the probes need to pass (what they refer to, and the records of the names
 * that they ask), and those that all these depend on; in create order.
 */
function concernedBy(plan: Plan, inputs: Omit<SavedPlanInputs, 'observations'>): string[] {
  const { playbook, graph } = inputs;
  const touched = [
    ...plan.steps.map((step) => step.component).filter((id) => playbook.components.has(id)),
    // Where there is nothing to do, too: then the probes are all that is asked.
    ...(isRecovery(plan.strategy) ? neededByProbes(inputs) : []),
  ];
  const concerned = new Set([...touched, ...upstreamOf(graph, touched)]);
  return graph.createOrder.filter((id) => concerned.has(id));
}

function neededByProbes({ playbook, graph, types, scope }: Omit<SavedPlanInputs, 'observations'>): readonly string[] {
  const components = graph.createOrder.flatMap((id) => playbook.components.get(id) ?? []);
  const outputs = foretoldOutputs(components, { scope, types });
  return playbook.verify.flatMap((check) => neededByProbe(check, components, outputs));
}

function observedBy(plan: Plan, id: string, inputs: SavedPlanInputs): Readonly<Record<string, Observed>> {
  return Object.fromEntries(
    concernedBy(plan, inputs).map((component) => [component, observedOf(component, plan, id, inputs)]),
  );
}

function observedOf(
  id: string,
  plan: Plan,
  salt: string,
  { playbook, observations, types }: SavedPlanInputs,
): Observed {
  const component = playbook.components.get(id);
  const observation = observations.byId.get(id);
  if (component === undefined || observation === undefined) throw new Error(`Internal error: ${id} was not looked at`);
  const type = typeOf(component, types);
  const { presence, state, tags } = factsIn(type, observation);
  const all: Record<string, Json> = { presence, state: withoutIgnored(state, component), tags };
  // Health comes and goes by itself, and matters where it is what the step is for.
  if (observation.kind === 'present' && isRemedied(id, plan)) {
    const spec = resolveReferences(component.spec, (other, output) => observations.outputs.get(other)?.[output]);
    all['health'] = type.readiness(observation.state, spec).kind;
  }
  // What AWS says may echo what it was sent.
  const facts = playbook.secrets.redactor.json(
    withSecretMembersHidden({ ...all, state: hideBehind(all['state'] ?? null, factsPathMask(component, type)) }),
  );
  return { fingerprint: fingerprintOf(all, salt, !sameJson(all, facts)), facts };
}

function isRemedied(id: string, plan: Plan): boolean {
  const steps = plan.steps.some((step) => step.component === id);
  return steps && plan.components.some((each) => each.id === id && each.verdict === 'unhealthy');
}

/**
 * The plan's id is the salt: equal secrets of two plans cannot be told by their fingerprints. All but the secret stands
 * beside it, so where there is one, guessing is made slow.
 */
function fingerprintOf(facts: Json, salt: string, hasSecrets: boolean): string {
  const text = canonicalJson(facts);
  if (hasSecrets) return scryptSync(text, salt, 32).toString('hex');
  return createHash('sha256').update(`${salt} ${text}`).digest('hex');
}

/** Fields that others may move make no plan stale, as far as AWS calls them as the playbook does. */
function withoutIgnored(state: Json, { ignore }: Component): Json {
  return overlaid(state, {}, ignore) as Json;
}

// --- What moved ------------------------------------------------------------------------------------------------------

/** One thing that is not as it was. `path` is `presence`, or a field; a field that is not there is null. */
export interface Moved {
  readonly component: string;
  readonly path: string;
  readonly then: Json;
  readonly now: Json;
}

/** Compares what the plan was made for with what is there now. */
export function movedSince(saved: SavedPlan, inputs: SavedPlanInputs): readonly Moved[] {
  const now = observedBy(saved.plan, saved.id, inputs);
  return [...new Set([...Object.keys(saved.observed), ...Object.keys(now)])].flatMap((component) => {
    const before = saved.observed[component];
    const after = now[component];
    if (before?.fingerprint === after?.fingerprint) return [];
    return movesOf(component, before?.facts ?? null, after?.facts ?? null, whyUnseen(component, inputs));
  });
}

function whyUnseen(component: string, { observations }: SavedPlanInputs): string | undefined {
  const observation = observations.byId.get(component);
  return observation?.kind === 'unknown' ? observation.detail : undefined;
}

function movesOf(component: string, then: Json, now: Json, unseen: string | undefined): readonly Moved[] {
  const [before, after] = [presenceIn(then), presenceIn(now)];
  if (before !== after) {
    return [{ component, path: 'presence', then: before, now: unseen === undefined ? after : `${after}: ${unseen}` }];
  }
  const moves = fieldsApart('', then, now).map((each) => ({
    component,
    ...each,
    path: each.path.replace(/^state\./, ''),
  }));
  if (moves.length > 0) return moves;
  return [{ component, path: '(a value that is kept out of plans)', then: '(hidden)', now: '(hidden)' }];
}

function presenceIn(facts: Json): string {
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return 'not looked at';
  const { presence } = facts as { readonly presence?: Json };
  return typeof presence === 'string' ? presence : 'not looked at';
}
