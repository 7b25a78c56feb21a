// Changes of one zone go out together: Route 53 takes five requests a second of a whole account, and one change of a zone at
// a time. A batch is made as a whole or not at all, so one that is refused is split until the guilty change is alone.
import type { Change } from '@aws-sdk/client-route-53';
import { classify } from '../../aws/errors.ts';
import { HeldBack, isOwnFault } from '../../aws/gate.ts';
import type { ChangeContext, Receipt } from '../contract.ts';

/** What one component wants changed in a zone: as a whole, or not at all. */
export interface ZoneChange {
  readonly component: string;
  readonly changes: readonly Change[];
  readonly context: ChangeContext;
  /** When it was asked for, right after its checks; milliseconds since the epoch. */
  readonly at: number;
}

type Outcome =
  { readonly kind: 'made'; readonly receipt: Receipt } | { readonly kind: 'failed'; readonly error: unknown };

/** Milliseconds for which a change waits for others of its zone. */
const within = 200;

/** A change that has waited for longer, in milliseconds, rests on what may not be so any more: its step looks again. */
const longestWait = 5_000;

/** Of one request [Route 53 developer guide, "Quotas": an UPSERT counts twice]. */
const most = { records: 1_000, characters: 32_000 };

/** Sends changes of a zone in one request, which is made as a whole or not at all. */
export type SendBatch = (zone: string, batch: readonly ZoneChange[]) => Promise<Receipt>;

/** Sends a change together with the others of the zone. Throws what AWS says of this one. */
export async function changeTogether(zone: string, asked: Omit<ZoneChange, 'at'>, send: SendBatch): Promise<Receipt> {
  const change: ZoneChange = { ...asked, at: asked.context.now() };
  const outcomes = await change.context.together(
    `route53 changes of ${zone}`,
    [change],
    (all) => sendAll(zone, all, send),
    {
      within,
      oneByOne: true,
    },
  );
  const outcome = outcomes.get(change);
  if (outcome === undefined) throw new Error(`Internal error: nothing became of the change of ${change.component}`);
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.receipt;
}

async function sendAll(
  zone: string,
  all: readonly ZoneChange[],
  send: SendBatch,
): Promise<ReadonlyMap<ZoneChange, Outcome>> {
  const outcomes = new Map<ZoneChange, Outcome>();
  // One after the other: Route 53 refuses a change while one of the same zone is not taken in yet [PriorRequestNotComplete].
  for (const batch of batches(all))
    for (const [each, outcome] of await sendBatch(zone, batch, send)) outcomes.set(each, outcome);
  return outcomes;
}

async function sendBatch(
  zone: string,
  all: readonly ZoneChange[],
  send: SendBatch,
): Promise<readonly (readonly [ZoneChange, Outcome])[]> {
  const isLate = ({ at, context }: ZoneChange): boolean => context.now() - at > longestWait;
  const late = all
    .filter(isLate)
    .map((each): readonly [ZoneChange, Outcome] => [each, { kind: 'failed', error: tooLate() }]);
  const batch = all.filter((each) => !isLate(each));
  return batch.length === 0 ? late : [...late, ...(await sendInTime(zone, batch, send))];
}

/** Held back, as by a lock that is in doubt: the step looks and checks again, and sends it then. */
function tooLate(): HeldBack {
  return new HeldBack('ChangeResourceRecordSets', 'it has waited too long for other changes of its zone');
}

async function sendInTime(
  zone: string,
  batch: readonly ZoneChange[],
  send: SendBatch,
): Promise<readonly (readonly [ZoneChange, Outcome])[]> {
  try {
    const receipt = await sendInTurn(zone, batch, send);
    return batch.map((each) => [each, { kind: 'made', receipt }]);
  } catch (error) {
    // Whatever else went wrong went wrong for all, or nobody knows what became of it.
    if (batch.length === 1 || !isAboutOne(error)) {
      return batch.map((each) => [each, { kind: 'failed', error }]);
    }
    const half = Math.ceil(batch.length / 2);
    const first = await sendBatch(zone, batch.slice(0, half), send);
    return [...first, ...(await sendBatch(zone, batch.slice(half), send))];
  }
}

/**
 * AWS has refused the batch for something in it: its records, a health check that one of them names, a name or type that the
 * caller may not write [IAM condition keys of ChangeResourceRecordSets]. A zone that is gone is gone for all of it.
 */
function isAboutOne(error: unknown): boolean {
  if (isOwnFault(error)) return false;
  const { class: kind, code } = classify(error);
  return (
    code !== 'NoSuchHostedZone' &&
    (kind === 'invalid' || kind === 'denied' || kind === 'not-found' || code === 'InvalidChangeBatch')
  );
}

/**
 * Route 53 refuses a change of a zone that is still taking in the one before: surely not made, and sent again. How long that
 * lasts is told nowhere [Route 53 API, PriorRequestNotComplete]; what lasts longer is the steps' own affair.
 */
async function sendInTurn(zone: string, batch: readonly ZoneChange[], send: SendBatch): Promise<Receipt> {
  for (const pause of pauses) {
    try {
      return await sendUnlessOver(zone, batch, send);
    } catch (error) {
      if (classify(error).code !== 'PriorRequestNotComplete') throw error;
      await batch[0]?.context.later(pause);
    }
  }
  return sendUnlessOver(zone, batch, send);
}

/** The run may have ended while its changes waited for others. @throws the reason for which it has ended */
function sendUnlessOver(zone: string, batch: readonly ZoneChange[], send: SendBatch): Promise<Receipt> {
  for (const { context } of batch) context.stop?.throwIfAborted();
  return send(zone, batch);
}

/** Milliseconds. */
const pauses = [500, 1_000, 2_000, 4_000] as const;

/** As few as AWS's limits allow; what one component wants stays together. */
export function batches(all: readonly ZoneChange[]): readonly (readonly ZoneChange[])[] {
  const found: ZoneChange[][] = [];
  let records = 0;
  let characters = 0;
  for (const each of all) {
    const size = sizeOf(each.changes);
    const last = found.at(-1);
    if (last === undefined || records + size.records > most.records || characters + size.characters > most.characters) {
      found.push([each]);
      ({ records, characters } = size);
    } else {
      last.push(each);
      records += size.records;
      characters += size.characters;
    }
  }
  return found;
}

function sizeOf(changes: readonly Change[]): { readonly records: number; readonly characters: number } {
  let records = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet: set } of changes) {
    const times = Action === 'UPSERT' ? 2 : 1;
    const values = set?.ResourceRecords ?? [];
    // An alias counts as one record.
    records += times * Math.max(1, values.length);
    characters += times * values.reduce((sum, { Value = '' }) => sum + Value.length, 0);
  }
  return { records, characters };
}
