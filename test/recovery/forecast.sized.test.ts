// Forecasts against what happens: whole recoveries in the embedded AWS.
import { describe, expect, test } from 'vitest';
import { disasters, honesty, type Honesty } from '../../bench/forecast.ts';
import { forecastFrom, tool } from '../../src/engine.ts';
import type { Forecast } from '../../src/forecast/forecast.ts';
import { noKnowledge } from '../../src/forecast/knowledge.ts';
import { rehearsedTimings } from '../../src/rehearse/world/timings.ts';
import { durationsIn } from '../../src/run/journal/durations.ts';
import { deployedRig, playbookOf, readShipped, type Rig } from '../helpers/rig.ts';
import { sized } from '../helpers/sized.ts';

const text = readShipped('deployer-api.yaml');

async function forecastOf(rig: Rig, kind: 'repair' | 'rebuild' = 'repair'): Promise<Forecast> {
  const { plan, session, assessed } = await rig.plan(kind);
  return forecastFrom(session, assessed, plan);
}

describe('the forecast is honest', () => {
  test('about p50 lies the middle, and p95 holds in 90 to 99 of 100 rehearsals with durations drawn anew', async () => {
    const results: Honesty[] = [];
    for (const [index, disaster] of disasters.entries()) {
      const seeds = Array.from({ length: sized({ quick: 2, long: 6 }) }, (_, turn) => 100 * (index + 1) + turn);
      results.push(await honesty(disaster, seeds, true));
    }
    const share = (of: 'heldP50' | 'heldP95'): number =>
      results.reduce((sum, each) => sum + each[of], 0) / results.length;
    expect(share('heldP95')).toBeGreaterThanOrEqual(0.9);
    expect(share('heldP95')).toBeLessThanOrEqual(0.99);
    expect(share('heldP50')).toBeGreaterThanOrEqual(0.4);
    expect(share('heldP50')).toBeLessThanOrEqual(0.6);
  });
});

describe('settings that would shorten a recovery', () => {
  test('a lost service waits for the health check of its target group', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const { levers } = await forecastOf(rig);
    expect(levers[0]).toMatchObject({ component: 'target-group', path: 'healthCheck.interval', from: 30, to: 10 });
    expect(levers[0]?.savedSeconds).toBeGreaterThan(15);
    expect(levers[0]?.savedSeconds).toBeLessThan(25);
  });

  test('a rebuild waits for the deregistration delay, and with the delay suggested it is as much faster as told', async () => {
    const rig = await deployedRig(text);
    const [tunable] = (await forecastOf(rig, 'rebuild')).levers;
    expect(tunable).toMatchObject({ component: 'target-group', path: 'deregistrationDelay', from: 300, to: 30 });
    const before = (await rig.fork().recover('rebuild')).report.durationSeconds;
    const changed = text.replace('healthCheck: { path: /health }', '$&\n      deregistrationDelay: 30');
    expect(changed).not.toBe(text);
    const after = (await (await deployedRig(changed)).recover('rebuild')).report.durationSeconds;
    expect(Math.abs(before - after - (tunable?.savedSeconds ?? 0))).toBeLessThan(30);
  });

  test('settings that are good already, and those of shared pieces, are not suggested', async () => {
    const rig = await deployedRig(readShipped('storefront.yaml'));
    await rig.break(['shop-service']);
    expect((await forecastOf(rig)).levers).toEqual([]);
  });
});

describe('what past runs tell', () => {
  test('durations of what was done, without what was in place already, failed, or only waited for', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service'], false);
    const { journal } = await rig.recover('repair');
    const durations = durationsIn(journal.records, 'another tool');
    expect(durations.map((each) => `${each.type} ${each.action}`)).toEqual([
      'dynamodb/item delete',
      'ecs/service create',
      'dynamodb/item create',
    ]);
    expect(durations[1]?.seconds).toBeGreaterThan(60);
    expect(durations.every((each) => each.estimateSeconds === null)).toBe(true);
    // The rig says what tool it is by itself.
    expect(durationsIn(journal.records, tool)[1]?.estimateSeconds).toBeGreaterThan(60);
  });

  test('the time in which the run waited for credentials is left out', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const { records } = (await rig.recover('repair')).journal;
    const started = records.findIndex((each) => each.type === 'step-started' && each.step === 'service.create');
    const at = (seconds: number): string =>
      new Date(Date.parse(records[started]?.at ?? '') + 1_000 * seconds).toISOString();
    const waited = [
      ...records,
      { seq: 0, at: at(5), type: 'credentials-expired', origin: '', remedy: '', waitSeconds: 600 } as const,
      { seq: 0, at: at(25), type: 'credentials-renewed', origin: '', arn: '' } as const,
    ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
    const ofService = (list: typeof records): number =>
      durationsIn(list, tool).find((each) => each.type === 'ecs/service')?.seconds ?? 0;
    expect(ofService(records) - ofService(waited)).toBeCloseTo(20);
  });
});

describe('a rehearsal for the forecast', () => {
  test('measures each kind of step of the playbook, deletes among them, whatever the playbook guards', async () => {
    const guarded = text.replace('maxDeletes: 8', 'maxDeletes: 0');
    expect(guarded).not.toBe(text);
    const { measurements, runs } = await rehearsedTimings(playbookOf(guarded));
    expect(runs).toBe(2);
    const kinds = new Set(measurements.map((each) => `${each.type} ${each.action}`));
    expect(kinds).toContain('ecs/service create');
    expect(kinds).toContain('ecs/service delete');
    expect(kinds).toContain('route53/record delete');
  });

  test('names in the forecast what it rests on', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const { plan, session, assessed } = await rig.plan('repair');
    const rehearsal = await rehearsedTimings(rig.playbook);
    const past = (await rig.recover('repair')).journal.records;
    const measurements = Array.from({ length: 9 }, () => durationsIn(past, tool)).flat();
    const knowledge = { rehearsal, history: { runs: 9, measurements } };
    const { sources, steps } = forecastFrom(session, assessed, plan, { knowledge });
    expect(sources.map(({ kind, runs }) => [kind, runs])).toEqual([
      ['defaults', 0],
      ['rehearsal', 2],
      ['history', 9],
    ]);
    expect(steps.find((each) => each.step === 'service.create')?.sources.at(-1)).toMatchObject({
      kind: 'history',
      observations: 9,
    });
    const without = forecastFrom(session, assessed, plan, { knowledge: noKnowledge });
    const spreadOf = (forecast: Forecast): number =>
      (forecast.kinds.repair?.p95Seconds ?? 0) - (forecast.kinds.repair?.p50Seconds ?? 0);
    expect(spreadOf(forecastFrom(session, assessed, plan, { knowledge }))).toBeLessThan(spreadOf(without));
  });
});
