// What a world is as data: all that a snapshot holds.

/** What exists in one region: a store for each service, by the store's name. A service reads its own by the accessor
 *  beside the store's type, such as `ecsOf(local)`. */
export type RegionData = Record<string, object>;

/** Everything a snapshot holds: plain JSON values only, so that a world can be saved, forked and compared. */
export interface WorldData {
  version: 1;
  account: string;
  /** The account alias of IAM, or null when none is set. */
  alias: string | null;
  callerArn: string;
  /** Instant of the last save, milliseconds since the epoch. */
  now: number;
  /** Source of ids and pseudo-random numbers; grows with each draw, so the same history gives the same ids. */
  sequence: number;
  regions: Record<string, RegionData>;
  /** States that things get stuck in, or are released from, later; in the order of their instants. */
  stuckLater?: StuckLater[];
  /** What stuck states have held up, by the state. */
  stuckHeld?: Record<string, string[]>;
  /** Further accounts, by their numbers; none unless told. */
  accounts?: Record<string, WorldData>;
  /** Stores of services that exist once in an account, by the store's name; read by accessors such as `route53Of(data)`. */
  [store: string]: unknown;
}

/** Something that is stuck, and its name. What is set before the thing exists holds from its beginning. */
export interface StuckState {
  /** One that a service offers, such as `load-balancer-fails`. */
  readonly kind: string;
  /** Of a kind that exists once in an account: all unless told. */
  readonly resource?: string | undefined;
  /** eu-west-1 unless told; a rehearsal takes its playbook's. */
  readonly region?: string | undefined;
  /** It begins this long after it was set, in milliseconds; at once unless told. */
  readonly afterMs?: number | undefined;
  /** It is released this long after it began, in milliseconds; by hand unless told. */
  readonly forMs?: number | undefined;
}

/** A state that begins or ends later: worlds keep time by comparing instants. */
export interface StuckLater {
  at: number;
  on: boolean;
  state: StuckState;
}
