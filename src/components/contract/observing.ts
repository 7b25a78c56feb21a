// What a look needs, and what it answers.
import type { AwsAccess } from '../../aws/access.ts';
import type { ErrorClass } from '../../aws/classified-error.ts';
import type { Json } from '../../util/json.ts';
import type { Sharing } from '../../util/sharing.ts';

export type { Json };

export type Tags = Readonly<Record<string, string>>;

/** Where the engine acts, and for whom. */
export interface Scope {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`: the second word of every ARN. */
  readonly partition: string;
  readonly playbook: string;
}

/** Tag keys that mark a created piece as ours. */
export const ownerTags = {
  playbook: 'relight:playbook',
  component: 'relight:component',
  protect: 'relight:protect',
} as const;

/** Why something could not be seen. `status` is an AWS status word that the type does not list. */
export type UnknownReason = 'denied' | 'throttled' | 'unavailable' | 'timeout' | 'invalid' | 'status' | 'upstream';

/** What a failed read means for what it was about. */
export const unknownReasons: Readonly<Record<ErrorClass, UnknownReason>> = {
  denied: 'denied',
  expired: 'denied',
  throttled: 'throttled',
  timeout: 'timeout',
  unavailable: 'unavailable',
  conflict: 'unavailable',
  invalid: 'invalid',
  // A "not found" that nobody expected proves nothing: it is about something else than the piece, or one read
  // knows of a delete of which another does not know yet [eventual consistency of ELB and ECS reads].
  'not-found': 'unavailable',
};

/** A place that others can move into, such as a rule's priority. */
export interface TakenPlace {
  /** In words: `priority 10`. */
  readonly place: string;
  /** What stands there, in words: `a rule for host pay.example, which forwards to payments`. */
  readonly by: string;
  /** Where the piece can be made beside it, in words: `at priority 11, which is free`. Undefined where it cannot be. */
  readonly instead?: string;
}

/**
 * What AWS said of one component, and when (`at`: milliseconds since the epoch). "I could not see" is never "gone".
 * `via` names the component whose own absence or obscurity told it, so that nobody asked AWS.
 */
export type Observation<State> =
  | {
      readonly kind: 'present';
      readonly state: State;
      /** Undefined where the kind of resource carries no tags (DNS records, items). */
      readonly tags: Tags | undefined;
      readonly at: number;
      /** It is elsewhere than it is to be, since somebody else's piece stands there. */
      readonly taken?: TakenPlace;
      /** As of an absent one: it counts where the piece is deleted to be made again. */
      readonly missedSeconds?: number;
      /** Enough to know that it is not ready yet: what costs further calls (tags, targets) is left out of it. */
      readonly partial?: true;
    }
  | {
      readonly kind: 'absent';
      readonly at: number;
      readonly detail?: string;
      readonly via?: string;
      /** What AWS still tells of a piece that is gone (an INACTIVE service), and its tags: settings to make it again with. */
      readonly remains?: { readonly state: State; readonly tags: Tags | undefined };
      /** Somebody else's piece stands where this one is to be, and is never touched. */
      readonly taken?: TakenPlace;
      /** Why AWS would refuse to make it where it is to be, and what can be done about it, in words. */
      readonly barred?: { readonly what: string; readonly remedy: string };
      /** Seconds for which others may go on as if it were not there once it is: resolvers keep that a name is missing. */
      readonly missedSeconds?: number;
    }
  | {
      readonly kind: 'unknown';
      readonly reason: UnknownReason;
      readonly detail: string;
      readonly at: number;
      readonly via?: string;
      /** AWS's code, and what it was asked, as IAM calls it (`elasticloadbalancing:DescribeTags`), where a call failed. */
      readonly code?: string;
      readonly api?: string;
    };

/** A pure look at a state. A status word that the type does not list is `unknown`, never ready. */
export type Readiness =
  | { readonly kind: 'ready' }
  /** On its way: `coming` will be ready by itself, `going` will be gone by itself. */
  | { readonly kind: 'settling'; readonly direction: 'coming' | 'going'; readonly detail: string }
  /** `terminal`: waiting will not help (a failed state), so a wait ends at once. */
  | { readonly kind: 'unhealthy'; readonly terminal: boolean; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/**
 * One field that is not as the playbook wants it. `path` is a path into the spec, such as `healthCheck.path` or
 * `values[0]`. `desired` still holds the reference text (`${load-balancer.arn}`) where the output is not known yet.
 */
export interface Difference {
  readonly path: string;
  readonly desired: Json | undefined;
  readonly actual: Json | undefined;
}

/** One component as the types see it: its id, and its spec with every known reference replaced by its value. */
export interface Target<Spec> {
  readonly id: string;
  readonly spec: Spec;
  /** The spec tells all of the piece that is to be made or changed: what it does not say, the piece does not have. */
  readonly whole?: boolean;
  /** Paths that the playbook takes away, `''` for all that it does not say: to be looked at although the spec is silent. */
  readonly takenAway?: readonly string[];
  /** The user lets it be made elsewhere, where somebody else's piece stands in its place. */
  readonly beside?: boolean;
  /**
   * Whose component it is, where those of several playbooks are looked at together and its id is that of the look; told to
   * `observe` alone, and to types that ship. {@link ownerOf} tells it in every case.
   */
  readonly owner?: Owner;
  /** Pieces of the types in `seenAfter` whose components refer to it, as they were seen last; told to `observe` alone. */
  readonly referredBy?: readonly Referring[];
}

/** As the owner tags name a component. */
export interface Owner {
  readonly playbook: string;
  readonly component: string;
}

/** Whose component a target is. */
export function ownerOf({ id, owner }: Pick<Target<unknown>, 'id' | 'owner'>, { playbook }: Scope): Owner {
  return owner ?? { playbook, component: id };
}

/** A piece whose component refers to another one. */
export interface Referring {
  readonly component: string;
  readonly type: string;
  /** As it was seen: its own, or what AWS still tells of one that is gone; undefined where nothing is known. */
  readonly state: unknown;
  /** It could not be seen. */
  readonly unseen?: true;
}

/**
 * Something that was seen to name a piece: a record, of the playbook or not. A load balancer must not be deleted while one
 * leads to its DNS name, for whoever gets that name gets the traffic [AWS advice on subdomain take-over]; nor a health
 * check that decides whether one is answered with.
 */
export interface Referrer {
  /** In words: `CNAME www.wonderland.example in zone Z123`. */
  readonly from: string;
  /** The component that it is; undefined for what is in no component. */
  readonly component: string | undefined;
  /** What it names, as it was found: the DNS name that it leads to, the id of its health check. */
  readonly to: string;
}

/** What a read needs. */
export interface ReadContext extends Sharing {
  readonly aws: AwsAccess;
  readonly scope: Scope;
  /** Milliseconds since the epoch, for the `at` of observations. */
  readonly now: () => number;
  /** Shares one read among all who ask with the same key during this look: `once('zone Z1', () => list(...))`. */
  readonly once: <T>(key: string, read: () => Promise<T>) => Promise<T>;
  /** Runs `work` under the look's bound of concurrent calls. Use it around every call or short run of calls. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whoever looks only waits: of a piece that is surely not ready yet, `partial` is enough. */
  readonly waiting?: true;
  /** Takes down what names a piece, where a listing shows it on the way. */
  readonly noteReferrer?: (referrer: Referrer) => void;
}
