// A counter-example in plain words: which disaster, what should have been, what was seen, and where in the playbook to
// look. Pure.
import { downstreamOf, upstreamOf, type Graph } from '../../graph/graph.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { caseText, variationText } from '../cases/case.ts';
import type { CannotDeploy } from '../../rehearse/world/environment.ts';
import type { JournalRecord, StepError } from '../../run/journal/events.ts';
import { literalsIn, literalText, type Literal, type OutputsById } from '../cases/literals.ts';
import { promises, type BrokenPromise } from './promises.ts';
import type { CounterExample } from '../cases/shrink.ts';

export interface Explanation {
  /** `With service lost, repair breaks a promise.` */
  readonly disaster: string;
  readonly expected: string;
  readonly seen: string;
  /** What AWS said, where it said something, in its own words. */
  readonly said: readonly string[];
  /** What the steps themselves gave as reasons, and the probes. */
  readonly told: readonly string[];
  /** Where to look, most likely first. */
  readonly look: readonly string[];
}

/** What an explanation is made of. */
interface Subject {
  readonly promise: BrokenPromise;
  readonly records: readonly JournalRecord[];
  /** Components that the disaster names. */
  readonly struck: readonly string[];
  readonly outputs: OutputsById;
}

export function explain(example: CounterExample, playbook: Playbook, graph: Graph): Explanation {
  const { context, mostDeletes, performance, promise, tried } = example;
  const subject: Subject = {
    promise,
    records: performance.played.flatMap((each) => each.records),
    struck: Object.keys(tried.disaster),
    outputs: context.deployed.observations.outputs,
  };
  const varied = variationText(tried.variation);
  const plain = caseText({ ...tried, variation: { kind: 'none' } });
  return {
    disaster: varied === undefined ? plain : `${plain}, and ${varied}`,
    expected: promises[promise.promise],
    seen: promise.seen,
    ...reasonsIn(subject),
    look:
      promise.barred === true ? [limitHint(mostDeletes, playbook)] : [...new Set(hintsFor(subject, playbook, graph))],
  };
}

function limitHint(mostDeletes: number, { file, recovery }: Playbook): string {
  return `recovery.maxDeletes in ${file}: it is ${recovery.maxDeletes ?? 0}, and the recoveries that it bars delete up to ${mostDeletes} pieces`;
}

/** Why a playbook cannot even be deployed where nothing is in its way. */
export function explainUndeployable(
  { attempt, message }: CannotDeploy,
  playbook: Playbook,
  graph: Graph,
): { readonly components: readonly string[]; readonly explanation: Explanation } {
  const failed = attempt.kind === 'ran' ? attempt.report.steps.find((each) => each.error !== null) : undefined;
  const blocked =
    attempt.kind === 'idle' ? attempt.plan.components.find((each) => each.disposition === 'blocked') : undefined;
  const components = [failed?.component ?? blocked?.id].filter((each) => each !== undefined);
  const subject: Subject = {
    promise: { promise: 'heals', components, seen: message },
    records: attempt.kind === 'ran' ? attempt.journal.records : [],
    struck: [],
    // Nothing is there: these are the names that are known beforehand.
    outputs: 'assessed' in attempt ? attempt.assessed.observations.outputs : new Map(),
  };
  const explanation: Explanation = {
    disaster: 'nothing of it is there yet (repair)',
    expected: promises.heals,
    seen: message,
    ...reasonsIn(subject),
    look: [...new Set(hintsFor(subject, playbook, graph))],
  };
  return { components, explanation };
}

/** Classes of errors that AWS answers with; the others are relight's own reasons. */
const classesOfAws: ReadonlySet<StepError['class']> = new Set<StepError['class']>([
  'not-found',
  'denied',
  'expired',
  'throttled',
  'conflict',
  'invalid',
  'unavailable',
]);
/** Codes that relight gives to what it understood itself. */
const ownCodes: ReadonlySet<string> = new Set(['probe', 'ClassifiedError', 'CredentialsExpired', 'AnotherCaller']);

/** Errors of the steps, as far as they are about the components of the promise: AWS's answers, and relight's own words. */
function reasonsIn({ promise, records }: Subject): Pick<Explanation, 'said' | 'told'> {
  const errors = records.flatMap((record) =>
    record.type === 'step-failed' || record.type === 'step-retrying'
      ? [{ step: record.step, error: record.error }]
      : [],
  );
  const about = errors.filter(({ step }) => promise.components.some((id) => step.startsWith(`${id}.`)));
  const texts = (ofAws: boolean): readonly string[] => {
    const these = (each: (typeof errors)[number]): boolean => isOfAws(each.error) === ofAws;
    const chosen = about.some(these) ? about : errors;
    const news = chosen.filter(
      (each) => these(each) && !promise.seen.includes(`${each.error.code}: ${each.error.message}`),
    );
    return [...new Set(news.map(({ error, step }) => `${step}: ${error.code}: ${error.message}`))].slice(0, 3);
  };
  return { said: texts(true), told: texts(false) };
}

function isOfAws({ class: kind, code }: StepError): boolean {
  return classesOfAws.has(kind) && !ownCodes.has(code);
}

function hintsFor(subject: Subject, playbook: Playbook, graph: Graph): readonly string[] {
  const { promise } = subject;
  const [first, second] = promise.components;
  const component = first === undefined ? undefined : playbook.components.get(first);
  const literals = literalsAbout(subject, playbook, graph);
  const hints = literals.map((each) => literalText(each, playbook));
  if (component === undefined) return hints;
  switch (promise.promise) {
    case 'keeps-serving':
    case 'leftovers-go':
      return [...hints, ownerHint(component, second, playbook)];
    case 'heals':
    case 'order':
    case 'nothing-left':
    case 'holders-first': {
      // A reference in the place of the literal says who needs whom.
      const typedIn = new Set(
        literals.flatMap((each) =>
          each.of === component.id ? each.component : each.component === component.id ? each.of : [],
        ),
      );
      return [
        ...hints,
        ...dependencyHints(subject, component, playbook, graph, typedIn),
        whereText(component, playbook),
      ];
    }
    default:
      return [...hints, whereText(component, playbook)];
  }
}

/** Literals in the place of references that have to do with what went wrong. */
function literalsAbout(subject: Subject, playbook: Playbook, graph: Graph): readonly Literal[] {
  const { outputs, promise, records, struck } = subject;
  const failed = records.flatMap((record) => (record.type === 'step-failed' ? [record.step.split('.')[0] ?? ''] : []));
  const concerned = new Set([...promise.components, ...failed, ...struck]);
  return literalsIn(playbook, graph, outputs).filter((each) => concerned.has(each.component) || concerned.has(each.of));
}

function whereText({ id, position, type }: Component, { file }: Playbook): string {
  return `${id} (${type}) at ${file}:${position.line}:${position.column}`;
}

function ownerHint(component: Component, other: string | undefined, playbook: Playbook): string {
  const { ownedBy, references } = component;
  const referred = [...new Set(references.map((each) => each.component))].filter(
    (each) => playbook.components.get(each)?.shared === false,
  );
  const better = referred.filter((each) => each !== ownedBy);
  const proposal =
    better.length > 0
      ? `it refers to ${better.join(' and ')}; should it say ownedBy: ${better[0] ?? ''}?`
      : 'an owner is what a piece is meaningless without';
  const owner = ownedBy === undefined ? 'has no owner' : `is ownedBy: ${ownedBy}`;
  return `${whereText(component, playbook)} ${owner}${other === undefined || other === ownedBy ? '' : ` although it speaks of ${other}`}; ${proposal}`;
}

/**
 * Pieces that were under way at the same time although one may need the other: nothing in the playbook says so.
 *
 * @param others pieces of which another hint speaks already
 */
function dependencyHints(
  { records }: Subject,
  component: Component,
  playbook: Playbook,
  graph: Graph,
  others: ReadonlySet<string>,
): readonly string[] {
  const related = new Set([
    ...others,
    component.id,
    ...upstreamOf(graph, [component.id]),
    ...downstreamOf(graph, [component.id]),
  ]);
  const text = records
    .flatMap((each) => {
      if (!('step' in each) || !each.step.startsWith(`${component.id}.`)) return [];
      if (each.type === 'step-failed' || each.type === 'step-retrying') return [each.error.message];
      return each.type === 'step-waiting' ? [each.detail] : [];
    })
    .join(' ')
    .toLowerCase();
  const own = new Set(component.references.map((each) => each.component));
  const scored = [...playbook.components.values()]
    .filter((each) => !related.has(each.id))
    .map((each) => {
      const shares = each.references.filter(
        (reference) => own.has(reference.component) && playbook.components.get(reference.component)?.shared === false,
      ).length;
      const kind = (each.type.split('/')[1] ?? '').replaceAll('-', ' ');
      const mentioned = text.includes(kind) || text.includes(each.id.toLowerCase());
      return { other: each, score: 2 * shares + (mentioned ? 1 : 0) };
    })
    .filter((each) => each.score > 0)
    .sort((left, right) => right.score - left.score);
  return scored
    .slice(0, 2)
    .map(
      ({ other }) =>
        `${component.id} and ${other.id}: nothing in the playbook says that one needs the other, so they are made and ` +
        `deleted in any order. If ${component.id} needs ${other.id}: dependsOn: [${other.id}] in ${component.id} (${playbook.file}:${component.position.line})`,
    );
}
