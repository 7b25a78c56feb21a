// A counter-example in plain words: which disaster, what should have been, what was seen, and where in the playbook to
// look. Pure.
import { downstreamOf, upstreamOf, type Graph } from '../graph/graph.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { caseText, twistText } from './case.ts';
import type { CannotDeploy } from '../rehearse/theatre.ts';
import type { JournalRecord } from '../run/events.ts';
import { promises, type BrokenPromise } from './promises.ts';
import type { CounterExample } from './shrink.ts';

export interface Explanation {
  /** `With service lost, repair breaks a promise.` */
  readonly disaster: string;
  readonly expected: string;
  readonly seen: string;
  /** What AWS or a probe said, where it said something. */
  readonly said: readonly string[];
  /** Where to look, most likely first. */
  readonly look: readonly string[];
}

/** What an explanation is made of. */
interface Subject {
  readonly promise: BrokenPromise;
  readonly records: readonly JournalRecord[];
}

export function explain(example: CounterExample, playbook: Playbook, graph: Graph): Explanation {
  const { performance, promise, tried } = example;
  const subject = { promise, records: performance.played.flatMap((each) => each.records) };
  const twisted = twistText(tried.twist);
  const plain = caseText({ ...tried, twist: { kind: 'none' } });
  return {
    disaster: twisted === undefined ? plain : `${plain}, and ${twisted}`,
    expected: promises[promise.promise],
    seen: promise.seen,
    said: saidBy(subject),
    look: [...new Set(hintsFor(subject, playbook, graph))],
  };
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
  };
  const explanation: Explanation = {
    disaster: 'nothing of it is there yet (repair)',
    expected: promises.heals,
    seen: message,
    said: saidBy(subject),
    look: [...new Set(hintsFor(subject, playbook, graph))],
  };
  return { components, explanation };
}

/** Answers of AWS that are errors, as far as they are about the components of the promise. */
function saidBy({ promise, records }: Subject): readonly string[] {
  const said = records.flatMap((record) => {
    if (record.type !== 'step-failed' && record.type !== 'step-retrying') return [];
    return [`${record.step}: ${record.error.code}: ${record.error.message}`];
  });
  const about = said.filter((each) => promise.components.some((id) => each.startsWith(`${id}.`)));
  return [...new Set(about.length > 0 ? about : said)].filter((each) => !promise.seen.includes(each)).slice(0, 3);
}

function hintsFor(subject: Subject, playbook: Playbook, graph: Graph): readonly string[] {
  const { promise } = subject;
  const [first, second] = promise.components;
  const component = first === undefined ? undefined : playbook.components.get(first);
  if (component === undefined) return [];
  switch (promise.promise) {
    case 'keeps-serving':
    case 'leftovers-go':
      return [ownerHint(component, second, playbook)];
    case 'heals':
    case 'order':
    case 'nothing-left':
    case 'holders-first':
      return [...dependencyHints(subject, component, playbook, graph), whereText(component, playbook)];
    default:
      return [whereText(component, playbook)];
  }
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

/** Pieces that were under way at the same time although one may need the other: nothing in the playbook says so. */
function dependencyHints(
  { records }: Subject,
  component: Component,
  playbook: Playbook,
  graph: Graph,
): readonly string[] {
  const related = new Set([component.id, ...upstreamOf(graph, [component.id]), ...downstreamOf(graph, [component.id])]);
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
