// Keeps web pages out of a served sandbox. Any page in a browser of this machine can send a simple request to a port of
// it, unasked and without a preflight [Fetch Standard, CORS-safelisted request]; with a presigned query that is a change.
// Browsers say so themselves: with `Origin` on whatever is not a plain GET, with `Sec-Fetch-Site` on everything [Fetch
// Metadata Request Headers]. No SDK, CLI or Terraform sends either, so whoever does is refused.
import { isLoopbackName } from './loopback.ts';

/** Why a request is not looked at; undefined when nothing speaks against it. */
export function pageRefusal(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  // A page could reach this port under a host name of its own (DNS rebinding).
  const host = hostNameIn(headers['host'] ?? '');
  if (!isLoopbackName(host)) return `The sandbox does not answer for host ${host}.`;
  const { origin } = headers;
  if (origin !== undefined) return `The sandbox does not answer web pages (Origin: ${origin}).`;
  const site = headers['sec-fetch-site'];
  // `none`: somebody typed the address, or opened a bookmark.
  if (site !== undefined && site !== 'none') {
    return `The sandbox does not answer web pages (Sec-Fetch-Site: ${site}).`;
  }
  return undefined;
}

/** `[::1]:4566` and `localhost:4566` without their ports and brackets. */
function hostNameIn(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

/** True for `application/json`, with or without parameters: what a page cannot send without a preflight. */
export function isJsonType(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType?.trim() ?? '');
}
