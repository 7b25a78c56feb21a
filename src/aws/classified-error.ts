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

/** A failure whose meaning its thrower knows better than any code tells: what AWS answered with was not what was meant. */
export class ClassifiedError extends Error {
  readonly class: ErrorClass;
  readonly code: string;

  constructor(errorClass: ErrorClass, message: string, options?: ErrorOptions & { readonly code?: string }) {
    super(message, options);
    this.name = 'ClassifiedError';
    this.class = errorClass;
    this.code = options?.code ?? this.name;
  }
}

/** By its name and members: a type from outside may throw one of a class of its own copy. */
export function isClassified(error: unknown): error is ClassifiedError {
  return error instanceof Error && error.name === 'ClassifiedError' && 'class' in error;
}
