// The safety rules of docs/safety.md over playbooks, worlds and misfortunes drawn by lot. The seed is printed;
// RELIGHT_SEED=<n> plays another, RELIGHT_CASE=<playbook>.<case> one case alone.
import { describe, expect, test } from 'vitest';
import { execute, look, movedFrom, planFrom, savedPlanFrom } from '../../src/engine.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { consentWords } from '../../src/plan/consent.ts';
import { strategies } from '../../src/plan/plan.ts';
import { openBench, type Bench } from '../../src/prove/one.ts';
import { disasterText, type Disaster } from '../../src/rehearse/disaster/disaster.ts';
import { simulate } from '../../src/rehearse/disaster/simulate.ts';
import { opened, otherHarness, type Harness } from '../../src/rehearse/world/harness.ts';
import { inject } from '../../src/rehearse/disaster/inject.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { acquire } from '../../src/run/lock/acquire.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { seededRandom } from '../../src/util/random.ts';
import { claimOf, clocksOn, memoryLockStore } from '../helpers/lock.ts';
import { playbookOf } from '../helpers/rig.ts';
import { seed, sized } from '../helpers/sized.ts';
import { changesIn, judge } from './judge.ts';
import { randomDisaster, randomScript } from './random-case.ts';
import { lotsFrom, randomPlaybook, type Lots } from './random-playbook.ts';

const only = process.env['RELIGHT_CASE']?.split('.').map(Number);
const playbooks = sized({ quick: 5, long: 50 });
/** Each is met by several cases: to strike a world takes longer than to bring it back. */
const disastersOfEach = sized({ quick: 2, long: 6 });
const casesOfEach = sized({ quick: 12, long: 24 });

type Kind = 'recovery' | 'looks' | 'wrong place' | 'stale plan' | 'two runs';

function kindOf({ draw }: Lots): Kind {
  const lot = draw();
  if (lot < 0.7) return 'recovery';
  if (lot < 0.78) return 'looks';
  if (lot < 0.84) return 'wrong place';
  return lot < 0.92 ? 'stale plan' : 'two runs';
}

/** Plays one case and tells what it broke. */
async function playCase(kind: Kind, bench: Bench, disaster: Disaster, lots: Lots): Promise<readonly string[]> {
  switch (kind) {
    case 'recovery':
      return recovery(bench, disaster, lots);
    case 'looks':
      return looks(await injectedHarness(bench, disaster));
    case 'wrong place':
      return wrongPlace(bench, lots);
    case 'stale plan':
      return stalePlan(await injectedHarness(bench, disaster), lots);
    case 'two runs':
      return twoRuns(await injectedHarness(bench, disaster), lots);
  }
}

async function injectedHarness({ environment }: Bench, disaster: Disaster): Promise<Harness> {
  return environment.harness(await environment.scene(disaster));
}

// --- Rules 1, 3 to 6, 9 and 10 ----------------------------------------------------------------------------------------

async function recovery(bench: Bench, disaster: Disaster, lots: Lots): Promise<readonly string[]> {
  const script = randomScript(lots, bench.playbook, disaster);
  const performance = await simulate(bench.environment, script);
  const lostMeanwhile = performance.happened.flatMap(({ happening }) =>
    happening.kind === 'disruption' ? [happening.disruption.component] : [],
  );
  const broken = judge(performance, {
    playbook: bench.playbook,
    graph: bench.environment.graph,
    deployed: bench.deployed,
    truth: (await bench.truthOf(script.disaster)).assessed,
    serving: false,
    beyond: new Map(),
    accepted: script.command.accepted,
    standing: {
      deployed: await bench.environment.standing({}),
      struck: await bench.environment.standing(script.disaster),
    },
    neighbours: await bench.environment.neighbours(script.disaster),
    lostMeanwhile: new Set(lostMeanwhile),
  });
  const { command, faults, happenings } = script;
  const told = `${disasterText(disaster)}; ${JSON.stringify({ ...command, excluded: [...command.excluded], accepted: consentWords(command.accepted) })}; faults ${JSON.stringify(faults)}; ${JSON.stringify(happenings)}`;
  return broken.map((each) => `${each}\n    in ${told}`);
}

// --- Rule 2: looking changes nothing ----------------------------------------------------------------------------------

async function looks(harness: Harness): Promise<readonly string[]> {
  await harness.look();
  for (const kind of [...strategies, 'teardown'] as const) await harness.plan(kind);
  return changesIn(harness.wire).map((each) => `rule 2: looking and planning sent ${each}`);
}

// --- Rule 1: the wrong place ------------------------------------------------------------------------------------------

async function wrongPlace({ playbook }: Bench, { pick }: Lots): Promise<readonly string[]> {
  const identityReads = ['GetCallerIdentity', 'ListAccountAliases'];
  const place = pick(['account', 'alias', 'region'] as const);
  const harness = otherHarness(playbook, {
    account: place === 'account' ? '999999999999' : playbook.target.account,
    alias: place === 'alias' ? 'wonderland-stage' : playbook.target.alias,
  });
  const attempts =
    place === 'region' ? [await harness.tryOpen('change', 'us-east-1')] : [await harness.attempt({ kind: 'rebuild' })];
  const allowed = place === 'region' ? [] : identityReads;
  const sent = harness.wire.map((each) => each.operation).filter((each) => !allowed.includes(each));
  const refused = attempts.every((each) => each.kind === 'refused' || each.kind === 'turned-away');
  return [
    ...sent.map((each) => `rule 1: ${each} was sent to the wrong ${place}`),
    ...(refused ? [] : [`rule 1: the wrong ${place} was not refused`]),
  ];
}

// --- Rule 7: what has moved since the plan ----------------------------------------------------------------------------

async function stalePlan(harness: Harness, lots: Lots): Promise<readonly string[]> {
  const { plan, session, assessed } = await harness.plan(lots.pick(strategies));
  if (plan.steps.length === 0) return [];
  const saved = savedPlanFrom(session, assessed, plan, {
    id: '20160905-090000-0123456789abcdef',
    ttl: 15 * 60_000,
    excluded: new Set(),
    sandbox: true,
  });
  const component = lots.oneOf(plan.steps.map((step) => step.component));
  const there = component === undefined ? undefined : assessed.assessments.get(component);
  if (component === undefined || there?.present !== true || there.settling !== null) return [];
  await inject(harness, { component, state: 'lost' });
  harness.wire.length = 0;
  const again = await harness.open('read');
  const moved = movedFrom(again, await look(again), saved);
  const noticed = moved.some((each) => each.component === component);
  return [
    ...changesIn(harness.wire).map((each) => `rule 7: looking again sent ${each}`),
    ...(noticed ? [] : [`rule 7: ${component} is gone since the plan, and nothing is said to have moved`]),
  ];
}

// --- Rule 8: two at once ----------------------------------------------------------------------------------------------

async function twoRuns(harness: Harness, lots: Lots): Promise<readonly string[]> {
  const store = memoryLockStore();
  const spans: { readonly user: string; readonly from: number; readonly to: number; readonly changes: string[] }[] = [];
  const operator = async (user: string, delay: number): Promise<void> => {
    await harness.clock.sleep(delay);
    const session = opened(await harness.tryOpen('change'));
    const held = await acquire(claimOf(user, store, clocksOn(harness.clock)));
    if (held.kind === 'refused') return;
    const { lease } = held;
    const from = harness.wire.length;
    const assessed = await look(session);
    const plan = planFrom(session, assessed, { kind: lots.pick(strategies), allowDowntime: true });
    if (plan.refusals.length === 0 && plan.steps.length > 0) {
      await execute(session, assessed, plan, {
        openJournal: (sink) => createMemoryJournal(`run-of-${user}`, harness.clock, sink),
        prober: harness.sandbox.prober,
        verify: false,
        stop: new AbortController().signal,
        lease,
      });
    }
    const to = harness.wire.length;
    spans.push({ user, from, to, changes: [...changesIn(harness.wire.slice(from, to))] });
    await lease.release();
  };
  await Promise.all([
    operator('alice', 0),
    operator('bob', 1_000 * lots.upTo(120)),
    operator('eve', 1_000 * lots.upTo(600)),
  ]);
  const inSpans = spans.reduce((sum, each) => sum + each.changes.length, 0);
  const clash = spans.some((left) =>
    spans.some((right) => left !== right && left.from < right.to && right.from < left.to),
  );
  return [
    ...(spans.length === 0 ? ['rule 8: nobody got the lock'] : []),
    // A look of the one that is refused may fall into the span of the other; a change may not be outside of all.
    ...(clash ? ['rule 8: two held the lock at once'] : []),
    ...(inSpans === changesIn(harness.wire).length
      ? []
      : ['rule 8: a change was sent by one that does not hold the lock']),
  ];
}

// --- All of it --------------------------------------------------------------------------------------------------------

async function casesOf(index: number, counts: Map<string, number>): Promise<readonly string[]> {
  const playbook: Playbook = playbookOf(randomPlaybook(lotsFrom(seededRandom(seed + index))));
  const bench = await openBench(await openEnvironment(playbook, { kept: 50 }));
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const draw = lotsFrom(seededRandom(seed - index));
  const disasters = Array.from({ length: disastersOfEach }, () => randomDisaster(draw, playbook));
  const broken: string[] = [];
  for (let turn = 0; turn < casesOfEach; turn += 1) {
    if (only !== undefined && only[1] !== turn) continue;
    const lots = lotsFrom(seededRandom((seed + index) * 1_000 + turn));
    const kind = kindOf(lots);
    count(kind);
    count('all');
    const disaster = disasters[turn % disastersOfEach] ?? {};
    const found = await playCase(kind, bench, disaster, lots).catch((error: unknown) => [
      `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n    in ${disasterText(disaster)}`,
    ]);
    for (const each of found) {
      const told = `RELIGHT_SEED=${seed} RELIGHT_CASE=${index}.${turn}, ${kind}: ${each}`;
      // All cases may take minutes: nobody has to wait for them to learn of the first.
      console.error(told);
      broken.push(told);
    }
  }
  return broken;
}

describe('random playbooks, worlds and misfortunes', () => {
  test('break none of the ten rules', async () => {
    const counts = new Map<string, number>();
    const broken: string[] = [];
    for (let index = 0; index < playbooks; index += 1) {
      if (only !== undefined && only[0] !== index) continue;
      broken.push(...(await casesOf(index, counts)));
    }
    console.log(`seed ${seed}: ${[...counts].map(([what, count]) => `${count} ${what}`).join(', ')}`);
    expect(broken).toEqual([]);
    if (only !== undefined) return;
    expect(counts.get('all')).toBeGreaterThanOrEqual(sized({ quick: 60, long: 1_200 }));
    for (const kind of ['recovery', 'looks', 'wrong place', 'stale plan', 'two runs']) {
      expect(counts.get(kind), kind).toBeGreaterThan(sized({ quick: 1, long: 30 }));
    }
  });
});
