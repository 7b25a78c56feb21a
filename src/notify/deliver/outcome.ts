// What came of one attempt to deliver a notice.

export type Outcome =
  /** The receiver has it, and says so. */
  | { readonly kind: 'accepted'; readonly how: string }
  /** It refuses this notice, and always will: it is set aside, so that it holds up no other. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It may work later. */
  | {
      readonly kind: 'failed';
      readonly why: string;
      /** It may have arrived all the same: its answer did not. */
      readonly unsure: boolean;
      /** Milliseconds that the receiver asks to wait. */
      readonly retryAfter?: number;
      /** Nothing will change until somebody changes something: an address that is not known, a key that is not taken. */
      readonly lasting?: true;
    };

/** Longer than any receiver is waited for, whatever it asks. */
export const longestRetryAfter = 3_600_000;

/** Seconds or a date [RFC 9110, 10.2.3]; undefined when it is neither. @param now milliseconds since the epoch */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (!Number.isFinite(milliseconds)) return undefined;
  return Math.min(longestRetryAfter, Math.max(0, milliseconds));
}
