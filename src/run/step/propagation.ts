// What is gone and still known: others go by a deleted record for its TTL, and whatever it led to must outlive that. The
// step that deletes it waits (settling.ts); where that was cut off, the next run waits for the rest.
import type { Observation } from '../../components/contract.ts';
import { buildGraph, downstreamOf } from '../../graph/graph.ts';
import { servingThrough, trafficIn } from '../../plan/downtime.ts';
import type { Propagation } from '../../plan/plan.ts';
import { edgesOf } from '../../playbook/checks/edges.ts';
import type { JournalRecord } from '../journal/events.ts';
import { failure } from './failing.ts';
import type { RunStarted } from '../journal/read-journal.ts';
import type { Work } from '../work.ts';

/** Seconds for which others may know a piece that is deleted now, where nobody will learn when that is known everywhere. */
export function propagationOf(seen: Observation<unknown>, work: Pick<Work, 'environment' | 'step' | 'type'>): number {
  return seen.kind === 'present' && servesStill(work) ? work.type.time.propagationSeconds(seen.state, {}) : 0;
}

/**
 * Something answers behind the piece that is deleted, as the plan has found or as is known now: who knows the piece still
 * goes there. Behind what is dead nobody is cut off by not waiting.
 */
export function servesStill({ environment, step }: Pick<Work, 'environment' | 'step'>): boolean {
  if (step.effect === 'interrupts' || step.effect === 'loses') return true;
  const { playbook, liveView, observeContext, observations } = environment;
  // What was seen for the plan: the piece itself may be gone by now, and with it the way to what answers.
  const view = {
    playbook,
    types: observeContext.types,
    observed: (id: string) => (id === step.component ? observations.byId.get(id) : liveView.seen(id)),
    output: (id: string, name: string) => liveView.output(id, name) ?? observations.outputs.get(id)?.[name],
  };
  return servingThrough(step.component, trafficIn(view)) !== undefined;
}

/**
 * Before a delete: waits until nobody goes any more by what an unfinished run has deleted and what led to this piece. That
 * is what needed it, and for what answers to names any record, for a record may name it without the playbook saying so.
 */
export async function untilForgotten({ component, environment, step, type }: Omit<Work, 'end'>): Promise<void> {
  const { journal, plan, playbook, runEnd, stop, observeContext } = environment;
  const lingering = plan.resumes?.lingering ?? [];
  if (lingering.length === 0) return;
  const graph = buildGraph([...playbook.components.keys()], edgesOf(playbook));
  const dependents = downstreamOf(graph, [component.id]);
  for (const { component: gone, until } of lingering) {
    if (type.judging.aliases === undefined && !dependents.has(gone)) continue;
    const end = Date.parse(until);
    const left = end - observeContext.clock.now();
    if (left <= 0) continue;
    const seconds = Math.ceil(left / 1000);
    const detail = `others may know ${gone}, which run ${plan.resumes?.run ?? ''} deleted, for ${seconds} s more`;
    if (end > runEnd) throw failure('deadline', `gave up waiting: ${detail}`);
    journal.record({ type: 'step-waiting', step: step.id, detail });
    await observeContext.clock.sleep(left, stop);
  }
}

/**
 * Pure. The pieces that a run deleted and that others may know after its journal ends: of those deletes of which it did not
 * see the end, and of those of the run that it went on with.
 */
export function propagationsIn(records: readonly [RunStarted, ...JournalRecord[]]): readonly Propagation[] {
  const [{ plan, at: first }] = records;
  const componentOf = new Map(plan.steps.map((step) => [step.id, step.component]));
  const ends = new Map((plan.resumes?.lingering ?? []).map(({ component, until }) => [component, Date.parse(until)]));
  /** Seconds by step. */
  const deletes = new Map<string, number>();
  for (const record of records) {
    if (!('step' in record)) continue;
    if (record.type === 'step-intended' && record.lingerSeconds !== undefined) {
      deletes.set(record.step, record.lingerSeconds);
    }
    const component = componentOf.get(record.step);
    const seconds = deletes.get(record.step);
    if (component === undefined || seconds === undefined) continue;
    if (record.type === 'step-intended' || record.type === 'step-acted') {
      ends.set(component, Date.parse(record.at) + 1000 * seconds);
    } else if (record.type === 'step-waiting' && record.until !== undefined) {
      ends.set(component, Date.parse(record.until));
    } else if (record.type === 'step-settled' || (record.type === 'step-failed' && record.unchanged === true)) {
      ends.delete(component);
    }
  }
  const last = Date.parse(records.at(-1)?.at ?? first);
  return [...ends]
    .filter(([, end]) => end > last)
    .map(([component, end]) => ({ component, until: new Date(end).toISOString() }))
    .sort((left, right) => (left.component < right.component ? -1 : 1));
}
