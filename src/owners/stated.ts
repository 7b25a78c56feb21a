// What a Terraform state says of pieces of the kinds that relight knows: in a playbook's words, and which component is which. Pure.
import type { ComponentType, Scope, StatedPiece, Tags } from '../components/contract.ts';
import type { StateResource, TerraformState } from './terraform-state.ts';

/** A resource of a state, as a piece of a component type. */
export interface StatedResource extends Pick<StateResource, 'address' | 'attributes' | 'sensitive'> {
  readonly type: ComponentType;
  /** Its state may hold secrets. */
  readonly piece: StatedPiece;
}

/** A piece that a state tells of, in a playbook's words. */
export interface StatedSpec extends Pick<StateResource, 'address' | 'sensitive'> {
  /** The component type: `elbv2/load-balancer`. */
  readonly type: string;
  /** In full, with ids as they were; it may hold secrets, at the type's `traits.sensitive.spec` and wherever `sensitive` says. */
  readonly spec: unknown;
  /** What the state has and a spec has no word for, a few words each. */
  readonly notRepresented: readonly string[];
  /** Undefined where the kind of resource carries no tags. */
  readonly tags: Tags | undefined;
}

/** All managed resources of a state that are of a kind which one of the types knows, in the state's order. */
export function statedIn(state: TerraformState, types: ReadonlyMap<string, ComponentType>): readonly StatedResource[] {
  const kinds = new Map<string, ComponentType>();
  for (const type of types.values()) {
    for (const resource of type.owners.terraform?.resources ?? []) kinds.set(resource, type);
  }
  return state.resources.flatMap(({ address, attributes, managed, sensitive, type: resource }) => {
    const type = managed ? kinds.get(resource) : undefined;
    const piece = type?.owners.terraform?.pieceOf(attributes, state);
    return type === undefined || piece === undefined ? [] : [{ address, attributes, sensitive, type, piece }];
  });
}

/** The same as specs, by component type: what a playbook could say of what the state holds. */
export function specsIn(
  state: TerraformState,
  types: ReadonlyMap<string, ComponentType>,
): ReadonlyMap<string, readonly StatedSpec[]> {
  const specs = new Map<string, StatedSpec[]>();
  for (const { address, piece, sensitive, type } of statedIn(state, types)) {
    const { notRepresented, spec } = type.undo.specOf(piece.spec, piece.state, piece.captured);
    const name = type.traits.type;
    const stated = { type: name, address, spec, notRepresented, sensitive, tags: piece.tags };
    specs.set(name, [...(specs.get(name) ?? []), stated]);
  }
  return specs;
}

/** A component that is looked for in a state. */
export interface Sought {
  readonly id: string;
  readonly type: ComponentType;
  /** As it is, or was seen last; undefined where nothing is known. */
  readonly state: unknown;
  /** Its spec, with the ids that others had when the state was written where these are known. */
  specWith(then: (component: string, output: string) => string | undefined): unknown;
}

/** Which resource each component is. */
export interface Matches {
  readonly found: ReadonlyMap<string, StatedResource>;
  /** Addresses that may be it: several say the same. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
  /** What would be it, and is in another account or region: `aws_lb.web is of account 210987654321`. */
  readonly elsewhere: readonly string[];
}

/**
 * Finds components among the resources of a state by what they are found by in AWS, names and the ids of what they lie in.
 *
 * @param sought what a component refers to stands before it
 */
export function matchStated(sought: readonly Sought[], stated: readonly StatedResource[], scope: Scope): Matches {
  const found = new Map<string, StatedResource>();
  const ambiguous = new Map<string, readonly string[]>();
  const elsewhere: string[] = [];
  const then = (component: string, output: string): string | undefined => {
    const resource = found.get(component);
    return resource?.type.outputsOf(resource.piece.spec, resource.piece.state, scope)[output];
  };
  for (const each of sought) {
    const { id, state, type } = each;
    const spec = each.specWith(then);
    const own = new Set([type.identity(spec), ...spellingsOf(type, spec, state)]);
    const fitting = stated.filter(
      ({ piece, type: other }) =>
        other.traits.type === type.traits.type &&
        [type.identity(piece.spec), ...spellingsOf(type, piece.spec, piece.state)].some((word) => own.has(word)),
    );
    const here = fitting.filter((resource) => placeBeside(resource, scope) === undefined);
    const [only, ...others] = here;
    if (only === undefined) {
      elsewhere.push(...fitting.map((resource) => `${resource.address} is of ${placeBeside(resource, scope) ?? ''}`));
    }
    if (only !== undefined && others.length === 0) found.set(id, only);
    if (others.length > 0)
      ambiguous.set(
        id,
        here.map(({ address }) => address),
      );
  }
  return { found, ambiguous, elsewhere };
}

function spellingsOf(type: ComponentType, spec: unknown, state: unknown): readonly string[] {
  return state === undefined || state === null ? [] : type.judging.spellings(spec, state);
}

/**
 * Where a resource is that is not in this place, in words; undefined where it is. A state of staging has pieces of the same names:
 * their ARNs tell the account and the region.
 */
export function placeBeside({ piece, type }: StatedResource, scope: Scope): string | undefined {
  // What a type takes from the scope is told of any: only what the state says counts.
  const nowhere = { ...scope, account: '', region: '' };
  for (const value of Object.values(type.outputsOf(piece.spec, piece.state, nowhere))) {
    const [, region, account] = /^arn:[^:]+:[^:]+:([^:]*):(\d{12}):/.exec(value ?? '') ?? [];
    if (account !== undefined && account !== scope.account) return `account ${account}`;
    if (region !== undefined && region !== '' && region !== scope.region) return region;
  }
  return undefined;
}
