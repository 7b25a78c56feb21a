// How sure it is that a journal is as it was written, in words.
import type { Integrity } from '../run/journal/events.ts';

/** `journal: verified, closed; head 3f2a...`: kept elsewhere, the head tells a journal that was written anew too. */
export function integrityText(integrity: Integrity): string {
  if (integrity.kind === 'unchained') {
    return 'not verified: written by a relight whose journals have no chain, so changes since cannot be told';
  }
  return integrity.closed
    ? `verified, every line as it was written; head ${integrity.head}`
    : `verified up to its last whole line, and not closed; head so far ${integrity.head}`;
}
