// What an AWS error can mean, and an error that says so itself. What the codes mean is in errors.ts and in the rows of services/.

/** What an error means for the one who asked. */
export type ErrorClass =
  | 'not-found'
  /** Credentials or permissions: repeating does not help. */
  | 'denied'
  /** Credentials ran out; the same call works again with fresh ones. */
  | 'expired'
  /** Refused for its rate, surely not applied. */
  | 'throttled'
  /** Another change is in progress or something still holds on: wait and look again. */
  | 'conflict'
  /** The request itself is wrong. */
  | 'invalid'
  /** No answer, or a server's error: whether a change was applied is not known. */
  | 'unavailable'
  /** Nobody answered within the call's time; like `unavailable`. */
  | 'timeout';

/**
 * What tells such an error, also one of another copy of this module, which a type from outside may have. A registered symbol:
 * name and members of an error may come from an answer, a symbol cannot.
 */
const mark = Symbol.for('relight.classified-error');

/** A failure whose meaning its thrower knows better than any code tells: what AWS answered with was not what was meant. */
export class ClassifiedError extends Error {
  readonly class: ErrorClass;
  readonly code: string;
  readonly [mark] = true;

  constructor(errorClass: ErrorClass, message: string, options?: ErrorOptions & { readonly code?: string }) {
    super(message, options);
    this.name = 'ClassifiedError';
    this.class = errorClass;
    this.code = options?.code ?? this.name;
  }
}

export function isClassified(error: unknown): error is ClassifiedError {
  return error instanceof Error && mark in error;
}
