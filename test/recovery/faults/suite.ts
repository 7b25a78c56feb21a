// Each AWS call of a recovery in turn meets each misfortune. What the undisturbed recovery did is the measure: the
// disturbed one ends in the same state, or stops with its cause in the journal and is ended by the next one; and it
// deletes nothing that the undisturbed one did not delete.
import { expect } from 'vitest';
import type { Plan, Strategy } from '../../../src/plan/plan.ts';
import type { RunReport } from '../../../src/report/report.ts';
import type { MemoryJournal } from '../../../src/run/journal/journal.ts';
import type { FaultKind, FaultRule, ObservedCall, ServiceName } from '../../../src/sandbox/index.ts';
import { censusOf, removalsIn, type Census } from '../../helpers/census.ts';
import { troubles, type Recovery, type Rig } from '../../helpers/rig.ts';
import { sampled } from '../../helpers/sized.ts';

export interface Scenario {
  readonly what: string;
  readonly strategy: Strategy;
  /** The broken world; each case gets a copy. */
  readonly rig: Rig;
}

/** Misfortunes that pass, and those that may last for good. */
const kinds = [
  'throttle',
  'error-500',
  'error-503',
  'reset-before',
  'reset-after',
  'hang',
  'access-denied',
  'expired-token',
] as const satisfies FaultKind[];
type Kind = (typeof kinds)[number];
const lasting: ReadonlySet<Kind> = new Set(['access-denied', 'expired-token', 'hang']);

interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  /** Which call of this operation it is, counted from 1. */
  readonly nth: number;
  readonly mutating: boolean;
}

interface Case extends Call {
  readonly kind: Kind;
  /** It is so from this call on. */
  readonly forEver: boolean;
}

/** The undisturbed recovery: what all others are held against. */
interface Reference extends Scenario {
  readonly recovery: Recovery;
  readonly census: Census;
  readonly removals: ReadonlySet<string>;
  readonly codes: ReadonlySet<string>;
  readonly calls: readonly Call[];
}

async function undisturbed(scenario: Scenario): Promise<Reference> {
  const rig = scenario.rig.fork();
  const recovery = await rig.recover(scenario.strategy);
  expect(recovery.report.result).toBe('succeeded');
  const seen = new Map<string, number>();
  const calls = recovery.wire.map(({ service, operation, mutating }) => {
    const nth = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, nth);
    return { service, operation, nth, mutating };
  });
  return {
    ...scenario,
    recovery,
    census: censusOf(rig),
    removals: new Set(removalsIn(recovery.wire)),
    codes: new Set(recovery.wire.flatMap(({ outcome }) => (outcome.kind === 'error' ? [outcome.code] : []))),
    calls,
  };
}

/** Every call meets every misfortune; the first call of each operation also meets what lasts. */
function casesOf({ calls }: Reference): readonly Case[] {
  return calls.flatMap((call) =>
    kinds.flatMap((kind) => {
      const once = { ...call, kind, forEver: false };
      return call.nth === 1 && lasting.has(kind) ? [once, { ...once, forEver: true }] : [once];
    }),
  );
}

/** Plays one case and tells what became of it; throws what vitest throws when a promise is broken. */
async function simulate(each: Case, reference: Reference): Promise<'converged' | 'stopped'> {
  const rig = reference.rig.fork();
  rig.faults.add(ruleOf(each));
  const from = rig.wire.length;
  const recovery = await recoverIn(rig, reference.strategy);
  const wire = rig.wire.slice(from);
  if (recovery === undefined) {
    // Nobody could be told who the caller is: then nothing is done at all.
    expect(wire.filter((call) => call.mutating)).toEqual([]);
    expect(each.service === 'sts' || each.service === 'iam').toBe(true);
  } else {
    expectHarmless(recovery, wire, each, reference);
    if (recovery.report.result === 'succeeded') {
      await expectEndState(rig, reference);
      return 'converged';
    }
    expect(mustConverge(each), because(recovery)).toBe(false);
    expectCause(recovery);
  }
  rig.faults.clear();
  await expectEnded(rig, reference);
  return 'stopped';
}

function ruleOf({ service, operation, nth, kind, forEver }: Case): FaultRule {
  return { service, operation, nth, kind, ...(forEver ? { times: Number.POSITIVE_INFINITY } : {}) };
}

/** What passes is survived by the run itself; only a refusal is believed at once. */
function mustConverge({ kind, forEver }: Case): boolean {
  return !forEver && kind !== 'access-denied';
}

async function recoverIn(rig: Rig, strategy: Strategy): Promise<Recovery | undefined> {
  try {
    return await rig.recover(strategy);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no session')) return undefined;
    throw error;
  }
}

/** The next recovery ends it. */
async function expectEnded(rig: Rig, reference: Reference): Promise<void> {
  const { report, wire } = await rig.recover('repair');
  expect(report.steps.filter((step) => step.status === 'failed')).toEqual([]);
  const planned = new Set(reference.recovery.plan.steps.map((step) => step.id));
  for (const { id, action } of report.steps) if (action === 'delete') expect(planned).toContain(id);
  expect(wire.length).toBeGreaterThan(0);
  // Who found all in place did not wait for a record that the stopped run had set: AWS takes up to a minute to spread it.
  await rig.clock.sleep(60_000);
  await expectEndState(rig, reference);
}

async function expectEndState(rig: Rig, { census }: Reference): Promise<void> {
  const { plan, assessed } = await rig.plan('repair');
  expect(troubles(assessed.assessments)).toEqual({});
  expect(plan.steps).toEqual([]);
  for (const check of rig.playbook.verify) if (check.kind === 'http') expect(rig.http(check.url)).toBe(200);
  expect(censusOf(rig)).toEqual(census);
}

// --- Never -----------------------------------------------------------------------------------------------------------

function expectHarmless(recovery: Recovery, wire: readonly ObservedCall[], each: Case, reference: Reference): void {
  const { journal, plan, report } = recovery;
  for (const removal of removalsIn(wire)) expect(reference.removals).toContain(removal);
  expectImages(journal);
  expectOrder(plan, report, journal);
  const injected = wire.flatMap(({ operation, outcome }) =>
    outcome.kind === 'error' && operation !== each.operation ? [outcome.code] : [],
  );
  for (const code of injected) {
    // That something is not there is an answer, not a violation of the order.
    if (!/NotFound|NoSuch/.test(code)) expect(reference.codes).toContain(code);
  }
}

/** Nothing is deleted without a before-image. */
function expectImages({ beforeImages, records }: MemoryJournal): void {
  const kept = new Set<string>();
  for (const record of records) {
    if (record.type === 'before-image' && beforeImages.has(record.step)) kept.add(record.step);
    if (record.type === 'step-intended' && record.action === 'delete') expect(kept).toContain(record.step);
  }
}

/** What depends on a step that failed is not begun. */
function expectOrder(plan: Plan, report: RunReport, { records }: MemoryJournal): void {
  const stuck = new Set(report.steps.filter((step) => step.status === 'failed').map((step) => step.id));
  for (let grown = true; grown;) {
    const more = plan.steps.filter((step) => !stuck.has(step.id) && step.after.some((id) => stuck.has(id)));
    for (const { id } of more) stuck.add(id);
    grown = more.length > 0;
  }
  const failed = new Set(report.steps.filter((step) => step.status === 'failed').map((step) => step.id));
  for (const record of records) {
    if (record.type === 'step-intended' && !failed.has(record.step)) expect(stuck).not.toContain(record.step);
  }
}

/** The journal, or the plan where it was seen before the run, names what stood in the way. */
function expectCause({ journal, plan, report }: Recovery): void {
  const failures = journal.records.flatMap((record) => (record.type === 'step-failed' ? [record.error] : []));
  for (const { class: kind, code, message } of failures) {
    expect(kind).not.toBe('internal');
    expect(code).not.toBe('');
    expect(message).not.toBe('');
  }
  const unseen = plan.components.filter((each) => each.disposition === 'blocked' && each.because !== '');
  const ended = journal.records.filter((record) => record.type === 'run-interrupted');
  expect(failures.length + unseen.length + ended.length).toBeGreaterThan(0);
  expect(['partial', 'failed', 'refused']).toContain(report.result);
}

function because({ report, plan }: Recovery): string {
  const failed = report.steps.filter((step) => step.status !== 'succeeded');
  const blocked = plan.components.filter((each) => each.disposition === 'blocked');
  return JSON.stringify([
    failed.map((step) => [step.id, step.error ?? step.detail]),
    blocked.map((each) => [each.id, each.because]),
  ]);
}

interface Told {
  readonly cases: number;
  readonly converged: number;
  readonly stopped: number;
  readonly text: string;
}

/**
 * Plays the cases of a scenario; in a quick run the first and the last of every other misfortune, and of the others in the
 * next scenario. Fails with all that broke a promise.
 *
 * @param turn the number of the scenario
 */
export async function playAll(scenario: Scenario, turn: number): Promise<Told> {
  const reference = await undisturbed(scenario);
  const cases = sampled(casesOf(reference), 14, ({ kind, forEver }) =>
    kinds.indexOf(kind) % 2 === turn % 2 ? `${kind} ${forEver}` : undefined,
  );
  const counts = { converged: 0, stopped: 0 };
  const broken: string[] = [];
  for (const each of cases) {
    try {
      counts[await simulate(each, reference)] += 1;
    } catch (error) {
      const { kind, operation, nth, forEver } = each;
      const text = error instanceof Error ? error.message : String(error);
      const told = `${kind}${forEver ? ' for ever' : ''} at ${operation} ${nth}: ${text.slice(0, 600)}`;
      // All cases may take minutes: nobody has to wait for them to learn of the first.
      console.error(told);
      broken.push(told);
    }
  }
  expect(broken).toEqual([]);
  const { converged, stopped } = counts;
  const text =
    `${scenario.what}: ${cases.length} cases of ${kinds.length} misfortunes at each of ${reference.calls.length} calls and those that last: ` +
    `${converged} converged, ${stopped} stopped and were ended by the next recovery`;
  return { cases: cases.length, converged, stopped, text };
}
