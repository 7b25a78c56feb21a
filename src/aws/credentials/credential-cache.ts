// The credentials in use. They may run out in mid-run: then every call pauses, they are read anew, and nothing is signed
// with them before AWS has said that they are still the same caller's. A foreign caller shuts the gate for good.
import type { Clock } from '../../util/clock.ts';
import { isSameCaller, type Caller } from './caller.ts';
import type { CredentialSource, Found, Keys } from './credentials.ts';
import { CallTimeout, classify, ClassifiedError } from '../errors.ts';
import type { Gate } from '../gate.ts';

/** What whoever runs on the credentials must be told. */
export type CredentialEvent =
  /** Calls pause. `waitSeconds`: how long fresh ones are waited for. */
  | { readonly kind: 'expired'; readonly origin: string; readonly remedy: string; readonly waitSeconds: number }
  /** Calls go on: other keys, the same caller. */
  | { readonly kind: 'renewed'; readonly origin: string; readonly arn: string }
  /** No call is made any more. */
  | { readonly kind: 'ended'; readonly reason: string };

/** Someone who makes calls for longer: ends their waits, has patience, is told. */
export interface Attendant {
  /** Once aborted, no call waits any more: for its turn, before it is repeated, or for credentials. */
  readonly stop: AbortSignal;
  /** How long fresh credentials are waited for, in milliseconds. */
  readonly patience: number;
  readonly tell: (event: CredentialEvent) => void;
}

export interface CredentialCacheOptions {
  readonly source: CredentialSource;
  /** Asks AWS whose keys these are. */
  readonly identify: (keys: Keys) => Promise<Caller>;
  readonly gate: Gate;
  readonly clock: Clock;
  /** The time that AWS counts expiry in. */
  readonly wallClock: Clock;
}

const isDone = new Error('done');

const pollMilliseconds = 5_000;
/** As the SDK does: keys are exchanged before they run out. */
const renewAhead = 5 * 60_000;
/** An exchange ahead of time that failed is not tried again with each call. */
const aheadPause = 30_000;
/** A credential_process or a sign-on server may hang. */
const sourceTimeout = 30_000;

export class CredentialCache {
  readonly #options: CredentialCacheOptions;
  #found: Promise<Found> | undefined;
  #generation = 0;
  #expected: Caller | undefined;
  #attendant: Attendant | undefined;
  #renewing: Promise<void> | undefined;
  /** Why no call is made any more. */
  #ended: ClassifiedError | undefined;
  #triedAheadAt = Number.NEGATIVE_INFINITY;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
  }

  /** Counts exchanges of the keys. A call that AWS calls expired tells with which generation it was signed. */
  get generation(): number {
    return this.#generation;
  }

  /** From now on keys must be this caller's; where none were read yet, the first ones too. */
  expect(caller: Caller): void {
    this.#expected = caller;
  }

  /** Lets someone attend until the returned function is called. */
  attend(attendant: Attendant): () => void {
    this.#attendant = attendant;
    return () => {
      if (this.#attendant !== attendant) return;
      this.#attendant = undefined;
      this.#ended = undefined;
    };
  }

  get stop(): AbortSignal | undefined {
    return this.#attendant?.stop;
  }

  /** Resolves when calls may go out; rejects when they may not any more. */
  async ready(): Promise<void> {
    await this.#renewing;
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** The keys to sign with; what the SDK's clients ask for each call. */
  async keys(): Promise<Keys> {
    this.#found ??= this.#expected === undefined ? this.#options.source() : this.#firstExpected();
    let found: Found;
    try {
      found = await this.#found;
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
    if (this.#isNearEnd(found)) await this.#exchangeAhead(found);
    return (await this.#found).keys;
  }

  async #firstExpected(): Promise<Found> {
    const found = await this.#read();
    await this.#check(found);
    return found;
  }

  /**
   * AWS has called the keys of this generation expired. Resolves when the call may be repeated.
   *
   * @throws ClassifiedError `expired` when there are no fresh ones, `denied` when they are another caller's
   */
  async renew(generation: number): Promise<void> {
    if (generation !== this.#generation) return;
    this.#renewing ??= this.#renewNow().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  #isNearEnd({ keys, fixed }: Found): boolean {
    if (fixed || keys.expiration === undefined) return false;
    return keys.expiration.getTime() - this.#options.wallClock.now() < renewAhead;
  }

  /** Tries once; keys that are still good are used until AWS says otherwise. */
  async #exchangeAhead(old: Found): Promise<void> {
    const now = this.#options.wallClock.now();
    if (now - this.#triedAheadAt < aheadPause) return;
    this.#triedAheadAt = now;
    let fresh: Found;
    try {
      fresh = await this.#read();
      if (isSameKey(fresh.keys, old.keys)) return;
      await this.#accept(fresh);
    } catch (error) {
      if (error === this.#ended) throw error;
    }
  }

  async #renewNow(): Promise<void> {
    const { clock } = this.#options;
    const attendant = this.#attendant;
    const old = await this.#found?.catch(() => undefined);
    const patience = old?.fixed === true ? 0 : (attendant?.patience ?? 0);
    const end = clock.now() + patience;
    let told = false;
    let refused: Keys | undefined;
    for (;;) {
      const answer = await this.#tryFresh(refused);
      if (answer.kind === 'good') {
        if (told || answer.isNew) attendant?.tell({ kind: 'renewed', origin: answer.found.origin, arn: answer.arn });
        return;
      }
      refused = answer.refused ?? refused;
      const origin = answer.found?.origin ?? old?.origin ?? 'the provider chain';
      const remedy = answer.found?.remedy ?? old?.remedy ?? 'renew the credentials';
      if (!told) {
        attendant?.tell({ kind: 'expired', origin, remedy, waitSeconds: patience / 1000 });
        told = true;
      }
      if (clock.now() + pollMilliseconds > end) {
        const waited = patience === 0 ? '' : ` and were not renewed within ${patience / 60_000} minutes`;
        const why = answer.detail === undefined ? '' : ` (${answer.detail})`;
        const reason = `the credentials have expired${waited}: ${origin}${why}. To renew them: ${remedy}`;
        throw this.#end(new ClassifiedError('expired', reason, { code: 'CredentialsExpired' }));
      }
      await clock.sleep(pollMilliseconds, attendant?.stop);
    }
  }

  /** @param refused keys that AWS has called expired already */
  async #tryFresh(refused: Keys | undefined): Promise<Attempt> {
    let found: Found;
    try {
      found = await this.#read();
    } catch (error) {
      return { kind: 'bad', detail: classify(error).message };
    }
    if (refused !== undefined && isSameKey(found.keys, refused)) return { kind: 'bad', found };
    try {
      const old = await this.#found?.catch(() => undefined);
      const arn = await this.#accept(found);
      return { kind: 'good', found, arn, isNew: old === undefined || !isSameKey(old.keys, found.keys) };
    } catch (error) {
      if (error === this.#ended) throw error;
      const failure = classify(error);
      const lasting = failure.class === 'expired' || failure.class === 'denied';
      return {
        kind: 'bad',
        found,
        detail: `${failure.code}: ${failure.message}`,
        ...(lasting ? { refused: found.keys } : {}),
      };
    }
  }

  async #read(): Promise<Found> {
    const done = new AbortController();
    const { source, wallClock } = this.#options;
    const timer = wallClock.sleep(sourceTimeout, done.signal).then(() => {
      throw new CallTimeout('the source of the credentials', sourceTimeout);
    });
    timer.catch(() => undefined);
    try {
      const reading = source();
      reading.catch(() => undefined);
      return await Promise.race([reading, timer]);
    } finally {
      done.abort(isDone);
    }
  }

  /** Puts keys to use if they are the expected caller's; gives that caller's ARN. */
  async #accept(found: Found): Promise<string> {
    const arn = await this.#check(found);
    this.#found = Promise.resolve(found);
    this.#generation += 1;
    return arn;
  }

  /** @throws ClassifiedError `denied` when they are not the expected caller's: nothing goes out any more then */
  async #check(found: Found): Promise<string> {
    const caller = await this.#options.identify(found.keys);
    const expected = this.#expected;
    if (expected !== undefined && !isSameCaller(expected, caller)) {
      const reason =
        `the credentials are now those of ${caller.arn}, and the work was begun as ${expected.arn}: ` +
        `nothing is done as another caller (they come from ${found.origin})`;
      const error = new ClassifiedError('denied', reason, { code: 'AnotherCaller' });
      this.#options.gate.shut(error);
      throw this.#end(error);
    }
    return caller.arn;
  }

  /** Without anybody who attends, the next call tries again: its user may have renewed the credentials. */
  #end(error: ClassifiedError): ClassifiedError {
    if (this.#attendant !== undefined || error.class === 'denied') this.#ended = error;
    this.#attendant?.tell({ kind: 'ended', reason: error.message });
    return error;
  }
}

type Attempt =
  | { readonly kind: 'good'; readonly found: Found; readonly arn: string; readonly isNew: boolean }
  | { readonly kind: 'bad'; readonly found?: Found; readonly detail?: string; readonly refused?: Keys };

function isSameKey(one: Keys, other: Keys): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;
}
