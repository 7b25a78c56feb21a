// Ids of things that no call made: the same thing always has the same one, in each world.
import { createHash } from 'node:crypto';

function digest(of: string): string {
  return createHash('sha256').update(of).digest('hex');
}

/** `0a1b2c3d-....`, as keys and versions have them. */
export function fixedUuid(of: string): string {
  const hex = digest(of);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** Lower-case hex digits, at most 64. */
export function fixedHex(of: string, length: number): string {
  return digest(of).slice(0, length);
}

/** Letters and digits, at most 32. */
export function fixedLetters(of: string, length: number, alphabet: string): string {
  const hex = digest(of);
  return Array.from({ length }, (_, index) =>
    alphabet.charAt(Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) % alphabet.length),
  ).join('');
}
