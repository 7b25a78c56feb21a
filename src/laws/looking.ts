// Laws of looking: what is there, what is not, and what cannot be known.
import assert from 'node:assert/strict';
import type { Observation } from '../components/contract.ts';
import type { FaultKind } from '../sandbox/index.ts';
import { changing, establish, look, reading, settle, stateOf } from './bench.ts';
import { operationsIn, same, type Trial } from './trial.ts';

/** A misfortune that hits a read, and what the look must make of it. */
interface Misfortune {
  readonly kind: FaultKind;
  readonly reason: string;
}

export const misfortunes: readonly Misfortune[] = [
  { kind: 'access-denied', reason: 'denied' },
  { kind: 'expired-token', reason: 'denied' },
  { kind: 'throttle', reason: 'throttled' },
  { kind: 'error-500', reason: 'unavailable' },
  { kind: 'error-503', reason: 'unavailable' },
  { kind: 'reset-before', reason: 'unavailable' },
  { kind: 'hang', reason: 'timeout' },
];

// --- Looking ---------------------------------------------------------------------------------------------------------

export async function absence({ fixture, target, type, where }: Trial): Promise<void> {
  const before = await fixture.count(where);
  assert.equal((await look(type, target, where)).kind, 'absent');
  await establish(type, target, where);
  assert.equal((await look(type, target, where)).kind, 'present');
  assert.equal(await fixture.count(where), before + 1);
}

export async function answersForEach({ another, target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const seen = await type.observe([target, another], reading(where));
  assert.equal(seen.get('piece')?.kind, 'present');
  assert.equal(seen.get('another')?.kind, 'absent');
  assert.equal(seen.size, 2);
}

export async function looksOnly({ target, type, where }: Trial): Promise<void> {
  await look(type, target, where);
  await establish(type, target, where);
  where.wire.length = 0;
  await look(type, target, where);
  assert.ok(where.wire.length > 0, 'a look sends something');
  same(
    where.wire.filter((call) => call.mutating).map(({ operation }) => operation),
    [],
  );
}

export async function misfortune({ target, type, where }: Trial, { kind, reason }: Misfortune): Promise<void> {
  for (const piece of ['absent', 'present'] as const) {
    if (piece === 'present') await establish(type, target, where);
    where.wire.length = 0;
    await look(type, target, where);
    const reads = operationsIn(where.wire);
    assert.ok(reads.length > 0, 'a look sends something');
    for (const { service, operation } of reads) {
      where.faults.add({ service, operation, kind });
      const seen = await look(type, target, where);
      where.faults.clear();
      same({ piece, operation, ...asUnknown(seen) }, { piece, operation, kind: 'unknown', reason });
    }
  }
}

export function asUnknown(seen: Observation<unknown>): object {
  return seen.kind === 'unknown' ? { kind: seen.kind, reason: seen.reason } : { kind: seen.kind };
}

export async function facts({ changed, target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const hour = 3_600_000;
  await where.clock.sleep(hour);
  const state = await stateOf(type, target, where);
  await where.clock.sleep(hour);
  const told = type.judging.facts(state);
  same(type.judging.facts(await stateOf(type, target, where)), told);
  assert.ok(!JSON.stringify(told).includes('"description"'), 'facts leave the description out');
  const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
  assert.notDeepEqual(type.judging.facts(await settle(type, changed, where, 'update', receipt)), told);
}

export async function unlistedStatus({ fixture, target, type, where }: Trial): Promise<void> {
  const state = (await establish(type, target, where)) as { readonly status?: unknown };
  assert.equal(typeof state.status === 'string', fixture.hasStatus, 'the state has a status word, as its fixture says');
  if (!fixture.hasStatus) return;
  assert.equal(type.readiness({ ...state, status: 'WOBBLING' }, target.spec).kind, 'unknown');
}

// --- Changing --------------------------------------------------------------------------------------------------------
