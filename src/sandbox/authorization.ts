// What policies are asked about calls, and what they answer.

/** A call as policies see it. */
export interface PlacedAction {
  /** The name of its service. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly account: string;
}

export interface Denial {
  /** `ecs:DeleteService` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** As AWS ends the sentence: ` with an explicit deny in a session policy`. */
  readonly why: string;
}
