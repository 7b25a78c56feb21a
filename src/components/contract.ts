// The plug: what a component type tells the engine and does for it. The engine owns looping, waiting, time-outs,
// retries, journalling and cancelling; a type knows its kind of AWS resource, answers quickly, and never sleeps.
import type { z } from 'zod';
import type { AwsAccess } from '../aws/access.ts';
import type { Json } from '../util/json.ts';

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

// --- Observing -------------------------------------------------------------------------------------------------------

/** Why something could not be seen. `status` is an AWS status word that the type does not list. */
export type UnknownReason = 'denied' | 'throttled' | 'unavailable' | 'timeout' | 'invalid' | 'status' | 'upstream';

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
    }
  | { readonly kind: 'absent'; readonly at: number; readonly detail?: string; readonly via?: string }
  | {
      readonly kind: 'unknown';
      readonly reason: UnknownReason;
      readonly detail: string;
      readonly at: number;
      readonly via?: string;
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
}

/**
 * How a piece of the playbook stands, for whoever asks what a name proves. `tagged`: there, with the playbook's tag.
 * `untagged`: there, and nobody's by its tags. `gone`: surely not there. `other`: shared, somebody else's by its tag, not to
 * be seen, or of a kind without tags; its name proves nothing.
 */
export type PieceStatus = 'tagged' | 'untagged' | 'gone' | 'other';

/** A component of the playbook, as evidence. */
export interface KnownPiece {
  readonly component: string;
  readonly type: string;
  readonly status: PieceStatus;
  /** As far as they are known now. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** Those of the outputs that no other piece ever has: an ARN, an id, a DNS name that AWS made up. */
  readonly unique: readonly string[];
}

/** What can prove that the content of a piece without tags is the playbook's own. */
export interface Evidence {
  readonly playbook: string;
  readonly account: string;
  readonly region: string;
  /** Every component of the playbook. To be asked for only where it matters: a large playbook has as many as it has items. */
  readonly pieces: () => readonly KnownPiece[];
  /** What earlier runs of the playbook wrote into this piece, as their receipts say; empty where none did. */
  readonly written: readonly Json[];
}

/** What the content of a piece without tags tells of whose it is. */
export interface Claim {
  /** What of it nothing explains, in words (`standby.example`); undefined when there is nothing of the kind. */
  readonly strange: string | undefined;
  /** What of it only this playbook can have written, in words; undefined when there is nothing of the kind. */
  readonly proof: string | undefined;
}

/** Says in AWS itself whose a piece without tags is (`ownership: marker`). */
export interface Marker {
  readonly playbook: string;
  readonly component: string;
}

/** Where requests go that come to a piece, told by inventory, for what is no component's. */
export interface Lead {
  /** What it leads to, as it was found: a DNS name. */
  readonly to: string;
  /** In words, what answers there (`load balancer api: 2 healthy targets`); null when surely nothing does. */
  readonly serves: string | null;
  /** False for what lies beyond the account and region, and may well serve. */
  readonly seen: boolean;
}

/** What a read needs. */
export interface ReadContext {
  readonly aws: AwsAccess;
  readonly scope: Scope;
  /** Milliseconds since the epoch, for the `at` of observations. */
  readonly now: () => number;
  /** Shares one read among all who ask with the same key during this look: `once('zone Z1', () => list(...))`. */
  readonly once: <T>(key: string, read: () => Promise<T>) => Promise<T>;
  /** Runs `work` under the look's bound of concurrent calls. Use it around every call or short run of calls. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Takes down what names a piece, where a listing shows it on the way. */
  readonly noteReferrer?: (referrer: Referrer) => void;
}

// --- Changing --------------------------------------------------------------------------------------------------------

/** A piece as AWS has it, in a playbook's words: what would have to be written to get it like this. */
export interface AsSpec<Spec> {
  readonly spec: Spec;
  /** What AWS has and a spec has no word for, a few words each: it does not come back when the piece is made again. */
  readonly notRepresented: readonly string[];
}

/** What a change needs besides. */
export interface ChangeContext extends ReadContext {
  /** Idempotency token of this step's generation: at most 36 characters of `[A-Za-z0-9-]`, the same on each retry. */
  readonly token: string;
  /** Tags to put on a created piece. */
  readonly tags: Tags;
}

/** What the answer to a change told, journalled and handed to `settled`; `{ changeId: 'C123' }`. */
export type Receipt = Readonly<Record<string, Json>>;

/** The answer to "is it finished?". */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'pending'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

export type ChangeAction = 'create' | 'update' | 'delete';

// --- Time ------------------------------------------------------------------------------------------------------------

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

// --- The type --------------------------------------------------------------------------------------------------------

/** How an output behaves when its component changes; dependents of a `new` one are updated or replaced with it. */
export interface OutputTrait {
  readonly description: string;
  /** After delete and create again: the same value, or a new one (an ALB's DNS name). */
  readonly onReplace: 'same' | 'new';
  /** After an update: the same value unless told (a task definition's ARN names the new revision). */
  readonly onUpdate?: 'same' | 'new';
}

/** Something that a spec takes for granted and that no component stands for; `sandbox seed` makes it. */
export type Presumption =
  | { readonly kind: 'subnet' | 'security-group' | 'vpc'; readonly id: string }
  | { readonly kind: 'certificate'; readonly arn: string }
  | { readonly kind: 'hosted-zone'; readonly name: string };

/** The AWS actions (as in an IAM policy) that a type needs, reads apart from writes. */
export interface Permissions {
  readonly read: readonly string[];
  /** Reads of owned pieces only, beside the others. None unless told. */
  readonly readOwned?: readonly string[];
  readonly write: readonly string[];
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

/** The unchanging facts about a kind of resource, for the pure stages. */
export interface ComponentTraits<Spec = unknown> {
  /** `elbv2/listener` */
  readonly type: string;
  /** One line for the documentation: what it stands for. */
  readonly description: string;
  /** Validates and completes the spec. Must let a reference such as `${load-balancer.arn}` pass as any string. */
  readonly schema: z.ZodType<Spec>;
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
  /** An unused one does nothing and cannot break (a task-definition revision), so `rebuild` keeps it when in sync. */
  readonly inert: boolean;
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
  /** Looking at one lists others of its kind, and takes down what points where (`ReadContext.point`). */
  readonly listsReferrers?: true;
  /**
   * Places whose values nobody is to read, whatever the playbook says: paths into the spec, and into the facts of a
   * state; `*` stands for any key or index. None unless told.
   */
  readonly sensitive?: { readonly spec: readonly string[]; readonly facts: readonly string[] };
  /**
   * What helps when the piece is there, in sync and still unhealthy. `replace-stuck`: it is replaced where waiting does
   * not heal it (a load balancer that failed), and watched otherwise.
   */
  readonly remedy: 'update' | 'replace' | 'replace-stuck' | 'none';
  readonly permissions: Permissions;
}

/**
 * A component type: traits plus behaviour. Laws, checked for every type by one shared suite: absent is a value, not an
 * error; denied or throttled is `unknown`, never `absent`; observe changes nothing; create twice equals once; delete
 * twice equals once; after create and settle the diff is empty; an unlisted status word is `unknown`, never ready.
 *
 * `State` is the full AWS description of the piece as plain JSON: before-images are made from it.
 */
export interface ComponentType<Spec = unknown, State = unknown> extends ComponentTraits<Spec> {
  /** Two components with equal identities claim the same piece: `ecs/service wonderland/deployer-api`. */
  identity(spec: Spec): string;

  /**
   * For a shared piece of which the playbook gives little more than the name: a full spec such as it could have, so that
   * a sandbox can be seeded with it. `others` are the specs of the playbook's other components. Default: the spec itself.
   */
  standIn?(target: Target<Spec>, others: readonly { readonly type: string; readonly spec: unknown }[]): Spec;

  /** What a spec takes for granted; empty unless told. */
  presumes?(spec: Spec): readonly Presumption[];

  /**
   * Looks at all targets in as few calls as AWS allows. Answers for every id it was given. A read that fails makes the
   * targets it concerns `unknown`; other targets are not touched by it.
   */
  observe(targets: readonly Target<Spec>[], context: ReadContext): Promise<ReadonlyMap<string, Observation<State>>>;

  /** Pure. */
  readiness(state: State, spec: Spec): Readiness;

  /** Pure. Compares only what the spec says; order matters only where AWS says so. */
  diff(spec: Spec, state: State): readonly Difference[];

  /**
   * Pure. The outputs that are known: all of them with a state; without one, those that can be told from spec and scope
   * alone (a name, an ECS service's ARN). Undefined values count as not known.
   */
  outputsOf(spec: Spec, state: State | undefined, scope: Scope): Readonly<Record<string, string | undefined>>;

  /**
   * Pure. Where the type's actions are needed for this piece, for `relight permissions`. References that cannot be told
   * stand in the spec as text. Default: everywhere.
   */
  policyScope?(spec: Spec, scope: Scope): PolicyScope;

  /**
   * Pure. Does it answer requests right now? In words (`2 healthy targets`); undefined when it does not. Pieces in front
   * of it serve through it (`traffic`). Default: it answers none by itself.
   */
  serves?(state: State): string | undefined;

  /**
   * Pure, for kinds without tags: whose is the content? Such a piece is not changed unless something in it is proof and
   * nothing in it is strange, or the user accepts it. Content that the spec wants proves nothing by itself.
   */
  claim?(spec: Spec, state: State, evidence: Evidence): Claim;

  /** Pure, for kinds without tags: what the piece says, for a consent that holds only while it says the same. */
  says?(spec: Spec, state: State): Json;

  /**
   * Pure, for kinds without tags: the identities of the piece in every spelling that a playbook may give it (a zone by its
   * name or by its id), so that receipts of other playbooks are found. Default: its identity.
   */
  spellings?(spec: Spec, state: State): readonly string[];

  /** Pure. The spec with the marker in it, so that it is made, compared, written and deleted with the piece. */
  marked?(spec: Spec, marker: Marker): Spec;

  /** Pure. The marker that was seen and fits what the piece says; a lost, damaged or outdated one is none. */
  markerOf?(spec: Spec, state: State): Pick<Marker, 'playbook'> | undefined;

  /**
   * Pure. The names that requests for this piece are sent on to, such as a record's alias target, but for those of the
   * playbook's own tagged pieces and of its own that are gone: of them all is known.
   */
  leadsTo?(state: State, evidence: Evidence): readonly string[];

  /**
   * What answers behind `names`, told by inventory, never by resolving. Asked only for what `leadsTo` names, where a plan
   * deletes the piece or leads it elsewhere, and again right before. A read that fails throws: it counts as serving.
   */
  leads?(names: readonly string[], state: State, context: ReadContext): Promise<readonly Lead[]>;

  /** Pure. By what others point at it: DNS names under which it is reached, a health check's id. */
  aliases?(state: State): readonly string[];

  /** Pure. Seconds for which others go on as if it were there after it is gone (a record's TTL). Default: none. */
  propagationSeconds?(state: State, receipt: Receipt): number;

  /**
   * For kinds that hold what no before-image keeps (a table its items): what it holds beside `own` pieces of the playbook,
   * in words (`items`); undefined when that is surely nothing. A read that fails is thrown. Such a piece is not deleted
   * unless the user accepts it. Default: it holds nothing.
   */
  holds?(state: State, own: number, context: ReadContext): Promise<string | undefined>;

  /** Pure. A few words on what is there: `ACTIVE, 2 of 2 tasks running, 2 targets healthy`. */
  describe(state: State): string;

  /**
   * Pure. What of the state stays the same while nobody touches the settled piece: a saved plan is stale when it differs
   * at a later look. Leaves out what changes by itself (task and item counts, target health), and puts lists in order
   * where AWS promises none. Default: the state without its `description`.
   */
  facts?(state: State): Json;

  /**
   * Pure. Where in the facts the value of a spec path stands, as a path of the same kind: `item.token` for
   * `attributes.token`. Undefined, or not told: anywhere, so that all of the state is hidden where a playbook marks a
   * path as sensitive.
   */
  factsPath?(specPath: string): string | undefined;

  /**
   * Pure. Typical seconds until a change has settled, from AWS's usual timings and the settings of this piece and of those
   * that it refers to. With a state, `create` asks how long a piece that is on its way still takes.
   */
  estimate(action: ChangeAction, spec: Spec, state: State | undefined, neighbours?: Neighbours): number;

  /**
   * Pure. The part of the estimate that settings decide (a deregistration delay, a TTL), in seconds: it is the same on
   * AWS's good and bad days. Default: none.
   */
  settingSeconds?(action: ChangeAction, spec: Spec, state: State | undefined, neighbours?: Neighbours): number;

  /** Settings worth trying out when a recovery takes too long. Default: none. */
  readonly tunables?: readonly Tunable<Spec, State>[];

  /**
   * What AWS deletes with the piece, read afresh. Asked only where a delete is planned, and again right before
   * it. A read that fails throws: what could not be seen may be anybody's. Default: nothing does.
   */
  cascade?(target: Target<Spec>, state: State, context: ReadContext): Promise<readonly CascadedPiece[]>;

  /**
   * Full description for a before-image where the observed state is not enough to make the piece again.
   *
   * @param leaves the piece is about to be deleted: what is deleted with it belongs into the image too
   */
  capture?(target: Target<Spec>, state: State, context: ReadContext, leaves: boolean): Promise<Json>;

  /**
   * Pure. The full spec that describes the piece as AWS has it, for making it again (`relight undo`): nothing differs
   * between the two, and the schema accepts it unless the piece is of a kind that no spec can describe.
   *
   * @param spec by which the piece was found: where to look is taken from it, and the spelling of names
   * @param captured what `capture` told, where the type has one and it was asked
   */
  specOf(spec: Spec, state: State, captured: Json | undefined): AsSpec<Spec>;

  /**
   * Pure. What tells this piece from one that is made later under the same name, such as an id or the time it was made.
   * Default: the outputs that are new after a replacement.
   */
  generation?(state: State): string;

  /** Makes the piece. When it already exists as wanted and is ours, that is success. */
  create(target: Target<Spec>, context: ChangeContext): Promise<Receipt>;

  /** Brings the differing fields to the spec; with no differences, applies the remedy for an unhealthy piece. */
  update(
    target: Target<Spec>,
    state: State,
    differences: readonly Difference[],
    context: ChangeContext,
  ): Promise<Receipt>;

  /** Removes the piece, also when AWS wants preparation (deletion protection is left to the user). Gone is success. */
  delete(target: Target<Spec>, state: State, context: ChangeContext): Promise<Receipt>;

  /**
   * Asks whether a change has settled, where looking at the piece does not tell (a DNS change that is still PENDING).
   * The engine has already seen the piece as wanted (or gone, after a delete) when it asks.
   */
  settled?(action: ChangeAction, receipt: Receipt, target: Target<Spec>, context: ReadContext): Promise<Settlement>;

  /** Checks the settled piece from outside: the authoritative DNS answer, the health check's own status. */
  verify?(target: Target<Spec>, state: State, context: ReadContext): Promise<Settlement>;
}
