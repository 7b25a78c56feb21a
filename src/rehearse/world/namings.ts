// How the calls of a world name pieces, as their types tell it (subjects.ts in their folders), and what they take away.
import type { ComponentType, Fields, Naming } from '../../components/contract.ts';
import type { ObservedCall } from '../../sandbox/index.ts';

/** An operation, and the type whose pieces it names so. */
export interface TypeNaming {
  readonly type: string;
  readonly naming: Naming;
}

type Types = ReadonlyMap<string, ComponentType>;
type NamingCall = Pick<ObservedCall, 'operation' | 'service'>;

/** By operation, as permissions are written. Some name pieces of several types: AddTags. */
const known = new WeakMap<Types, ReadonlyMap<string, readonly TypeNaming[]>>();

export function namingsFor({ operation, service }: NamingCall, types: Types): readonly TypeNaming[] {
  let namings = known.get(types);
  if (namings === undefined) known.set(types, (namings = gathered(types)));
  return namings.get(`${service}:${operation}`) ?? [];
}

function gathered(types: Types): ReadonlyMap<string, readonly TypeNaming[]> {
  const byOperation = new Map<string, TypeNaming[]>();
  for (const [type, { rehearsal }] of types) {
    for (const [operation, naming] of Object.entries(rehearsal.subjects)) {
      const list = byOperation.get(operation);
      if (list === undefined) byOperation.set(operation, [{ type, naming }]);
      else list.push({ type, naming });
    }
  }
  return byOperation;
}

/** The things that a call is about. */
export function thingsIn(input: Fields, { things }: Naming): readonly Fields[] {
  return things?.(input) ?? [input];
}

/** It takes the thing away. */
export function takesAway(thing: Fields, { operation }: Pick<NamingCall, 'operation'>, naming?: Naming): boolean {
  return naming?.deletes?.(thing) ?? /^(Delete|Deregister)/.test(operation);
}

/** How many things a call takes away. */
export function deletesIn(call: NamingCall & Pick<ObservedCall, 'input'>, types: Types): number {
  const namings = namingsFor(call, types);
  const naming = (namings.find((each) => each.naming.deletes !== undefined) ?? namings[0])?.naming;
  if (naming?.deletes === undefined) return takesAway(call.input, call) ? 1 : 0;
  return thingsIn(call.input, naming).filter((thing) => takesAway(thing, call, naming)).length;
}
