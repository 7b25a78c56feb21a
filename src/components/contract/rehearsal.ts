// What a rehearsal and a proof must know of a type to try it out in a sandbox: how its pieces are brought into each state,
// how a call names one, and who may live beside it. A type says so in terms of these interfaces; it never sees the sandbox.
import type { Target } from './observing.ts';

/** A service of the embedded AWS: what it must be beside its name, the sandbox knows (`src/sandbox/model.ts`). */
export interface SandboxServiceLike {
  /** As in the credential scope of a signature. */
  readonly name: string;
}

/** Something that a spec takes for granted and that no component stands for; `sandbox seed` makes it. */
export type Presumption =
  /** Of a kind that a service from outside offers: the item as that service reads it, and what it is called. */
  | { readonly kind: 'outside'; readonly id: string; readonly item: { readonly kind: string } }
  | { readonly kind: 'subnet' | 'security-group' | 'vpc'; readonly id: string }
  | { readonly kind: 'certificate'; readonly arn: string }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'parameter'; readonly parameter: string }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'log-group'; readonly name: string; readonly region?: string }
  | { readonly kind: 'hosted-zone'; readonly name: string }
  | { readonly kind: 'capacity-provider'; readonly name: string };

/** The playbook that a foreign piece is tagged as. */
export const foreignPlaybook = 'somebody-else';

/** The playbook that the neighbours in a proof's world are tagged as. */
export const neighboursPlaybook = 'next-door';

/** A component as far as a rehearsal's disruptions must know it. */
export interface RehearsedComponent<Spec = unknown> {
  readonly id: string;
  readonly type: string;
  /** As in the playbook, references as their text. */
  readonly spec: Spec;
  readonly references: readonly { readonly path: string; readonly component: string }[];
  /** Spec paths that others may move. */
  readonly ignore: readonly string[];
}

export interface RehearsedPlaybook {
  readonly components: ReadonlyMap<string, RehearsedComponent>;
}

// --- Injections ------------------------------------------------------------------------------------------------------

/** What a sandbox's network holds without anybody having made it. */
export interface PresumedPlace {
  readonly kind: 'subnet' | 'security-group';
  readonly id: string;
  readonly vpc: string;
  readonly availabilityZone?: string;
}

/** What no call of AWS brings about, put into the sandbox's world directly. */
export interface Interventions {
  /** Puts a tag on a piece, by its ARN or what else AWS calls it by; false when nothing taggable has that id. */
  tag(id: string, key: string, value: string): boolean;
  /** Brings a piece into a state that a service of the sandbox knows by name (`tasks-hang`); false when it cannot be. */
  afflict(trouble: string, id: string): boolean;
  presume(places: readonly PresumedPlace[]): void;
  /** Takes away what the world was told to hold, such as a role; false when there is none, or nothing of its kind can go. */
  withdraw(thing: { readonly kind: string; readonly name: string; readonly region?: string }): boolean;
  vpcs(): readonly string[];
}

/** An operator's hands on one piece that is there. */
export interface Operator<Spec = unknown, State = unknown> {
  readonly playbook: RehearsedPlaybook;
  readonly component: RehearsedComponent<Spec>;
  /** With every known reference replaced by its value. */
  readonly spec: Spec;
  readonly state: State;
  readonly region: string;
  readonly sandbox: Interventions;
  /** Changes the piece to another spec through its type. */
  change(spec: Spec): Promise<void>;
  /** Changes a field of another component's piece, which is there, through its type. */
  alter(id: string, field: string, value: unknown): Promise<void>;
  /** Deletes the piece. */
  remove(): Promise<void>;
  /** Makes the piece again, as its spec says. */
  create(): Promise<void>;
  /** Deletes the piece and, once it is gone, makes it by another spec. */
  remake(spec: Spec): Promise<void>;
  /** Makes a helper piece, or finds it, and tells its outputs. */
  make(type: string, id: string, spec: unknown): Promise<Readonly<Record<string, string | undefined>>>;
  /** Deletes a helper piece. */
  unmake(type: string, id: string, spec: unknown): Promise<void>;
}

/** A call that the caller may not make. */
export interface DeniedCall {
  /** As signatures name it: `elasticloadbalancing`. */
  readonly service: string;
  readonly operation: string;
  /** Text of the request that it must hold; any request unless told. */
  readonly resource?: string;
}

/** The states that a disruption can bring a piece into; that it is lost is the same for every type. */
export type InjectedState = 'foreign' | 'drifted' | 'dangling' | 'unhealthy' | 'settling' | 'unreadable';

/** How a piece is brought into a state. */
export type Injection<Spec = unknown, State = unknown> =
  /** An operator does it, or the world. */
  | {
      readonly kind: 'done';
      /** Why it cannot be done to this component, told from the playbook alone; undefined when it can. */
      unless(component: RehearsedComponent<Spec>, playbook: RehearsedPlaybook): string | undefined;
      /** Tells what it did, in a few words; undefined when it could not fall on this piece as it is. */
      inject(operator: Operator<Spec, State>): Promise<string | undefined>;
      /** `settled`: AWS finishes it before the disaster is looked at; `begun`: it is looked at while under way. */
      readonly until: 'settled' | 'begun';
    }
  /** Calls of relight are refused. */
  | { readonly kind: 'denied'; calls(spec: Spec, state: State | undefined): readonly DeniedCall[] }
  | { readonly kind: 'cannot'; readonly because: string };

export type Injections<Spec = unknown, State = unknown> = Readonly<Record<InjectedState, Injection<Spec, State>>>;

/**
 * States in which something stands in the way of a change, and AWS or the piece itself would have told so beforehand. `guarded`:
 * it carries the tag that protects it. `held`: AWS would refuse to delete it. `handed-over`: something else than AWS's own
 * deployments changes it. `displaced`: it is gone, and a piece of somebody else stands in its place.
 */
export type HinderedState = 'guarded' | 'held' | 'handed-over' | 'displaced';

export type Hindrances<Spec = unknown, State = unknown> = Readonly<
  Partial<Record<HinderedState, Injection<Spec, State>>>
>;

// --- Subjects --------------------------------------------------------------------------------------------------------

/** Parameters of a call, and whatever else is JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** A component as calls name it. */
export interface NamedPiece {
  /** ARNs and ids that AWS gave to it. */
  readonly ids: ReadonlySet<string>;
  /** Its spec, as it reads with what each look saw of the others. */
  readonly specs: readonly Fields[];
  /** Its state in each look that saw it. */
  readonly states: readonly unknown[];
}

/** Where the playbook's pieces are. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** How one operation names the pieces that it changes, by AWS's own parameters alone. */
export interface Naming {
  /** The things that a call is about, where they may be several; the call's input unless told. */
  readonly things?: (input: Fields) => readonly Fields[];
  /** True when the thing is this piece and no other. */
  readonly names: (thing: Fields, piece: NamedPiece, place: Place) => boolean;
  /** The call takes the thing away; unless told, operations do that are called Delete or Deregister. */
  readonly deletes?: (thing: Fields) => boolean;
}

/** Namings by operation, as permissions are written: `elasticloadbalancing:DeleteListener`. */
export type Subjects = Readonly<Record<string, Naming>>;

// --- Neighbours ------------------------------------------------------------------------------------------------------

/** A piece of somebody else beside one of the playbook's. */
export interface NeighbourPiece {
  readonly spec: Fields;
  /** A helper that it needs: made before, and its output put into a field of the spec. */
  readonly beside?: {
    readonly type: string;
    readonly spec: Fields;
    readonly output: string;
    readonly field: string;
  };
}

/** Neighbours without whose leaving AWS would not delete a piece. */
export interface Lodgers<Spec = unknown> {
  /** Of which type. */
  readonly type: string;
  /** True when a neighbour of this spec lives in the piece. */
  livesIn(spec: Spec, neighbour: Fields): boolean;
}

/** How pieces of a type are tried out in a sandbox. */
export interface Rehearsal<Spec = unknown, State = unknown> {
  /**
   * Pure. The spec with AWS's own protections switched off that keep the piece from being deleted, for who deletes it by hand all
   * the same; undefined where it says none. Default: it says none.
   */
  letGo?(spec: Spec): Spec | undefined;

  /** Services of the embedded AWS that it needs and that the sandbox has none of; none unless told. */
  readonly services?: readonly SandboxServiceLike[];

  readonly injections: Injections<Spec, State>;

  /**
   * How a piece gets into a state in which a change of it would be refused. Default: into none. That something is missing which
   * it needs is told by `needs` already.
   */
  readonly hindrances?: Hindrances<Spec, State>;

  readonly subjects: Subjects;

  /**
   * Pure. The neighbour that a proof puts beside this piece: one that a recovery must leave as it is and could strike by a
   * name that is half read, a listing that is taken as a whole, or a batch that holds too much. Undefined where the piece
   * is nothing that somebody else's could stand beside: in a cluster of the playbook's own it would go with it, and rightly.
   */
  neighbour(spec: Spec): NeighbourPiece | undefined;

  /** Neighbours that go first when a piece is lost. Default: none. */
  readonly lodgers?: Lodgers<Spec>;

  /**
   * Pure. The spec of a piece with settings more than it says, such as pieces in AWS have: proofs play in worlds that are richer
   * than the playbook. Only what can be changed in place. Default: nothing more.
   */
  richer?(spec: Spec): Spec;

  /** AWS gives such pieces no names: a sandbox counts all of an account together, under these words (`health check`). */
  readonly countedAs?: string;

  /**
   * For a shared piece of which the playbook gives little more than the name: a full spec such as it could have, so that
   * a sandbox can be seeded with it. `others` are the specs of the playbook's other components. Default: the spec itself.
   */
  standIn(target: Target<Spec>, others: readonly { readonly type: string; readonly spec: unknown }[]): Spec;

  /** What a spec takes for granted; empty unless told. */
  presumes(spec: Spec): readonly Presumption[];
}
