// What policies are asked about calls, and what they answer.
import type { WorldData } from './world-data.ts';

/** A call as policies see it. Its input is not checked yet: it may say anything. */
export interface PlacedCall {
  /** The name of its service. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly account: string;
}

/** One thing that policies have to allow: an action on a resource. */
export interface NeededPermission {
  /** `ecs:DeleteService` */
  readonly action: string;
  /** Its ARN; `*` where the action has none, or nothing tells which it is. */
  readonly resource: string;
  /** Condition keys that have a value for this permission alone, by their whole names: `iam:PassedToService`. */
  readonly conditionValues?: Readonly<Record<string, string>>;
}

/** What a call has for a condition key; undefined where it has nothing. */
export type ConditionKey = (call: PlacedCall, resource: string, data: WorldData) => readonly string[] | undefined;

/** What policies are asked about the calls of a service, and what they may ask of these ["Service Authorization Reference"]. */
export interface ServiceAuthorization {
  /** What its actions and condition keys begin with, where that is not the service's name: `tag`. */
  readonly prefix?: string;
  /** Whether policies see its calls in us-east-1, wherever they were signed for. */
  readonly isGlobal?: boolean;
  /** All that has to be allowed for a call; nothing has to be where it is empty. Its operation on `*` unless told. */
  readonly permissions?: (call: PlacedCall, data: WorldData) => readonly NeededPermission[];
  /** Its own condition keys, without the prefix, in any case. They have values for its own calls. */
  readonly conditionKeys?: Readonly<Record<string, ConditionKey>>;
  /** Whether it has a condition key of its own for tags of resources: `ecs:ResourceTag/<key>`. */
  readonly hasResourceTags?: boolean;
  /** Tags of what is no piece of it, by ARN. */
  readonly tagsOf?: (arn: string, data: WorldData) => Readonly<Record<string, string>> | undefined;
}

export interface Denial {
  /** `ecs:DeleteService` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** As AWS ends the sentence: ` with an explicit deny in a session policy`. */
  readonly why: string;
}
