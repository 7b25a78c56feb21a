// A dead man's switch: somebody outside is told when a scan starts, succeeds and fails, and raises the alarm when nothing is
// heard any more. Nobody waits for it here.
import type { FleetSchedule } from '../fleet/model.ts';
import type { Clock } from '../util/clock.ts';

export type PingKind = 'start' | 'success' | 'fail';

/** Sends one request; resolves with its HTTP status. Rejects when there is none, by its own time-out at the latest. */
export type Post = (url: string, body: string) => Promise<number>;

/**
 * Where a ping goes: `<url>/start?rid=…`, `<url>?rid=…`, `<url>/fail?rid=…` [healthchecks.io, "Pinging API"]; or just where the
 * schedule says, for each kind apart.
 *
 * @param ping with nothing left to be filled in
 * @returns undefined where nobody is to be told
 */
export function pingUrl(ping: FleetSchedule['ping'], kind: PingKind, id: string): string | undefined {
  if (ping === undefined) return undefined;
  if (typeof ping !== 'string') return ping[kind];
  const url = new URL(ping);
  if (kind !== 'success') url.pathname = `${url.pathname.replace(/\/$/, '')}/${kind}`;
  url.searchParams.set('rid', id);
  return url.href;
}

/** Milliseconds before each further try: an answer that does not come is no reason to be silent for the rest of the day. */
const pauses = [2_000, 10_000, 30_000];

/**
 * Tries until it is taken. What is refused (4xx, but for 408 and 429) is not tried again.
 *
 * @returns what the last try came to, in words; undefined where it was taken
 */
export async function deliverPing(url: string, body: string, post: Post, clock: Clock): Promise<string | undefined> {
  for (let tries = 0; ; tries += 1) {
    const failure = await tried(url, body, post);
    if (failure === undefined) return undefined;
    const pause = failure.final ? undefined : pauses[tries];
    if (pause === undefined) return failure.text;
    await clock.sleep(pause);
  }
}

interface Failure {
  readonly text: string;
  /** It would be refused again. */
  readonly final: boolean;
}

async function tried(url: string, body: string, post: Post): Promise<Failure | undefined> {
  try {
    const status = await post(url, body);
    if (status >= 200 && status < 300) return undefined;
    return { text: `HTTP ${status}`, final: status >= 400 && status < 500 && status !== 408 && status !== 429 };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), final: false };
  }
}
