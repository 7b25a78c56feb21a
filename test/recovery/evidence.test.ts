// Whose call is it? Held against what the sandbox saw on the wire.
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/report/report.ts';
import { deployedRig, mutations, readShipped } from '../helpers/rig.ts';

const services: Readonly<Record<string, string>> = { elasticloadbalancing: 'elbv2' };

function sumOf(report: RunReport, pick: (operation: string) => boolean): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const step of report.steps) {
    for (const [operation, calls] of Object.entries(step.calls?.byOperation ?? {})) {
      if (pick(operation)) sums[operation] = (sums[operation] ?? 0) + calls;
    }
  }
  return sums;
}

describe.each(['deployer-api.yaml', 'storefront.yaml'])('a rebuild of %s', (file) => {
  test('tells every changing call at its step, and every call in the total', async () => {
    const rig = await deployedRig(readShipped(file));
    const { report, wire, journal } = await rig.recover('rebuild');
    expect(report.result).toBe('succeeded');
    const onWire: Record<string, number> = {};
    for (const call of mutations(wire)) {
      const name = `${services[call.service] ?? call.service}:${call.operation}`;
      onWire[name] = (onWire[name] ?? 0) + 1;
    }
    const changing = new Set(Object.keys(onWire));
    expect(sumOf(report, (operation) => changing.has(operation))).toEqual(onWire);
    const total = Object.values(report.calls?.byOperation ?? {}).reduce((sum, each) => sum + each, 0);
    expect(total).toBe(report.awsCalls);
    for (const step of report.steps.filter((each) => each.action !== 'verify')) {
      expect(step.calls?.looks, step.id).toBeGreaterThan(0);
    }
    expect(report.removed.length).toBe(journal.records.filter((each) => each.type === 'before-image').length);
  });
});

test('calls that were throttled below a step are told, with their pauses', async () => {
  const rig = await deployedRig(readShipped('deployer-api.yaml'));
  await rig.break(['service']);
  rig.faults.add({ operation: 'CreateService', kind: 'throttle', times: 2 });
  const { report } = await rig.recover('repair');
  const repeated = { operation: 'ecs:CreateService', class: 'throttled', code: 'ThrottlingException', count: 2 };
  const calls = report.steps.find((step) => step.id === 'service.create')?.calls;
  expect(calls).toMatchObject({ byOperation: { 'ecs:CreateService': 3 }, repeated: [repeated] });
  expect(report.calls?.repeated).toEqual(calls?.repeated);
  // Drawn by lot, at most 1 s before the first repetition and 2 s before the second.
  const paused = calls?.repeated[0]?.pausedSeconds ?? 0;
  expect(paused).toBeGreaterThan(0);
  expect(paused).toBeLessThanOrEqual(3);
});
