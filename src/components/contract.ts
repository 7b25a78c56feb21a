// The plug: what a component type tells the engine and does for it. The engine owns looping, waiting, time-outs,
// retries, journalling and cancelling; a type knows its kind of AWS resource, answers quickly, and never sleeps.
//
// Ten members are required. All others stand in named groups, each in a file of its own below contract/; what a type
// leaves out of them has a default (kit/type.ts).
import type { AwsService } from '../aws/services/service.ts';
import type { Capturing } from './contract/capturing.ts';
import type { ChangeContext, Receipt } from './contract/changing.ts';
import type { Depending } from './contract/depending.ts';
import type { Inventory } from './contract/inventory.ts';
import type { Judging } from './contract/judging.ts';
import type { Needing } from './contract/needs.ts';
import type { Difference, Observation, ReadContext, Readiness, Scope, Target } from './contract/observing.ts';
import type { Owners } from './contract/owners.ts';
import type { Rehearsal } from './contract/rehearsal.ts';
import type { Safety } from './contract/safety.ts';
import type { Settings } from './contract/settings.ts';
import type { Timing } from './contract/time.ts';
import type { ComponentTraits } from './contract/traits.ts';
import type { Undoing } from './contract/undo.ts';

export type * from './contract/capturing.ts';
export * from './contract/changing.ts';
export * from './contract/depending.ts';
export type * from './contract/inventory.ts';
export * from './contract/judging.ts';
export type * from './contract/needs.ts';
export * from './contract/observing.ts';
export type * from './contract/owners.ts';
export * from './contract/rehearsal.ts';
export type * from './contract/safety.ts';
export type * from './contract/settings.ts';
export type * from './contract/time.ts';
export type * from './contract/traits.ts';
export type * from './contract/undo.ts';

/**
 * What every type has. Laws, checked for each by one shared suite: absent is a value, not an error; denied or throttled
 * is `unknown`, never `absent`; observe changes nothing; create twice equals once; delete twice equals once; after create
 * and settle the diff is empty; an unlisted status word is `unknown`, never ready; it can be rehearsed and proved.
 *
 * `State` is the full AWS description of the piece as plain JSON: before-images are made from it.
 */
interface Core<Spec, State> {
  readonly traits: ComponentTraits<Spec>;

  /** Two components with equal identities claim the same piece: `ecs/service wonderland/deployer-api`. */
  identity(spec: Spec): string;

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

  /** Pure. A few words on what is there: `ACTIVE, 2 of 2 tasks running, 2 targets healthy`. */
  describe(state: State): string;

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

  /** How what is in no playbook is found; undefined for a kind of which nothing is looked for beyond the playbooks. */
  readonly inventory?: Inventory;

  /** Rows of the AWS services that it speaks to and that relight has none of; none unless told. */
  readonly services?: readonly AwsService[];

  /** Loads what acts, where it is loaded when first used; undefined when it is there already. */
  load?(): Promise<void> | undefined;
}

/** A type as its author writes it: the ten members, and of the groups whatever the kind of resource has to say. */
export interface TypeDefinition<Spec = unknown, State = unknown> extends Core<Spec, State> {
  readonly judging?: Partial<Judging<Spec, State>>;
  readonly safety?: Partial<Safety<Spec, State>>;
  readonly needs?: Partial<Needing<Spec>>;
  readonly depending?: Partial<Depending<Spec>>;
  readonly settings?: Partial<Settings<Spec, State>>;
  readonly time?: Partial<Timing<Spec, State>>;
  readonly undo?: Partial<Undoing<Spec, State>>;
  readonly rehearsal?: Partial<Rehearsal<Spec, State>>;
  readonly capturing?: Partial<Capturing<Spec, State>>;
  readonly owners?: Owners<Spec, State>;
}

/**
 * A type with all that it takes to plan, undo, rehearse and prove it; what it leaves out then is what its kind does not
 * have. Types of the registry are complete.
 */
export interface CompleteDefinition<Spec = unknown, State = unknown> extends TypeDefinition<Spec, State> {
  readonly safety: Partial<Safety<Spec, State>> & Pick<Safety<Spec, State>, 'policyScope'>;
  readonly time: Partial<Timing<Spec, State>> & Required<Pick<Timing<Spec, State>, 'estimate' | 'lookCalls'>>;
  readonly undo: Undoing<Spec, State>;
  readonly rehearsal: Partial<Rehearsal<Spec, State>> &
    Pick<Rehearsal<Spec, State>, 'injections' | 'subjects' | 'neighbour'>;
}

/** Made of a complete definition. */
export interface CompleteType<Spec = unknown, State = unknown> extends ComponentType<Spec, State> {
  readonly complete: true;
}

/** The module from outside that a type came from. */
export interface TypeSource {
  /** As it was named: `./my-types.mjs`. */
  readonly word: string;
  /** Its file name. */
  readonly module: string;
  /** SHA-256 of the module and of all that it imports by a relative path. */
  readonly digest: string;
}

/** A component type as the engine works with it: every group is there, its defaults filled in. */
export interface ComponentType<Spec = unknown, State = unknown> extends Core<Spec, State> {
  /** Undefined for those that ship. */
  readonly source?: TypeSource;
  readonly judging: Judging<Spec, State>;
  readonly safety: Safety<Spec, State>;
  readonly needs: Needing<Spec>;
  readonly depending: Depending<Spec>;
  readonly settings: Settings<Spec, State>;
  readonly time: Timing<Spec, State>;
  readonly undo: Undoing<Spec, State>;
  readonly rehearsal: Rehearsal<Spec, State>;
  readonly capturing: Capturing<Spec, State>;
  readonly owners: Owners<Spec, State>;
}
