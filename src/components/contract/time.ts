// How long changes take, and when they are over.
import type { ChangeAction, Receipt, Settlement } from './changing.ts';
import type { ReadContext, Target } from './observing.ts';

/** A piece that another one refers to, as far as it is known: how long a service takes depends on its target group. */
export interface Neighbour {
  readonly type: string;
  /** As in the playbook, references as their text. */
  readonly spec: unknown;
  /** Undefined while it is not there. */
  readonly state: unknown;
}

/** The pieces that a piece refers to. Asked for only by types whose estimates depend on them. */
export type Neighbours = () => readonly Neighbour[];

/** A setting of a piece that decides how long recoveries take: a forecast tells what another value would save. */
export interface Tunable<Spec = unknown, State = unknown> {
  /** Path into the spec: `healthCheck.interval`. */
  readonly path: string;
  /** The value in force, AWS's default where nothing says it, and a better one; undefined when it is good as it is. */
  suggest(spec: Spec, state: State | undefined): { readonly from: number; readonly to: number } | undefined;
  /** Pure. What spec and state would be with another value in force. */
  set(to: number, spec: Spec, state: State | undefined): { readonly spec: Spec; readonly state: State | undefined };
  /** `s`, `%` */
  readonly unit: string;
  /** What the better value costs, or why it is safe, in a few words. */
  readonly cost: string;
}

/** The time that pieces of a type take. */
export interface Timing<Spec = unknown, State = unknown> {
  /**
   * Pure. Typical seconds until a change has settled, from AWS's usual timings and the settings of this piece and of those
   * that it refers to. With a state, `create` asks how long a piece that is on its way still takes.
   */
  estimate(action: ChangeAction, spec: Spec, state: State | undefined, neighbours?: Neighbours): number;

  /**
   * Pure. How many calls it takes at most to see all these pieces, by `service:Operation`, where AWS answers each at once and no
   * deployment has failed. Pages of a list that nobody can count beforehand are those of AWS's usual quotas. Undefined: nobody knows.
   */
  lookCalls?(specs: readonly Spec[]): Readonly<Record<string, number>>;

  /**
   * Pure. The part of the estimate that settings decide (a deregistration delay, a TTL), in seconds: it is the same on
   * AWS's good and bad days. Default: none.
   */
  settingSeconds(action: ChangeAction, spec: Spec, state: State | undefined, neighbours?: Neighbours): number;

  /** Settings worth trying out when a recovery takes too long. Default: none. */
  readonly tunables: readonly Tunable<Spec, State>[];

  /** Pure. Seconds for which others go on as if it were there after it is gone (a record's TTL). Default: none. */
  propagationSeconds(state: State, receipt: Receipt): number;

  /**
   * Asks whether a change has settled, where looking at the piece does not tell (a DNS change that is still PENDING).
   * The engine has already seen the piece as wanted (or gone, after a delete) when it asks.
   */
  settled?(action: ChangeAction, receipt: Receipt, target: Target<Spec>, context: ReadContext): Promise<Settlement>;

  /**
   * Checks the settled piece from outside: the authoritative DNS answer, the health check's own status. What comes with
   * `evidence` is told, and fails no step.
   */
  verify?(target: Target<Spec>, state: State, context: ReadContext): Promise<Settlement>;
}
