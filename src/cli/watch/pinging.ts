// The way of a ping: its URL, with what the environment holds filled in, and one POST over the network.
import type { FleetSchedule } from '../../fleet/model.ts';
import type { Post } from '../../watch/ping.ts';
import { UserError } from '../exit.ts';

/** Milliseconds for one try. */
const timeout = 10_000;

export const postPing: Post = async (url, body) => {
  const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(timeout), redirect: 'follow' });
  // Read to its end, so that the connection is free; whatever it says.
  await response.arrayBuffer();
  return response.status;
};

/**
 * A schedule's ping with `${env:NAME}` filled in.
 *
 * @throws UserError for a variable that is not set, or what comes of it is no URL
 */
export function filledIn(
  { name, ping }: FleetSchedule,
  env: Readonly<Record<string, string | undefined>>,
): FleetSchedule['ping'] {
  const fill = (text: string): string => {
    const whole = text.replaceAll(/\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, (_all, variable: string) => {
      const value = env[variable]?.trim() ?? '';
      if (value === '')
        throw new UserError(`ping of schedule ${name}: the environment variable ${variable} is not set`);
      return value;
    });
    if (!URL.canParse(whole) || !/^https?:$/.test(new URL(whole).protocol)) {
      throw new UserError(`ping of schedule ${name}: what comes of it is no http or https URL`);
    }
    return whole;
  };
  if (ping === undefined) return undefined;
  if (typeof ping === 'string') return fill(ping);
  const { fail, start, success } = ping;
  return {
    success: fill(success),
    ...(start === undefined ? {} : { start: fill(start) }),
    ...(fail === undefined ? {} : { fail: fill(fail) }),
  };
}
