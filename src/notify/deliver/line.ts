// One receiver's line of messages: sent in order, one at a time, until each is taken, refused or too old.
import { join } from 'node:path';
import { claimFile, type Claim, type ClaimPorts } from '../../util/claim.ts';
import { isoNow, setTimer, type Clock } from '../../util/clock.ts';
import { StorageFailure } from '../../util/storage.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Notice } from '../notice.ts';
import type { NotifyConfig, Receiver } from '../receivers.ts';
import type { Outcome } from './outcome.ts';
import type { Send } from './senders.ts';
import type { Spool, Spooled } from './spool.ts';

export interface LineParts {
  readonly config: NotifyConfig;
  readonly spool: Spool;
  readonly secrets: Secrets;
  readonly send: Send;
  readonly clock: Clock;
  /** Chance in [0, 1), so that many machines do not repeat in step. */
  readonly jitter: () => number;
  readonly claims: Omit<ClaimPorts, 'clock'>;
  readonly tell?: (event: DeliveryEvent) => void;
}

/** What happens on the way, for whoever watches or logs. No secret is in it. */
export type DeliveryEvent = { readonly receiver: string } & (
  | { readonly kind: 'delivered'; readonly id: string; readonly how: string; readonly repeated: boolean }
  | { readonly kind: 'failed'; readonly id: string; readonly why: string; readonly pause: number }
  /** Refused, or too old: `file` is where it is kept. */
  | { readonly kind: 'set-aside'; readonly id: string; readonly why: string; readonly file: string }
  | { readonly kind: 'damaged'; readonly file: string; readonly why: string }
  /** It waits in this process alone. */
  | { readonly kind: 'not-kept'; readonly id: string; readonly why: string }
);

/** How it stands with one receiver. */
export interface Standing {
  readonly receiver: string;
  /** Ids of messages that it took, in order. */
  readonly delivered: readonly string[];
  /** Of these, sent again although an earlier attempt may have arrived. */
  readonly repeated: readonly string[];
  /** Messages that were set aside: why, and where they are. */
  readonly aside: readonly { readonly id: string; readonly why: string; readonly file: string }[];
  /** Messages that wait. */
  readonly waiting: number;
  /** Of these, in this process alone. */
  readonly unkept: number;
  /** Why they wait; null when none does. */
  readonly why: string | null;
}

/** Milliseconds: the first pause, the longest one, and how often a folder is looked into for what others put there. */
const pauses = { first: 1_000, longest: 5 * 60_000, look: 30_000 } as const;

/** What one round with a receiver came to. */
type Round =
  | { readonly kind: 'empty' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly why: string; readonly pause: number; readonly lasting: boolean };

/** One receiver's line of messages. */
export class Line {
  readonly name: string;
  readonly #receiver: Receiver;
  readonly #parts: LineParts;
  /** Those that could not be written down. */
  #unkept: readonly Spooled[] = [];
  /** Those that were taken, and could not be removed. */
  readonly #taken = new Set<string>();
  /** Why the folder could not be looked into last. */
  #trouble: string | null = null;
  #failures = 0;
  /** So often something was put. */
  #puts = 0;
  #wake: () => void = () => undefined;

  constructor(receiver: Receiver, parts: LineParts) {
    this.name = receiver.name;
    this.#receiver = receiver;
    this.#parts = parts;
  }

  put(notice: Notice): void {
    const { clock, spool } = this.#parts;
    const at = isoNow(clock);
    try {
      spool.put(this.name, notice, at);
    } catch (error) {
      const why = storageWords(error);
      this.#unkept = [...this.#unkept, unkeptEntry(this.name, notice, at)];
      this.#tell({ kind: 'not-kept', receiver: this.name, id: notice.id, why });
    }
    this.#puts += 1;
    this.#wake();
  }

  /** @param end milliseconds since the epoch */
  async deliver(end: number, signal: AbortSignal | undefined): Promise<Standing> {
    const { clock } = this.#parts;
    const done: Done = { delivered: [], repeated: [], aside: [] };
    let why: string | null = null;
    for (;;) {
      const round = await this.#round(done, end, signal);
      if (round.kind === 'empty') break;
      if (round.kind === 'busy') {
        why = 'another process is sending to it';
        break;
      }
      why = round.why;
      if (round.lasting || clock.now() + round.pause >= end || signal?.aborted === true) break;
      try {
        await clock.sleep(round.pause, signal);
      } catch {
        break;
      }
    }
    const waiting = this.#count();
    return {
      receiver: this.name,
      ...done,
      waiting,
      unkept: this.#unkept.length,
      why: waiting === 0 ? this.#trouble : why,
    };
  }

  async keepDelivering(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      const before = this.#puts;
      const round = await this.#round({ delivered: [], repeated: [], aside: [] }, Number.POSITIVE_INFINITY, signal);
      if (round.kind === 'empty' && this.#puts !== before) continue;
      const pause = round.kind === 'failed' ? round.pause : pauses.look;
      // What is put meanwhile ends the wait for more, and never the pause that a failure asks for.
      const woken = new AbortController();
      if (round.kind !== 'failed') {
        this.#wake = () => {
          woken.abort();
        };
      }
      try {
        await clock.sleep(pause, AbortSignal.any([signal, woken.signal]));
      } catch {
        // Woken, or at the end: the loop tells which.
      }
      this.#wake = () => undefined;
    }
  }

  /** Sends until nothing is left, or something fails. */
  async #round(done: Done, end: number, signal: AbortSignal | undefined): Promise<Round> {
    const { claims, clock, spool } = this.#parts;
    let claim: Claim | undefined;
    try {
      if (this.#count() === 0) return this.#trouble === null ? { kind: 'empty' } : this.#failed(this.#trouble, {});
      claim = claimFile(join(spool.directory, this.name, 'sending'), { ...claims, clock });
      if (claim === undefined) return { kind: 'busy' };
    } catch (error) {
      // What is in memory can be sent all the same.
      if (this.#unkept.length === 0) return this.#failed(storageWords(error), {});
    }
    try {
      for (;;) {
        const entry = this.#next();
        if (entry === undefined) return { kind: 'empty' };
        const round = await this.#one(entry, claim, done, end, signal);
        if (round !== undefined) return round;
      }
    } catch (error) {
      return this.#failed(storageWords(error), {});
    } finally {
      claim?.release();
    }
  }

  /** One message; undefined when the next one may follow. */
  async #one(
    first: Spooled,
    claim: Claim | undefined,
    done: Done,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<Round | undefined> {
    const { clock, config, secrets, send } = this.#parts;
    const { id } = first.notice;
    if (this.#taken.has(id)) {
      this.#remove(first);
      return undefined;
    }
    if (clock.now() - Date.parse(first.spooledAt) > config.giveUpAfter) {
      const last = first.why === null ? '' : `; the last attempt: ${first.why}`;
      this.#setAside(first, `given up after ${first.attempts} attempts${last}`, done);
      return undefined;
    }
    const wait = first.notBefore === null ? 0 : Date.parse(first.notBefore) - clock.now();
    if (wait > 0)
      return {
        kind: 'failed',
        why: first.why ?? 'it asked to wait',
        pause: Math.min(wait, longestWait),
        lasting: false,
      };
    const reached = secrets.of(this.#receiver);
    if (reached.kind === 'unknown') return this.#failed(reached.why, { lasting: true });
    if (signal?.aborted === true || clock.now() >= end) return this.#failed(first.why ?? 'there was no time left', {});
    claim?.refresh();
    const repeated = first.mayHaveArrived || first.underWay;
    const entry = this.#update(first, { attempts: first.attempts + 1, underWay: true, notBefore: null });
    const attempt = { receiver: this.#receiver, reach: reached.reach, notice: entry.notice, repeated };
    const outcome = redacted(await this.#inTime(end, signal, (own) => send({ ...attempt, signal: own })), secrets);
    switch (outcome.kind) {
      case 'accepted':
        this.#failures = 0;
        this.#taken.add(id);
        done.delivered.push(id);
        if (repeated) done.repeated.push(id);
        this.#tell({ kind: 'delivered', receiver: this.name, id, how: outcome.how, repeated });
        this.#remove(entry);
        return undefined;
      case 'refused':
        this.#failures = 0;
        this.#setAside(entry, `refused: ${outcome.why}`, done);
        return undefined;
      case 'failed': {
        // An attempt that was cut short by the end of all says less than the one before.
        const why = clock.now() >= end && first.why !== null ? first.why : outcome.why;
        const round = this.#failed(why, outcome);
        const asked =
          outcome.retryAfter === undefined ? null : new Date(clock.now() + outcome.retryAfter).toISOString();
        const mayHaveArrived = repeated || outcome.unsure;
        this.#update(entry, { underWay: false, mayHaveArrived, notBefore: asked, why });
        this.#tell({ kind: 'failed', receiver: this.name, id, why: round.why, pause: round.pause });
        return round;
      }
    }
  }

  /** An attempt has its time, and no more than is left. */
  async #inTime(
    end: number,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { clock } = this.#parts;
    const limit = Math.min(this.#receiver.timeout, end - clock.now());
    const late = new AbortController();
    const cancel = setTimer(clock, limit, () => {
      late.abort(new Error(`no answer within ${Math.ceil(limit / 100) / 10} s`));
    });
    try {
      return await work(signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]));
    } finally {
      cancel();
    }
  }

  #failed(
    why: string,
    { lasting = false, retryAfter = 0 }: { readonly lasting?: boolean; readonly retryAfter?: number },
  ): Extract<Round, { kind: 'failed' }> {
    this.#failures += 1;
    const usual = lasting
      ? pauses.longest
      : Math.min(pauses.longest, pauses.first * 2 ** Math.min(20, this.#failures - 1));
    // Half of it is certain, half is chance.
    const pause = usual / 2 + (usual / 2) * this.#parts.jitter();
    return { kind: 'failed', why, pause: Math.max(pause, retryAfter), lasting };
  }

  #count(): number {
    return this.#entries().length;
  }

  /** Those on disk first: they are older, or as old. */
  #entries(): readonly Spooled[] {
    this.#trouble = null;
    try {
      const { damaged, entries } = this.#parts.spool.waiting(this.name);
      for (const { file, why } of damaged) this.#tell({ kind: 'damaged', receiver: this.name, file, why });
      return [...entries, ...this.#unkept];
    } catch (error) {
      this.#trouble = storageWords(error);
      return this.#unkept;
    }
  }

  #next(): Spooled | undefined {
    return this.#entries()[0];
  }

  /** Where the disk takes nothing, the message goes out all the same. */
  #update(entry: Spooled, change: Partial<Spooled>): Spooled {
    const next = { ...entry, ...change };
    if (entry.file === null) {
      this.#unkept = this.#unkept.map((each) => (each.notice.id === entry.notice.id ? next : each));
      return next;
    }
    try {
      return this.#parts.spool.update(entry, change);
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      return next;
    }
  }

  #remove(entry: Spooled): void {
    if (entry.file === null) this.#unkept = this.#unkept.filter((each) => each.notice.id !== entry.notice.id);
    else this.#parts.spool.remove(entry);
    this.#taken.delete(entry.notice.id);
  }

  #setAside(entry: Spooled, why: string, done: Done): void {
    const { id } = entry.notice;
    const file = this.#parts.spool.setAside(entry, why);
    if (entry.file === null) this.#unkept = this.#unkept.filter((each) => each.notice.id !== id);
    done.aside.push({ id, why, file });
    this.#tell({ kind: 'set-aside', receiver: this.name, id, why, file });
  }

  #tell(event: DeliveryEvent): void {
    this.#parts.tell?.(event);
  }
}

interface Done {
  readonly delivered: string[];
  readonly repeated: string[];
  readonly aside: { readonly id: string; readonly why: string; readonly file: string }[];
}

/** Milliseconds: whatever a file says. */
const longestWait = 3_600_000;

function redacted(outcome: Outcome, { redactor }: Secrets): Outcome {
  return outcome.kind === 'accepted' ? outcome : { ...outcome, why: redactor.text(outcome.why) };
}

function storageWords(error: unknown): string {
  if (!(error instanceof StorageFailure)) throw error;
  return `${error.path}: ${error.code}`;
}

function unkeptEntry(receiver: string, notice: Notice, spooledAt: string): Spooled {
  return {
    version: 1,
    kind: 'relight/notice',
    receiver,
    spooledAt,
    attempts: 0,
    underWay: false,
    mayHaveArrived: false,
    notBefore: null,
    why: null,
    notice,
    file: null,
  };
}
