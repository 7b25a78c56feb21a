// What the laws must know of one type: what must be there before, a piece, a change to it, and a way to count pieces that
// does not go through the type itself.
import type { RehearsedComponent } from '../components/contract.ts';
import type { Bench } from './bench.ts';

/** What the laws must know of one type. */
export interface Fixture {
  /** Makes what the piece needs and gives the piece. */
  readonly prepare: (where: Bench) => Promise<Prepared>;
  /** Number of pieces of this kind, asked of AWS by another operation than the type's own look. */
  readonly count: (where: Bench) => Promise<number>;
  /** Whether AWS gives a piece of this kind a status word. */
  readonly hasStatus: boolean;
  /** Fields that may be said in another word of the same meaning: `{ deregistrationDelay: 'attributes' }`. */
  readonly saidAs?: Readonly<Record<string, string>>;
  /** Members of a state that AWS chooses anew for each piece, or that tell of its history, beside outputs. */
  readonly ownMembers?: readonly string[];
  /** AWS says nothing that would tell a piece from one that is made later under its name. */
  readonly hasNoGeneration?: true;
  /** Optional fields without which AWS makes some pieces, and not this one: the network of a service whose tasks have their own. */
  readonly neededHere?: readonly string[];
  /** A reference that can dangle: its path, the components it leads to, and how to see it where the spec stays true. */
  readonly dangling?: {
    readonly path: string;
    readonly others?: readonly RehearsedComponent[];
    readonly hasMoved?: (where: Bench, before: unknown) => Promise<boolean>;
  };
}

/** Specs that the laws try a type with. */
export interface Prepared {
  /** As in a playbook, references resolved. */
  readonly spec: object;
  /** The same piece with one changeable field changed, and the paths of the differences that this makes. */
  readonly changed: { readonly spec: object; readonly paths: readonly string[] };
  /** Another piece of the kind that is not there. */
  readonly another: object;
  /** The same piece with all that a spec can say of one, so far as it goes together. */
  readonly full: object;
  /** The same piece with as little said as goes, where a state needs that. */
  readonly bare?: object;
  /** Top-level fields of the schema that cannot stand in `full`, as another one says the same or excludes them. */
  readonly apart?: readonly string[];
}
