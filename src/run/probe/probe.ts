// End-to-end checks: asked again until the answer is right or the time is over.
import type { Check } from '../../playbook/model.ts';
import type { Clock } from '../../util/clock.ts';
import { canonicalName } from '../../util/dns.ts';
import { unreachable } from '../../util/unreachable.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** An answer, or why there was none (`ENOTFOUND`, `ECONNREFUSED`, `ETIMEDOUT`, ... with a few words). */
export type HttpAnswer = { readonly status: number; readonly body: string } | { readonly error: string };

/**
 * Asks the world outside: the internet, or a sandbox's data plane. Answers are values; nothing is thrown. `stop` is aborted
 * as soon as nobody waits for the answer any more: nothing may go on after it.
 */
export interface Prober {
  readonly http: (request: HttpRequest, stop?: AbortSignal) => Promise<HttpAnswer>;
  readonly dns: (
    name: string,
    type: string,
    stop?: AbortSignal,
  ) => Promise<{ readonly values: readonly string[] } | { readonly error: string }>;
  readonly tcp: (host: string, port: number, stop?: AbortSignal) => Promise<{ readonly error: string | undefined }>;
  /** By which answers take their time; the run's own clock unless told. A served sandbox's hours may pass in seconds. */
  readonly wireClock?: Clock;
}

export interface ProbeOutcome {
  readonly ok: boolean;
  /** What was answered, or what was wrong with it. */
  readonly detail: string;
}

const pauseMilliseconds = 2_000;
/** What was asked right before the end of a check's time may be answered this much later. */
const lastAnswer = 10_000;

/** Repeats a check until it is right, for at most its `within`. References in it are resolved already. */
export async function probe(
  check: Check,
  prober: Prober,
  clock: Clock,
  stop: AbortSignal,
  onTry: (outcome: ProbeOutcome) => void,
): Promise<ProbeOutcome> {
  const end = clock.now() + check.within;
  const clocks = { clock, wireClock: prober.wireClock ?? clock };
  for (;;) {
    const outcome = await answerInTime((given) => probeOnce(check, prober, given), end, clocks, stop);
    if (outcome.ok || clock.now() + pauseMilliseconds > end || stop.aborted) return outcome;
    onTry(outcome);
    if (!(await slept(clock, stop))) return outcome;
  }
}

/** A prober that hangs holds up nobody: it is given up soon after the check's time, and when the run ends. */
async function answerInTime(
  ask: (given: AbortSignal) => Promise<ProbeOutcome>,
  end: number,
  { clock, wireClock }: { readonly clock: Clock; readonly wireClock: Clock },
  stop: AbortSignal,
): Promise<ProbeOutcome> {
  const answered = new AbortController();
  const over = AbortSignal.any([answered.signal, stop]);
  const asking = ask(over);
  // Whoever loses the race must not become an unhandled rejection.
  asking.catch(() => undefined);
  const silence = (): ProbeOutcome => ({ ok: false, detail: 'no answer' });
  const timer = clock
    .sleep(Math.max(0, end - clock.now()), over)
    .then(() => wireClock.sleep(lastAnswer, over))
    .then(silence, silence);
  try {
    return await Promise.race([asking, timer]);
  } finally {
    answered.abort(isAnswered);
  }
}

const isAnswered = new Error('answered');

/** False when the run was told to stop meanwhile. */
async function slept(clock: Clock, stop: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(pauseMilliseconds, stop);
    return true;
  } catch (error) {
    if (stop.aborted) return false;
    throw error;
  }
}

/** Asks once. */
export async function probeOnce(check: Check, prober: Prober, stop?: AbortSignal): Promise<ProbeOutcome> {
  switch (check.kind) {
    case 'http': {
      const answer = await prober.http(check, stop);
      if ('error' in answer) return { ok: false, detail: `${check.method} ${check.url}: ${answer.error}` };
      const rightStatus = check.status.includes(answer.status);
      const rightBody = check.body === undefined || answer.body.includes(check.body);
      const wanted = rightStatus
        ? ` without the text ${JSON.stringify(check.body)}`
        : `, wanted ${check.status.join(' or ')}`;
      return {
        ok: rightStatus && rightBody,
        detail: `${check.method} ${check.url}: ${answer.status}${rightStatus && rightBody ? '' : wanted}`,
      };
    }
    case 'dns': {
      const answer = await prober.dns(check.recordName, check.type, stop);
      if ('error' in answer) return { ok: false, detail: `${check.recordName} ${check.type}: ${answer.error}` };
      const found = answer.values.map(canonicalName).toSorted();
      const wanted = check.values?.map(canonicalName).toSorted();
      const ok = wanted === undefined ? found.length > 0 : JSON.stringify(found) === JSON.stringify(wanted);
      const shown = found.length === 0 ? 'no answer' : found.join(', ');
      const expectation = ok ? '' : `, wanted ${wanted?.join(', ') ?? 'any answer'}`;
      return { ok, detail: `${check.recordName} ${check.type}: ${shown}${expectation}` };
    }
    case 'tcp': {
      const { error } = await prober.tcp(check.host, check.port, stop);
      const place = `${check.host}:${check.port}`;
      return error === undefined ? { ok: true, detail: `${place}: open` } : { ok: false, detail: `${place}: ${error}` };
    }
    default:
      return unreachable(check);
  }
}
