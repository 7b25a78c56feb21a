// The unchanging facts about a kind of resource, as plain data.
import type { z } from 'zod';

/** What is asked of a schema: that of zod 4, of whichever copy. It is taken by its members, never by its class. */
export interface SpecSchema<Spec = unknown> {
  /** @throws Error when the value does not fit */
  parse(value: unknown): Spec;
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Spec }
    | { readonly success: false; readonly error: { readonly issues: readonly z.core.$ZodIssue[] } };
}

/** How an output behaves when its component changes; dependents of a `new` one are updated or replaced with it. */
export interface OutputTrait {
  readonly description: string;
  /** After delete and create again: the same value, or a new one (an ALB's DNS name). */
  readonly onReplace: 'same' | 'new';
  /** After an update: the same value unless told (a task definition's ARN names the new revision). */
  readonly onUpdate?: 'same' | 'new';
}

/** The AWS actions (as in an IAM policy) that a type needs, reads apart from writes. */
export interface Permissions {
  readonly read: readonly string[];
  /** Reads of owned pieces only, beside the others. None unless told. */
  readonly readOwned?: readonly string[];
  readonly write: readonly string[];
}

/** The unchanging facts about a kind of resource, for the pure stages. */
export interface ComponentTraits<Spec = unknown> {
  /** `elbv2/listener` */
  readonly type: string;
  /** One line for the documentation: what it stands for. */
  readonly description: string;
  /** Validates and completes the spec. Must let a reference such as `${load-balancer.arn}` pass as any string. */
  readonly schema: SpecSchema<Spec>;
  readonly outputs: Readonly<Record<string, OutputTrait>>;
  /** May be used with `shared: true`. */
  readonly shareable: boolean;
  /** May be created and deleted by a playbook. */
  readonly ownable: boolean;
  /**
   * Top-level spec fields without which the piece cannot be looked up. A component is observed after the components
   * that these fields refer to.
   */
  readonly locators: readonly string[];
  /**
   * Top-level spec fields by which a piece is told that has no name and no tags of ours (a health check by what it checks): as
   * for locators, what they refer to is looked at first. None unless told.
   */
  readonly toldBy?: readonly string[];
  /** Locators that name the thing this piece lives in: when that is gone, so is this (a listener in a load balancer). */
  readonly containers: readonly string[];
  /**
   * Top-level spec fields that only a piece to be created needs: optional in the schema, so that a `shared` component may
   * be named and nothing else, and asked for by the playbook loader where the piece is owned. A list among them means one
   of its fields: a listener forwards, answers or redirects. None unless told.
   */
  readonly requiredWhenOwned?: readonly (string | readonly string[])[];
  /** Spec paths that cannot be changed in place; a difference there means replace. A path covers what lies below it. */
  readonly immutable: readonly string[];
  /**
   * Spec paths that name something which AWS looks for: with one that is gone, it refuses the change. None unless told.
   * A path covers what lies below it.
   */
  readonly mustExist?: readonly string[];
  /** A leftover that is in sync may be kept when its owner is redeployed. */
  readonly reuse: boolean;
  /**
   * Others go by its name all the time (a record): where it can be changed in place it is, also by a rebuild and when its
   * owner is gone. It is deleted when it is to be gone, and where what it leads to has to go first. False unless told.
   */
  readonly keepsName?: true;
  /** An unused one does nothing and cannot break (a task-definition revision), so `rebuild` keeps it when in sync. */
  readonly inert: boolean;
  /**
   * Types whose pieces are looked at first where they refer to this one, and told to its `observe` (`Target.referredBy`):
   * which revision of a task definition counts, its services tell. None unless told.
   */
  readonly seenAfter?: readonly string[];
  /** Types that must stop referring to this piece before it is deleted, because AWS refuses or a dangling name results. */
  readonly heldBy: readonly string[];
  /**
   * Wire codes with which AWS says that it does not find a piece of this type. A change of another piece that is refused so
   * is tried again where this run has made the piece, which AWS may not know everywhere yet. None unless told.
   */
  readonly missedAs?: readonly string[];
  /**
   * Top-level spec fields along which requests travel: `from` names the piece that they come from (a listener's load
   * balancer), `to` those that they go on to (its target group). None unless told.
   */
  readonly traffic?: { readonly from: readonly string[]; readonly to: readonly string[] };
  /** Fields of its spec are called as the author of a playbook likes: that one is called like a type tells nothing. */
  readonly freeForm?: true;
  /** Looking at one lists others of its kind, and takes down what points where (`ReadContext.noteReferrer`). */
  readonly listsReferrers?: true;
  /** Spec paths below which null is a value as any other, and takes no setting away. None unless told. */
  readonly nulls?: readonly string[];
  /**
   * Places whose values nobody is to read, whatever the playbook says: paths into the spec, and into the facts of a
   * state; `*` stands for any key or index. `onlyByParam`: top-level spec fields, of the former, that a playbook may not
   * spell: their values come from its sensitive parameters. None unless told.
   */
  readonly sensitive?: {
    readonly spec: readonly string[];
    readonly facts: readonly string[];
    readonly onlyByParam?: readonly string[];
  };
  /**
   * What helps when the piece is there, in sync and still unhealthy. `replace-stuck`: it is replaced where waiting does
   * not heal it (a load balancer that failed), and watched otherwise.
   */
  readonly remedy: 'update' | 'replace' | 'replace-stuck' | 'none';
  readonly permissions: Permissions;
}
