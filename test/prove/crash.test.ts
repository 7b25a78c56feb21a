// A process that dies right after its last change: nothing is left to do for the next one, and Route 53 has not told the
// name to everybody yet.
import { expect, test } from 'vitest';
import { tryCase } from '../../src/prove/one.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import type { Case } from '../../src/prove/cases/case.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

test('a recovery that is cut off while its last change spreads is found to serve by the next command but one', async () => {
  const bench = await openBenchFor(playbookOf(readShipped('storefront.yaml')));
  const whole: Case = { disaster: {}, strategy: 'rebuild', variation: { kind: 'none' }, accepted: [] };
  const { broken, performance } = await tryCase(bench, whole);
  expect(broken).toEqual([]);
  const records = performance.played[0]?.records ?? [];
  const acted = records.findLastIndex((each) => each.type === 'step-acted' && each.step === 'shop-record.create');
  expect(acted).toBeGreaterThan(100);
  const cut = await tryCase(bench, { ...whole, variation: { kind: 'crash', afterRecord: acted + 1 } });
  expect(cut.broken).toEqual([]);
  expect(cut.performance.played.map((each) => each.attempt.kind)).toEqual(['killed', 'idle', 'idle']);
  expect(cut.performance.end.serving).toBe(true);
});
