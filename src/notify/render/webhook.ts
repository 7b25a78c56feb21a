// A webhook of one's own: the notice as JSON, signed as Standard Webhooks 1.0.0 says, so that any of its libraries verifies it
// and refuses what is replayed [standard-webhooks/standard-webhooks, spec/standard-webhooks.md]. Pure.
import { createHmac } from 'node:crypto';
import { severityOf, type Notice } from '../notice.ts';

/** The body: what it is about as `type`, then the notice. */
export function webhookBody(notice: Notice): string {
  const { about, at, groups, id, link, title, version } = notice;
  const severity = severityOf(notice);
  return JSON.stringify({
    version,
    type: `relight.${about.kind}`,
    timestamp: at,
    id,
    severity,
    about,
    title,
    link,
    groups,
  });
}

/** Bytes of a key: 192 to 512 bits. */
const keyBytes = { least: 24, most: 64 } as const;

/** A key as it is given out: `whsec_` and base64; undefined when it is none. */
export function signingKey(secret: string): Buffer | undefined {
  const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const key = text === undefined ? undefined : Buffer.from(text, 'base64');
  return key !== undefined && key.length >= keyBytes.least && key.length <= keyBytes.most ? key : undefined;
}

/**
 * The headers of one attempt. The id stays the same from attempt to attempt, the timestamp is the attempt's.
 *
 * @param seconds since the epoch
 * @param keys each signs; several while receivers change over to a new one
 */
export function webhookHeaders(
  { id }: Notice,
  body: string,
  seconds: number,
  keys: readonly Buffer[],
): Readonly<Record<string, string>> {
  const signed = `${id}.${seconds}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
