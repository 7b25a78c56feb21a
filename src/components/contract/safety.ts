// What keeps a change from taking away more than it should.
import type { ChangeAction } from './changing.ts';
import type { ReadContext, Scope, Tags, Target } from './observing.ts';

/** Something that AWS takes away with a piece that is deleted, although no step says so: a load balancer's listeners. */
export interface CascadedPiece {
  /**
   * `piece`: one of its own, in the playbook or not (a listener). `part`: of the piece itself (a revision of a family), so
   * only its tags may stand in the way. `backend`: what the piece hands requests to (a registered target); it is the doing
   * of the component that gets its requests from here, where there is one.
   */
  readonly kind: 'piece' | 'part' | 'backend';
  /** In words: `listener HTTP:8443`. */
  readonly what: string;
  /** Its ARN, or what else tells it from others. */
  readonly id: string;
  /** The cascaded piece that it lives in, by its id: a rule's listener. */
  readonly within?: string;
  /** Undefined where the kind of resource carries no tags. */
  readonly tags: Tags | undefined;
  /** A backend that gets requests at this moment. */
  readonly answers?: boolean;
  /**
   * Of one that nobody can move elsewhere first: what its loss comes to and what can be done about it, in words that end a
   * sentence: `relight does not put it back: register it again afterwards`.
   */
  readonly lost?: string;
}

/** Why AWS would refuse a change, known before it is asked for. */
export interface Blocker {
  /** What stands in the way, in words: `rule 11 of listener HTTPS:443, in no component, forwards to it`. */
  readonly what: string;
  /** What the user can do about it, in words: `set deletion_protection.enabled to false first`. */
  readonly remedy: string;
  /**
   * The piece that stands in the way, by its ARN or what else tells it from others, where there is one. It may be a component
   * of the playbook: then it is no blocker where it goes, or lets go, before the change.
   */
  readonly id?: string;
}

/** A condition of an IAM policy statement: operator, key, values. */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What one action is limited to; no resources means that this piece does not need the action. */
export interface ActionScope {
  /** ARNs, with `*` for what AWS makes up. */
  readonly resources: readonly string[];
  readonly conditions?: PolicyConditions;
}

/** How far the permissions of one piece can be narrowed down. */
export interface PolicyScope {
  /** By action. One that is not named takes no resource-level permissions: its resource is `*`. */
  readonly actions: Readonly<Record<string, ActionScope>>;
  /** Outputs that are not known before the piece is there, as patterns: `arn: 'arn:aws:...:loadbalancer/app/api/*'`. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** What goes with a piece, what it holds, and how far the permissions for it can be narrowed down. */
export interface Safety<Spec = unknown, State = unknown> {
  /**
   * What AWS deletes with the piece, read afresh. Asked only where a delete is planned, and again right before
   * it. A read that fails throws: what could not be seen may be anybody's. Default: nothing does.
   */
  cascade?(target: Target<Spec>, state: State, context: ReadContext): Promise<readonly CascadedPiece[]>;

  /**
   * Why AWS would refuse this change of the piece, read afresh: a protection that is switched on, something in no component
   * that holds it. Asked where such a change is planned, and again right before it. What is a component of the playbook is told
   * as well, with its `id`. A read that fails throws. Default: nothing does.
   *
   * @param state as it was observed; of a piece that is to be made there is none
   */
  blockers?(
    target: Target<Spec>,
    state: State | undefined,
    action: ChangeAction,
    context: ReadContext,
  ): Promise<readonly Blocker[]>;

  /**
   * For kinds that hold what no before-image keeps (a table its items): what it holds beside `own` pieces of the playbook,
   * in words (`items`); undefined when that is surely nothing. A read that fails is thrown. Such a piece is not deleted
   * unless the user accepts it. Default: it holds nothing.
   */
  holds?(state: State, own: number, context: ReadContext): Promise<string | undefined>;

  /**
   * Pure. Why AWS would refuse an update of these spec paths on the piece as it is, and what changes them instead; no path at
   * all asks about the remedy for an unhealthy piece. Such an update is told and not tried. Default: it refuses none.
   */
  refuses?(state: State, paths: readonly string[]): string | undefined;

  /**
   * Pure. Where the type's actions are needed for this piece, for `relight permissions`. References that cannot be told
   * stand in the spec as text. Default: everywhere.
   */
  policyScope(spec: Spec, scope: Scope): PolicyScope;
}
