// One run at a time: who holds a lock, as it stands in the lock's place. What a record says of instants is for people;
// nobody decides by them, since the clocks of two machines need not agree.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../playbook/digest.ts';
import { shownName } from '../../util/shown.ts';

const instant = z.iso.datetime();

const person = z.strictObject({
  user: z.string(),
  host: z.string(),
  pid: z.int(),
});

const owner = person.extend({
  /** Id of the run, as in the journal. */
  run: z.string(),
  /** `recover`, `teardown` */
  command: z.string(),
  since: instant,
});

/** A lease longer than this would be a mistake or a damaged record. */
export const longestLease = 10 * 60_000;
/** A shorter one could not be kept alive. */
export const shortestLease = 200;
export const usualLease = 30_000;

const record = z.strictObject({
  version: z.literal(1),
  /** Grows with each holder, never shrinks, and outlives them all. */
  fence: z.int().min(1),
  /** Random, another one after each change and each sign of life. */
  stamp: z.string().min(1).max(100),
  leaseMs: z.number().min(1).max(longestLease),
  /** `breaking`: the holder is asked to stop, and has not said yet that it did. */
  state: z.enum(['held', 'breaking', 'free']),
  /** The holder; once free, the last one. */
  owner,
  /** The last sign of life, by the holder's wall clock: for people. */
  touchedAt: instant,
  /** Who asked the holder to stop. */
  breaker: person.extend({ at: instant }).nullable(),
});

export type LockOwner = z.infer<typeof owner>;
export type LockPerson = z.infer<typeof person>;
export type LockRecord = z.infer<typeof record>;

/** `alice@laptop (pid 4711)` */
export function personText({ user, host, pid }: LockPerson): string {
  return `${shownName(user)}@${shownName(host)} (pid ${pid})`;
}

/** `alice@laptop (pid 4711), recover, run 2026..., since 2026-...` */
export function ownerText(holder: LockOwner): string {
  return `${personText(holder)}, ${shownName(holder.command)}, run ${shownName(holder.run)}, since ${holder.since}`;
}

/** A record as the bytes of a file, sealed: one that was damaged or edited does not fit its seal. */
export function recordText(value: LockRecord): string {
  return `${JSON.stringify({ ...value, seal: sealOf(value) }, null, 2)}\n`;
}

/** Reads what {@link recordText} wrote; a text when it is something else. */
export function readRecord(text: string): LockRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return text.trim() === '' ? 'it is empty' : 'it is not JSON: it was cut off or damaged';
  }
  if (typeof value !== 'object' || value === null || !('seal' in value)) return 'it is no lock of relight';
  const { seal, ...rest } = value;
  const found = parseRecord(rest);
  if (typeof found === 'string') return found;
  return seal === sealOf(found) ? found : 'its seal does not fit: it was edited or damaged';
}

/** A record from parsed data; a text saying what is wrong with it when it is none. */
export function parseRecord(value: unknown): LockRecord | string {
  const result = record.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `it is no lock of this relight: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

function sealOf(value: LockRecord): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
