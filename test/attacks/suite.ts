// Each call of a command meets each kind of forged answer. What the undisturbed command did is the measure: nothing is taken
// for missing that is there, nothing is made twice or deleted that was not, no call outlives its time, nothing crashes, and
// the next command without a forger ends what was begun.
import { describe, expect, test } from 'vitest';
import type { CallRecord } from '../../src/aws/access.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { unfinished, type Rig } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';
import { standIn, type Attack } from './door.ts';
import type { AttackKind } from './kinds.ts';

type Command = 'status' | 'repair' | 'teardown';

interface Scenario {
  readonly what: string;
  readonly command: Command;
  /** The world as it is before the command; each case gets a copy. */
  readonly rig: Rig;
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
  readonly census: Census;
  readonly removals: ReadonlySet<string>;
}

interface Case extends Attack {
  readonly name: string;
}

/** What the undisturbed command does. */
async function undisturbed(scenario: Scenario): Promise<Reference> {
  const rig = scenario.rig.fork();
  const outcome = await perform(rig, scenario.command);
  expect(outcome.words).toEqual([]);
  return { ...scenario, outcome, census: censusOf(rig), removals: new Set(removalsIn(outcome.wire)) };
}

/**
 * Where only is looked, each read meets each kind once and for good. Where something is changed, each change meets each kind
 * at its first call, and each read at its last one, when something has been changed already.
 */
function casesOf({ command, outcome }: Reference, kinds: readonly AttackKind[]): readonly Case[] {
  const counts = new Map<string, { readonly mutating: boolean; count: number }>();
  for (const { operation, mutating } of outcome.wire) {
    const found = counts.get(operation) ?? { mutating, count: 0 };
    found.count += 1;
    counts.set(operation, found);
  }
  return [...counts].flatMap(([operation, { count, mutating }]) =>
    kinds.flatMap((kind) => {
      if (kind.only !== undefined && !kind.only.has(operation)) return [];
      const at = (nth: number, lasting: boolean): Case => ({
        kind,
        operation,
        nth,
        lasting,
        name: `${kind.name} ${lasting ? 'from then on' : 'once'} at ${operation} ${nth}`,
      });
      if (command === 'status') return [at(1, false), at(1, true)];
      return mutating ? [at(1, false)] : [at(count, false)];
    }),
  );
}

/** Plays one case. False when the forger found nothing to forge. */
async function play(each: Case, reference: Reference): Promise<boolean> {
  const rig = reference.rig.fork();
  const there = presentIn(reference);
  const { access } = rig.sandbox;
  const { forgeries } = standIn(rig.sandbox, each);
  const outcome = await perform(rig, reference.command);
  Object.assign(rig.sandbox, { access });
  if (forgeries() === 0) return false;
  for (const [id, verdict] of outcome.verdicts) {
    if (verdict === 'missing') expect(there, `${id} is there`).not.toContain(id);
  }
  for (const removal of removalsIn(outcome.wire)) expect(reference.removals).toContain(removal);
  for (const call of outcome.calls) {
    const limit = /^(Describe|Get|List|BatchGet|Test|Scan)/.test(call.operation) ? 10_000 : 30_000;
    expect(call.endedAt - call.startedAt, call.operation).toBeLessThanOrEqual(limit);
  }
  for (const text of outcome.words) expect(text).not.toMatch(/internal|TypeError|undefined|Unknown: Unknown|\n\s+at /);
  // Without the forger the command comes to its end.
  if (reference.command === 'status') return true;
  if (outcome.result !== 'succeeded') {
    const after = await perform(rig, reference.command);
    expect(after.words).toEqual([]);
    for (const removal of removalsIn(after.wire)) expect(reference.removals).toContain(removal);
  }
  expect(censusOf(rig)).toEqual(reference.census);
  return true;
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
    const verdicts = verdictsOf(planned.sighting.assessments);
    const blocked = planned.plan.components
      .filter((each) => each.disposition === 'blocked')
      .map((each) => `${each.id}: ${each.because}`);
    const refusals = planned.plan.refusals.map((each) => each.text);
    if (refusals.length > 0) return done(verdicts, 'refused', [...refusals, ...blocked]);
    const { report } = await rig.run(planned);
    return done(verdicts, report.result, [...unfinished(report), ...blocked]);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no session')) {
      return done(new Map(), 'turned away', [error.message]);
    }
    throw error;
  }
}

function verdictsOf(assessments: ReadonlyMap<string, { readonly verdict: string }>): ReadonlyMap<string, string> {
  return new Map([...assessments].map(([id, each]) => [id, each.verdict]));
}

/** Everything that takes a piece away, with what it was about. */
function removalsIn(wire: readonly ObservedCall[]): readonly string[] {
  return wire.flatMap(({ operation, input }) => {
    const text = JSON.stringify(input);
    const takes = /^(Delete|Deregister)/.test(operation) || text.includes('"Action":"DELETE"');
    return takes ? [`${operation} ${text}`] : [];
  });
}

type Census = Readonly<Record<string, number>>;

/** How many of each kind there are: nothing is there twice. */
function censusOf(rig: Rig): Census {
  const { dynamodb, ecs, elbv2 } = rig.world.region(rig.playbook.target.region);
  const { healthChecks, zones } = rig.world.data.route53;
  const count = (store: object): number => Object.keys(store).length;
  return {
    loadBalancers: count(elbv2.loadBalancers),
    targetGroups: count(elbv2.targetGroups),
    listeners: count(elbv2.listeners),
    rules: count(elbv2.rules),
    services: Object.values(ecs.services).filter((each) => each.status !== 'INACTIVE').length,
    revisions: Object.values(ecs.taskDefinitions).filter((each) => each.status === 'ACTIVE').length,
    healthChecks: count(healthChecks),
    records: JSON.stringify(Object.values(zones)).split('"Name"').length,
    tables: count(dynamodb.tables),
  };
}

export interface Attacked extends Scenario {
  /** About how many cases the quick run tries. */
  readonly quick: number;
}

/** Makes a test of each case. */
export function attackAll(scenarios: readonly Attacked[], kinds: readonly AttackKind[]): void {
  for (const scenario of scenarios) {
    describe(`${scenario.command}, ${scenario.what}`, async () => {
      const reference = await undisturbed(scenario);
      const all = casesOf(reference, kinds);
      const cases = sampled(all, scenario.quick, (each) => each.kind.name);
      const played = new Map<string, number>();
      test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
        if (await play(each, reference)) played.set(each.kind.name, (played.get(each.kind.name) ?? 0) + 1);
      });
      test('most of the answers could be forged', () => {
        const told = [...played].map(([name, count]) => `${name} ${count}`).join(', ');
        console.log(`${scenario.command}, ${scenario.what}: ${told}`);
        expect([...played.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThan(cases.length / 2);
      });
    });
  }
}
