// Exit codes, an interface: scripts and schedulers decide on them.

export const exitCodes = {
  /** Fine, nothing to do. */
  fine: 0,
  /** Error or bad usage. */
  error: 1,
  /** Drift, or changes pending. */
  pending: 2,
  /** Refused by a guard: identity, approval, protection, a limit. */
  refused: 3,
  /** Something could not be seen. */
  incomplete: 4,
  /** The run failed, or did only a part. */
  failed: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A user's mistake or an obstacle outside: printed as it is, without a stack. */
export class UserError extends Error {
  readonly exitCode: ExitCode;
  /** What a JSON result says beside or instead of the message. */
  readonly details: object;

  constructor(message: string, exitCode: ExitCode = exitCodes.error, details: object = {}) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
    this.details = details;
  }
}
