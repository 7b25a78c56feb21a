// The token of a served sandbox: with one, its own endpoints answer nobody who does not have it. Whoever reaches the port
// from another account of the same machine can still speak AWS to it, and no more than that.
import { createHash, timingSafeEqual } from 'node:crypto';

/** The header that bears it. */
export const tokenHeader = 'x-relight-token';

/** Why a request for one of the sandbox's own endpoints is refused; undefined when it may pass. */
export function tokenRefusal(
  headers: Readonly<Record<string, string | undefined>>,
  token: string | undefined,
): string | undefined {
  if (token === undefined) return undefined;
  const given = headers[tokenHeader];
  if (given === undefined) {
    return `this sandbox was started with a token: send it in the header ${tokenHeader}, or name its file to relight with RELIGHT_SANDBOX_TOKEN_FILE`;
  }
  return timingSafeEqual(digest(given), digest(token))
    ? undefined
    : `the ${tokenHeader} of this request is not this sandbox's`;
}

/** Of equal length for texts of any. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
