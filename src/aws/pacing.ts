// Paces calls at AWS's published rates, so that a recovery does not throttle itself: one token bucket per API bucket,
// shared by all who act in the same account and region. AWS counts the account's other callers too, so a bucket that is
// throttled all the same slows down, and comes back slowly; a quota bounds how much is repeated altogether.
import type { Clock } from '../util/clock.ts';
import { rateOf, type AwsService, type Rate } from './services/service.ts';

/** Paces the calls to one account and region. */
export interface Pacer {
  /**
   * Resolves when the operation may go out; waiting callers are served in the order in which they came. Rejects with the
   * signal's reason when it is aborted meanwhile.
   */
  readonly take: (service: AwsService, operation: string, stop?: AbortSignal) => Promise<void>;
  /** AWS refused a call, sent at `sentAt`, for its rate: the bucket slows down. */
  readonly throttled: (service: AwsService, operation: string, sentAt: number) => void;
  /** Calls per second that the operation's bucket is let at the moment: AWS's published rate, or less. */
  readonly rate: (service: AwsService, operation: string) => number;
  readonly quota: RetryQuota;
}

/** The pacers of a process, one for each account and region; pass the same value to all that connect. */
export interface Pacers {
  readonly of: (account: string, region: string) => Pacer;
}

/** @param share of each of AWS's rates, from 0 to 1: the rest is left to the account's other callers */
export function createPacers(clock: Clock, share = 1): Pacers {
  const buckets = new Map<string, Bucket>();
  const pacers = new Map<string, Pacer>();
  return {
    of: (account, region) => {
      const place = `${account} ${region}`;
      let pacer = pacers.get(place);
      if (pacer === undefined) {
        const find = (service: AwsService, operation: string): Bucket => {
          const { bucket: name, ...rate } = rateOf(service, operation);
          const key = `${service.accountWide ? account : place} ${name}`;
          let bucket = buckets.get(key);
          if (bucket === undefined) {
            bucket = new Bucket({ burst: Math.max(1, rate.burst * share), refill: rate.refill * share }, clock);
            buckets.set(key, bucket);
          }
          return bucket;
        };
        const found = new Map<AwsService, Map<string, Bucket>>();
        pacer = pacerOf((service, operation) => {
          let own = found.get(service);
          if (own === undefined) {
            own = new Map();
            found.set(service, own);
          }
          let bucket = own.get(operation);
          if (bucket === undefined) {
            bucket = find(service, operation);
            own.set(operation, bucket);
          }
          return bucket;
        });
        pacers.set(place, pacer);
      }
      return pacer;
    },
  };
}

function pacerOf(bucketOf: (service: AwsService, operation: string) => Bucket): Pacer {
  return {
    take: (service, operation, stop) => bucketOf(service, operation).take(stop),
    throttled: (service, operation, sentAt) => {
      bucketOf(service, operation).throttled(sentAt);
    },
    rate: (service, operation) => bucketOf(service, operation).rate(),
    quota: new RetryQuota(),
  };
}

/** However often it is throttled, a bucket lets this part of its published rate through. */
const slowest = 1 / 16;
/** Seconds in which a bucket comes back from nothing to its published rate. */
const recoverySeconds = 60;
/** Sums of fractions are not exact, and neither are instants: what is missing here is owed, and waited for by the next. */
const almostOne = 0.999;
/** A shorter sleep may not move a clock at all: milliseconds since the epoch hold about four decimals. */
const shortestSleep = 1;

/** One token bucket: additive increase, multiplicative decrease, never above the published rate. */
class Bucket {
  readonly #published: Rate;
  readonly #clock: Clock;
  readonly #queue: (() => void)[] = [];
  #tokens: number;
  #at: number;
  /** The rate at the last throttling, from which it rises since. */
  #slowedTo: number;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #serving: AbortController | undefined;

  constructor(published: Rate, clock: Clock) {
    this.#published = published;
    this.#clock = clock;
    this.#tokens = published.burst;
    this.#at = clock.now();
    this.#slowedTo = published.refill;
  }

  rate(at = this.#clock.now()): number {
    const { refill } = this.#published;
    if (this.#slowedAt === Number.NEGATIVE_INFINITY) return refill;
    const seconds = Math.max(0, at - this.#slowedAt) / 1000;
    return Math.min(refill, this.#slowedTo + (seconds * refill) / recoverySeconds);
  }

  async take(stop?: AbortSignal): Promise<void> {
    this.#refill();
    if (this.#queue.length === 0 && this.#tokens >= almostOne) {
      this.#tokens -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      if (stop?.aborted === true) {
        reject(reasonOf(stop));
        return;
      }
      const go = (): void => {
        stop?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(go), 1);
        if (this.#queue.length === 0) this.#serving?.abort(reasonOf(stop));
        reject(reasonOf(stop));
      };
      stop?.addEventListener('abort', leave, { once: true });
      this.#queue.push(go);
      if (this.#serving === undefined) void this.#serve();
    });
  }

  throttled(sentAt: number): void {
    // Calls that were under way together are refused together: that is one sign, not many.
    if (sentAt <= this.#slowedAt) return;
    this.#refill();
    const now = this.#clock.now();
    this.#slowedTo = Math.max(this.#published.refill * slowest, this.rate(now) / 2);
    this.#slowedAt = now;
    // AWS's bucket is empty, whatever this one says.
    this.#tokens = Math.min(this.#tokens, 0);
  }

  #refill(): void {
    const now = this.#clock.now();
    const rate = this.rate(now);
    // A clock that was exchanged for a slower one may have gone back.
    const seconds = Math.max(0, now - this.#at) / 1000;
    const room = Math.max(1, (this.#published.burst * rate) / this.#published.refill);
    this.#tokens = Math.min(room, this.#tokens + (seconds * (this.rate(this.#at) + rate)) / 2);
    this.#at = now;
  }

  async #serve(): Promise<void> {
    const serving = new AbortController();
    this.#serving = serving;
    try {
      while (this.#queue.length > 0) {
        this.#refill();
        if (this.#tokens < almostOne) {
          const milliseconds = ((1 - this.#tokens) / this.rate()) * 1000;
          await this.#clock.sleep(Math.max(shortestSleep, milliseconds), serving.signal);
          continue;
        }
        this.#tokens -= 1;
        this.#queue.shift()?.();
      }
    } catch {
      // Everybody has left the queue.
    } finally {
      this.#serving = undefined;
      if (this.#queue.length > 0) void this.#serve();
    }
  }
}

/** As in AWS's own SDKs [standard retry mode: 500 tokens; a retry costs 14, one after throttling 5]. */
const quotaTokens = 500;
const retryCost = 14;
const throttledRetryCost = 5;

/**
 * Bounds what is repeated in one account and region: when most calls fail, repeating them adds to the trouble. Successes
 * fill it again.
 */
export class RetryQuota {
  #tokens = quotaTokens;

  /** Takes what a retry costs; undefined when there is not enough left and the call must not be repeated. */
  spend(throttled: boolean): number | undefined {
    const cost = throttled ? throttledRetryCost : retryCost;
    if (this.#tokens < cost) return undefined;
    this.#tokens -= cost;
    return cost;
  }

  /** A call succeeded: gives back what its last retry had cost, or one token when it needed none. */
  earn(spent = 1): void {
    this.#tokens = Math.min(quotaTokens, this.#tokens + spent);
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
