// Each call of a command meets each kind of forged answer. What the undisturbed command did is the measure: nothing is taken
// for missing that is there, nothing is made twice or deleted that was not, no call outlives its time, nothing crashes, and
// the next command without a forger ends what was begun.
import { describe, expect, test } from 'vitest';
import type { CallRecord } from '../../src/aws/access.ts';
import { AnotherPlace } from '../../src/aws/endpoints/answer-place.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { censusOf, removalsIn, type Census } from '../helpers/census.ts';
import { unfinished, type Rig } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';
import { listenIn, standIn, type Attack, type TrueAnswer } from './transport.ts';
import type { AttackKind } from './kinds.ts';

type Command = 'status' | 'repair' | 'teardown';

export interface Scenario {
  readonly what: string;
  readonly command: Command;
  /** The world as it is before the command; each case gets a copy. */
  readonly rig: Rig;
  /** About how many cases the quick run tries. */
  readonly quick: number;
  /** The quick run tries each kind in one of the scenarios of a playbook; undefined: in all of them. */
  readonly turn?: { readonly nth: number; readonly of: number };
}

/** What became of one command. */
interface Outcome {
  /** Verdicts of the components as the command saw them first. */
  readonly verdicts: ReadonlyMap<string, string>;
  readonly result: string;
  readonly wire: readonly ObservedCall[];
  readonly calls: readonly CallRecord[];
  /** Failed steps and what is not known, in words. */
  readonly words: readonly string[];
}

interface Reference extends Scenario {
  readonly outcome: Outcome;
  /** All that was answered, in order. */
  readonly answers: readonly TrueAnswer[];
  readonly census: Census;
  readonly removals: ReadonlySet<string>;
}

export interface Case extends Attack {
  readonly name: string;
}

/** What the undisturbed command does. */
async function undisturbed(scenario: Scenario): Promise<Reference> {
  const rig = scenario.rig.fork();
  const { access } = rig.sandbox;
  const answers = listenIn(rig.sandbox);
  const outcome = await perform(rig, scenario.command);
  Object.assign(rig.sandbox, { access });
  expect(outcome.words).toEqual([]);
  return { ...scenario, outcome, answers, census: censusOf(rig), removals: new Set(removalsIn(outcome.wire)) };
}

/**
 * Where only is looked, each read meets each kind once and for good. Where something is changed, each change meets each kind
 * at its first call, and each read at its last one, when something has been changed already. Only where the kind makes
 * something of the true answer.
 */
function casesOf({ command, outcome, answers }: Reference, kinds: readonly AttackKind[]): readonly Case[] {
  const mutating = new Set(outcome.wire.filter((each) => each.mutating).map((each) => each.operation));
  const operations = [...new Set(answers.map((each) => each.operation))];
  return operations.flatMap((operation) => {
    const all = answers.filter((each) => each.operation === operation);
    return kinds.flatMap((kind) => {
      if (operation === '' || kind.only?.has(operation) === false) return [];
      const possible = all.flatMap(({ answer }, index) =>
        kind.forge(answer, { operation, times: 0 }) === undefined ? [] : [index + 1],
      );
      const nth = command === 'status' || mutating.has(operation) ? possible[0] : possible.at(-1);
      if (nth === undefined) return [];
      return (command === 'status' ? [false, true] : [false]).map((lasting) => ({
        kind,
        operation,
        nth,
        lasting,
        name: `${kind.name} ${lasting ? 'from then on' : 'once'} at ${operation} ${nth}`,
      }));
    });
  });
}

/** All cases of a scenario. */
export async function allCases(
  scenario: Scenario,
  kinds: readonly AttackKind[],
): Promise<{ readonly reference: Reference; readonly cases: readonly Case[] }> {
  const reference = await undisturbed(scenario);
  return { reference, cases: casesOf(reference, kinds) };
}

/** Cases of one kind are one group. */
export function groupOf({ kind }: Case): string {
  return kind.name;
}

/** Kinds of which none goes untried in the quick run of a scenario. */
export function triedIn({ turn }: Scenario, kinds: readonly AttackKind[]): (each: Case) => string | undefined {
  return (each) => (turn === undefined || kinds.indexOf(each.kind) % turn.of === turn.nth ? groupOf(each) : undefined);
}

/** Plays one case. */
async function simulate(each: Case, reference: Reference): Promise<void> {
  const rig = reference.rig.fork();
  const there = presentIn(reference);
  const { access } = rig.sandbox;
  const forgeries = standIn(rig.sandbox, each);
  const outcome = await perform(rig, reference.command);
  Object.assign(rig.sandbox, { access });
  const [firstForgery] = forgeries;
  if (firstForgery === undefined) throw new Error('nothing was forged');
  for (const [id, verdict] of outcome.verdicts) {
    if (verdict === 'missing') expect(there, `${id} is there`).not.toContain(id);
  }
  for (const removal of removalsIn(outcome.wire)) expect(reference.removals).toContain(removal);
  const limitOf = (operation: string): number =>
    /^(Describe|Get|List|BatchGet|Test|Scan)/.test(operation) ? 10_000 : 30_000;
  const outlived = outcome.calls.filter((call) => call.endedAt - call.startedAt > limitOf(call.operation));
  expect(outlived).toEqual([]);
  for (const text of outcome.words) expect(text).not.toMatch(/internal|TypeError|undefined|Unknown: Unknown|\n\s+at /);
  const { ends } = each.kind;
  if (ends !== undefined) {
    expect(outcome.words.some((text) => ends.test(text))).toBe(true);
    // What was under way at that instant was sent before.
    expect(outcome.wire.filter(({ at }) => at > firstForgery).map(({ operation }) => operation)).toEqual([]);
  }
  // Without the forger the command comes to its end.
  if (reference.command === 'status') return;
  if (outcome.result !== 'succeeded') {
    const after = await perform(rig, reference.command);
    expect(after.words).toEqual([]);
    // What the command that was cut off left half-made may be made anew.
    const before = JSON.stringify(reference.rig.world.data);
    const isNew = (removal: string): boolean => {
      const arns = removal.match(/arn:[^"]+/g) ?? [];
      return arns.length > 0 && !arns.some((arn) => before.includes(arn));
    };
    for (const removal of removalsIn(after.wire)) if (!isNew(removal)) expect(reference.removals).toContain(removal);
  }
  expect(censusOf(rig)).toEqual(reference.census);
}

/** Components of which a look without a forger says that they are there. */
function presentIn({ outcome }: Reference): readonly string[] {
  return [...outcome.verdicts].filter(([, verdict]) => verdict !== 'missing').map(([id]) => id);
}

async function perform(rig: Rig, command: Command): Promise<Outcome> {
  const from = rig.wire.length;
  const calls: CallRecord[] = [];
  const told = rig.sandbox.access;
  Object.assign(rig.sandbox, {
    access: ((region, mode) => ({ ...told(region, mode), onCall: (call) => calls.push(call) })) satisfies typeof told,
  });
  const done = (verdicts: Outcome['verdicts'], result: string, words: readonly string[]): Outcome => {
    Object.assign(rig.sandbox, { access: told });
    return { verdicts, result, words, calls, wire: rig.wire.slice(from) };
  };
  try {
    if (command === 'status') {
      const assessments = await rig.status();
      const words = [...assessments.values()].flatMap((each) =>
        each.verdict === 'unknown' ? each.reasons.map((reason) => JSON.stringify(reason)) : [],
      );
      return done(verdictsOf(assessments), 'looked', words);
    }
    const planned = await rig.plan(command satisfies PlanKind, { allowDowntime: true }, 'change');
    const verdicts = verdictsOf(planned.assessed.assessments);
    const blocked = planned.plan.components
      .filter((each) => each.disposition === 'blocked')
      .map((each) => `${each.id}: ${each.because}`);
    const refusals = planned.plan.refusals.map((each) => each.text);
    if (refusals.length > 0) return done(verdicts, 'refused', [...refusals, ...blocked]);
    const { report } = await rig.run(planned);
    return done(verdicts, report.result, [...unfinished(report), ...blocked]);
  } catch (error) {
    // Nothing more is looked at in a place that is not the one that was checked.
    if (!(error instanceof AnotherPlace || (error instanceof Error && error.message.startsWith('no session'))))
      throw error;
    return done(new Map(), 'turned away', [error.message]);
  }
}

function verdictsOf(assessments: ReadonlyMap<string, { readonly verdict: string }>): ReadonlyMap<string, string> {
  return new Map([...assessments].map(([id, each]) => [id, each.verdict]));
}

/** Makes a test of each case. */
export function attackAll(scenarios: readonly Scenario[], kinds: readonly AttackKind[]): void {
  for (const scenario of scenarios) {
    describe(`${scenario.command}, ${scenario.what}`, async () => {
      const { reference, cases } = await allCases(scenario, kinds);
      const tried = sampled(cases, scenario.quick, triedIn(scenario, kinds));
      test.each(tried.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
        await simulate(each, reference);
      });
    });
  }
}
