// What it takes to write a playbook of a service that runs (`relight capture`): what stands around a piece, what it is called,
// and what of it a playbook need not say.
import type { Json, Observation, ReadContext, Tags } from './observing.ts';

/** A piece that may belong to a service, by the least spec that finds it. */
export interface Nearby {
  readonly type: string;
  readonly spec: Readonly<Record<string, Json>>;
}

/** A read that failed, and what it would have told. */
export interface UnseenAround {
  readonly what: string;
  readonly error: unknown;
  /** ARNs of pieces of which nobody knows now who else uses them. None unless told. */
  readonly users?: readonly string[];
}

/** Something else that uses what the service uses. */
export interface OtherUser {
  /** In words: `service payments`. */
  readonly what: string;
  /** ARNs and ids of what it uses. */
  readonly uses: readonly string[];
}

/** What stands around a piece, whoever's it is. */
export interface Surroundings {
  /** Pieces that live in it. None unless told. */
  readonly pieces?: readonly Nearby[];
  /** ARNs of pieces that go with it and stand nowhere in its spec: the load balancers of a target group. None unless told. */
  readonly links?: readonly string[];
  /** ARNs of pieces that are its own and stand nowhere in its spec: the other target group of two. None unless told. */
  readonly own?: readonly string[];
  /** ARNs of pieces between which somebody else leads requests from one to the other. None unless told. */
  readonly moved?: readonly string[];
  /** What may be its own too, and is left out, in words. None unless told. */
  readonly left?: readonly string[];
  /** Others beside it that may use the same. None unless told. */
  readonly others?: readonly OtherUser[];
  /** What it has and no component type makes, in words: `auto scaling (2 to 10, policy cpu)`. None unless told. */
  readonly aside?: readonly Aside[];
  /** Reads that failed: what they would have told is not known. None unless told. */
  readonly unseen?: readonly UnseenAround[];
}

/** What a piece has beside what can be written down. */
export interface Aside {
  readonly what: string;
  /** Spec fields that it moves, so that a playbook has to let them move: `desiredCount`. None unless told. */
  readonly moves?: readonly string[];
}

/** A piece that is found by what it leads to: a record, a health check. */
export interface Leading extends Nearby {
  /** Names that it leads to or asks, canonical. */
  readonly leadsTo: readonly string[];
  /** What others go by it by: its own name, canonical, or its id. */
  readonly provides: readonly string[];
  /** Ids of pieces that it goes by: of its health check. */
  readonly uses: readonly string[];
  /** Others may go by it, too: where not all of them were seen, it is not taken for the service's alone. False unless told. */
  readonly usable?: true;
  /** In words: `CNAME www.shop.example`. */
  readonly what: string;
}

/** How requests travel through a piece, for the probes of a playbook; each says what it knows. */
export interface ProbeShare {
  /** A name that people ask for, and the type of its record. */
  readonly name?: { readonly fqdn: string; readonly type: string };
  readonly door?: { readonly protocol: string; readonly port: number };
  /** Path of the health check, and statuses with which it passes. */
  readonly check?: { readonly path: string; readonly statuses: readonly number[] };
  /** It asks first who somebody is: the status that it answers a stranger with. */
  readonly stranger?: number;
  /** Nobody outside can reach it. */
  readonly inside?: true;
}

/** A field that becomes a parameter of the playbook. */
export interface CapturedParam {
  readonly name: string;
  readonly type: 'string' | 'integer';
  readonly description: string;
  /** Path into the spec: `['containers', 0, 'image']`. */
  readonly path: readonly (string | number)[];
}

export interface Capturing<Spec = unknown, State = unknown> {
  /** It becomes a component where the service names it; else it is only told of, by its name. Default: true. */
  readonly taken: boolean;
  /** Its id in a playbook where it is the only one of its kind: `load-balancer`. Default: the last part of the type's name. */
  readonly word: string;
  /** Pure. What tells it from others of its kind, a word or two: `443`. Default: nothing, so that they are numbered. */
  tellApart(spec: Spec, state: State): string;
  /**
   * Pure. The least spec that finds the piece that a user means by these words: a service by `<cluster>/<name>`, a load balancer
   * by its name or ARN. Undefined for words that mean none. Default: none.
   */
  named?(words: string): Readonly<Record<string, Json>> | undefined;
  /** Reads what stands around it. Default: nothing. */
  around?(spec: Spec, state: State, context: ReadContext): Promise<Surroundings>;
  /** Pure. What it leads to, and goes by. Of kinds that `leading` tells. */
  leads?(spec: Spec, state: State): Pick<Leading, 'leadsTo' | 'provides' | 'uses'>;
  /** Reads what it has beside what can be written down where no service uses it. Throws where a read fails. Default: nothing. */
  unused?(spec: Spec, state: State, context: ReadContext): Promise<readonly Aside[]>;
  /** Reads all pieces of the kind, with what they lead to. Throws where a listing fails. Default: there are none. */
  readonly leading?: (context: ReadContext) => Promise<readonly Leading[]>;
  /** Looks at one that `leading` told, whoever's it is. Default: `observe`. */
  readonly seen?: (leading: Leading, context: ReadContext) => Promise<Observation<State>>;
  /** Reads the pieces that name one of these: services of a target group. Throws where a read fails. Default: none. */
  readonly users?: (arns: readonly string[], context: ReadContext) => Promise<readonly Nearby[]>;
  /** Reads the entries of a table that speak of one of these texts. Throws where a read fails. Default: none. */
  readonly entries?: (table: string, texts: readonly string[], context: ReadContext) => Promise<readonly Nearby[]>;
  /** The type whose pieces live in it and name it by its name: items, of a table. Default: none. */
  readonly holds?: string;
  /** Pure. Why it is not the service's alone, whoever else uses it, in words; undefined where nothing says so. Default: nothing does. */
  sharedBecause?(spec: Spec, state: State): string | undefined;
  /** Pure. Host names that it takes requests for, with `*` and `?`; undefined for all. Default: all. */
  hosts?(spec: Spec): readonly string[] | undefined;
  /** Pure. Paths that it takes requests for, with `*` and `?`; undefined for all. Default: all. */
  paths?(spec: Spec): readonly string[] | undefined;
  /** Pure. What it knows of the way of requests. Default: nothing. */
  probe?(spec: Spec, state: State): ProbeShare;
  /** Pure. AWS keeps it from being deleted, in words: `deletion_protection.enabled`. Default: nothing does. */
  protectedBy?(spec: Spec, tags: Tags | undefined): string | undefined;
  /** Paths of fields whose values are written only where the user says so: `containers[*].environment`. Default: none. */
  readonly private: readonly string[];
  /** Paths of fields that sound like secrets and only name where one is kept: `containers[*].secrets`. Default: none. */
  readonly places: readonly string[];
  /** Pure. What it needs that is in no component, in words, names only: `secret prod/db`. Default: nothing. */
  needs(spec: Spec): readonly string[];
  /** Pure. Fields of which every deployment has its own value. Default: none. */
  params(spec: Spec): readonly CapturedParam[];
  /** Fields that say where requests go: a playbook leaves them to who leads requests from one of these to the other. Default: none. */
  readonly movable: readonly string[];
  /** Pure. Is this what AWS takes where nobody says anything, beside what `settings.isUsual` knows? Default: nothing is. */
  isUsual(path: string, value: unknown): boolean;
  /** Pure. The same in fewer words. Default: as it is. */
  shortly(spec: Spec): Spec;
  /** It is well only once the service answers: it comes after the service. Default: false. */
  readonly afterService: boolean;
  /** Types of which those that refer to what this refers to have to be there first. Default: none. */
  readonly after: readonly string[];
}
