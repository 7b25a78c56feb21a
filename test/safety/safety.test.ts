// The safety rules of docs/safety.md over playbooks, worlds and misfortunes drawn by lot. The seed is printed;
// RELIGHT_SEED=<n> plays another, RELIGHT_CASE=<playbook>.<case> one case alone.
import { describe, expect, test } from 'vitest';
import { execute, lookAgain, planFrom, look, savedPlanFrom } from '../../src/engine.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { consentWords } from '../../src/plan/consent.ts';
import { strategies } from '../../src/plan/plan.ts';
import { openBench, type Bench } from '../../src/prove/one.ts';
import { disasterText, type Disaster } from '../../src/rehearse/disaster.ts';
import { play } from '../../src/rehearse/play.ts';
import { opened, strangeStage, type Stage } from '../../src/rehearse/stage.ts';
import { strike } from '../../src/rehearse/strike.ts';
import { openTheatre } from '../../src/rehearse/theatre.ts';
import { acquire } from '../../src/run/lock/acquire.ts';
import { createMemoryJournal } from '../../src/run/journal.ts';
import { seededRandom } from '../../src/util/random.ts';
import { claimOf, clocksOn, memoryLockStore } from '../helpers/lock.ts';
import { playbookOf } from '../helpers/rig.ts';
import { changesIn, judge } from './judge.ts';
import { randomDisaster, randomScript } from './random-case.ts';
import { lotsFrom, randomPlaybook, type Lots } from './random-playbook.ts';

const seed = Number(process.env['RELIGHT_SEED'] ?? 20160905);
const only = process.env['RELIGHT_CASE']?.split('.').map(Number);
const playbooks = 84;
/** Each is met by several cases: to strike a world takes longer than to bring it back. */
const disastersOfEach = 6;
const casesOfEach = 24;

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
      return looks(await struckStage(bench, disaster));
    case 'wrong place':
      return wrongPlace(bench, lots);
    case 'stale plan':
      return stalePlan(await struckStage(bench, disaster), lots);
    case 'two runs':
      return twoRuns(await struckStage(bench, disaster), lots);
  }
}

async function struckStage({ theatre }: Bench, disaster: Disaster): Promise<Stage> {
  return theatre.stage(await theatre.scene(disaster));
}

// --- Rules 1, 3 to 6, 9 and 10 ----------------------------------------------------------------------------------------

async function recovery(bench: Bench, disaster: Disaster, lots: Lots): Promise<readonly string[]> {
  const script = randomScript(lots, bench.playbook, disaster);
  const performance = await play(bench.theatre, script);
  const lostMeanwhile = performance.happened.flatMap(({ happening }) =>
    happening.kind === 'blow' ? [happening.blow.component] : [],
  );
  const broken = judge(performance, {
    playbook: bench.playbook,
    graph: bench.theatre.graph,
    deployed: bench.deployed,
    truth: (await bench.truthOf(script.disaster)).sighting,
    serving: false,
    accepted: script.command.accepted,
    neighbours: await bench.theatre.neighbours(script.disaster),
    lostMeanwhile: new Set(lostMeanwhile),
  });
  const { command, faults, happenings } = script;
  const told = `${disasterText(disaster)}; ${JSON.stringify({ ...command, excluded: [...command.excluded], accepted: consentWords(command.accepted) })}; faults ${JSON.stringify(faults)}; ${JSON.stringify(happenings)}`;
  return broken.map((each) => `${each}\n    in ${told}`);
}

// --- Rule 2: looking changes nothing ----------------------------------------------------------------------------------

async function looks(stage: Stage): Promise<readonly string[]> {
  await stage.look();
  for (const kind of [...strategies, 'teardown'] as const) await stage.plan(kind);
  return changesIn(stage.wire).map((each) => `rule 2: looking and planning sent ${each}`);
}

// --- Rule 1: the wrong place ------------------------------------------------------------------------------------------

async function wrongPlace({ playbook }: Bench, { pick }: Lots): Promise<readonly string[]> {
  const identityReads = ['GetCallerIdentity', 'ListAccountAliases'];
  const place = pick(['account', 'alias', 'region'] as const);
  const stage = strangeStage(playbook, {
    account: place === 'account' ? '999999999999' : playbook.target.account,
    alias: place === 'alias' ? 'wonderland-stage' : playbook.target.alias,
  });
  const attempts =
    place === 'region' ? [await stage.tryOpen('change', 'us-east-1')] : [await stage.attempt({ kind: 'rebuild' })];
  const allowed = place === 'region' ? [] : identityReads;
  const sent = stage.wire.map((each) => each.operation).filter((each) => !allowed.includes(each));
  const refused = attempts.every((each) => each.kind === 'refused' || each.kind === 'turned-away');
  return [
    ...sent.map((each) => `rule 1: ${each} was sent to the wrong ${place}`),
    ...(refused ? [] : [`rule 1: the wrong ${place} was not refused`]),
  ];
}

// --- Rule 7: what has moved since the plan ----------------------------------------------------------------------------

async function stalePlan(stage: Stage, lots: Lots): Promise<readonly string[]> {
  const { plan, session, sighting } = await stage.plan(lots.pick(strategies));
  if (plan.steps.length === 0) return [];
  const saved = savedPlanFrom(session, sighting, plan, {
    id: '20160905-090000-0123456789abcdef',
    ttl: 15 * 60_000,
    excluded: new Set(),
    sandbox: true,
  });
  const component = lots.oneOf(plan.steps.map((step) => step.component));
  const there = component === undefined ? undefined : sighting.assessments.get(component);
  if (component === undefined || there?.present !== true || there.settling !== null) return [];
  await strike(stage, { component, state: 'lost' });
  stage.wire.length = 0;
  const { moved } = await lookAgain(await stage.open('read'), saved);
  const noticed = moved.some((each) => each.component === component);
  return [
    ...changesIn(stage.wire).map((each) => `rule 7: looking again sent ${each}`),
    ...(noticed ? [] : [`rule 7: ${component} is gone since the plan, and nothing is said to have moved`]),
  ];
}

// --- Rule 8: two at once ----------------------------------------------------------------------------------------------

async function twoRuns(stage: Stage, lots: Lots): Promise<readonly string[]> {
  const store = memoryLockStore();
  const spans: { readonly user: string; readonly from: number; readonly to: number; readonly changes: string[] }[] = [];
  const operator = async (user: string, delay: number): Promise<void> => {
    await stage.clock.sleep(delay);
    const session = opened(await stage.tryOpen('change'));
    const held = await acquire(claimOf(user, store, clocksOn(stage.clock)));
    if (held.kind === 'refused') return;
    const { lease } = held;
    const from = stage.wire.length;
    const sighting = await look(session);
    const plan = planFrom(session, sighting, { kind: lots.pick(strategies), allowDowntime: true });
    if (plan.refusals.length === 0 && plan.steps.length > 0) {
      await execute(session, sighting, plan, {
        openJournal: (sink) => createMemoryJournal(`run-of-${user}`, stage.clock, sink),
        prober: stage.sandbox.prober,
        verify: false,
        stop: new AbortController().signal,
        lease,
      });
    }
    const to = stage.wire.length;
    spans.push({ user, from, to, changes: [...changesIn(stage.wire.slice(from, to))] });
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
    ...(inSpans === changesIn(stage.wire).length
      ? []
      : ['rule 8: a change was sent by one that does not hold the lock']),
  ];
}

// --- All of it --------------------------------------------------------------------------------------------------------

async function casesOf(index: number, counts: Map<string, number>): Promise<readonly string[]> {
  const playbook: Playbook = playbookOf(randomPlaybook(lotsFrom(seededRandom(seed + index))));
  const bench = await openBench(await openTheatre(playbook, { kept: 50 }));
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
    broken.push(...found.map((each) => `RELIGHT_SEED=${seed} RELIGHT_CASE=${index}.${turn}, ${kind}: ${each}`));
  }
  return broken;
}

describe('random playbooks, worlds and misfortunes', () => {
  test('break none of the ten rules', { timeout: 600_000 }, async () => {
    const counts = new Map<string, number>();
    const broken: string[] = [];
    for (let index = 0; index < playbooks; index += 1) {
      if (only !== undefined && only[0] !== index) continue;
      broken.push(...(await casesOf(index, counts)));
    }
    console.log(`seed ${seed}: ${[...counts].map(([what, count]) => `${count} ${what}`).join(', ')}`);
    expect(broken).toEqual([]);
    if (only !== undefined) return;
    expect(counts.get('all')).toBeGreaterThanOrEqual(2_000);
    for (const kind of ['recovery', 'looks', 'wrong place', 'stale plan', 'two runs']) {
      expect(counts.get(kind), kind).toBeGreaterThan(50);
    }
  });
});
