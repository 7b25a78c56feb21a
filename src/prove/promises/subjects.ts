// Whom a change on the wire is about, told by AWS's own parameters alone: by neither plan nor journal. Every parameter that
// names a piece is compared whole, with those that name what it is in: cluster, table, zone, load balancer, listener. How
// the operations of a type name its pieces is told in its folder (subjects.ts).
import type { NamedPiece, Naming } from '../../components/contract.ts';
import { fieldsOf } from '../../components/kit/naming.ts';
import { servicesOf, type Assessed } from '../../engine.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { ObservedCall } from '../../sandbox/index.ts';

/** An operation, and the type whose pieces it names so. */
interface TypeNaming {
  readonly type: string;
  readonly naming: Naming;
}

/** By operation, as permissions are written. Some name pieces of several types: AddTags. */
type Namings = ReadonlyMap<string, readonly TypeNaming[]>;

const known = new WeakMap<Playbook['types'], Namings>();

function namingsOf(types: Playbook['types']): Namings {
  let namings = known.get(types);
  if (namings === undefined) known.set(types, (namings = gathered(types)));
  return namings;
}

function gathered(types: Playbook['types']): Namings {
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

function namingsFor(
  { operation, service }: Pick<ObservedCall, 'operation' | 'service'>,
  { types }: Playbook,
): readonly TypeNaming[] {
  return namingsOf(types).get(`${service}:${operation}`) ?? [];
}

/** Ids of the components that a change is about; none for one that is about anything outside of the playbook. */
export type Subjects = (call: Pick<ObservedCall, 'service' | 'operation' | 'region' | 'input'>) => readonly string[];

interface Named extends NamedPiece {
  readonly id: string;
}

/** @param assessedAll looks in which the ids that AWS gave are known: before, and after the calls */
export function subjectsIn(playbook: Playbook, assessedAll: readonly Assessed[]): Subjects {
  const named = new Map<string, readonly Named[]>();
  const ofType = (type: string): readonly Named[] => {
    let pieces = named.get(type);
    if (pieces === undefined) {
      const components = [...playbook.components.values()].filter((each) => each.type === type);
      named.set(type, (pieces = components.map((each) => nameOf(each, assessedAll))));
    }
    return pieces;
  };
  const { target } = playbook;
  const accountWide = new Set(
    servicesOf(playbook.types).flatMap((each) => (each.accountWide ? [each.signingName] : [])),
  );
  return ({ input, operation, region, service }) => {
    if (!accountWide.has(service) && region !== target.region) return [];
    /** Ids by what the call is about, in the order in which it names that. */
    const owners: string[][] = [];
    for (const { naming, type } of namingsFor({ service, operation }, playbook)) {
      for (const [index, thing] of (naming.things?.(input) ?? [input]).entries()) {
        const ids = ofType(type).filter((each) => naming.names(thing, each, target));
        (owners[index] ??= []).push(...ids.map(({ id }) => id));
      }
    }
    // None as soon as one of the things that a call names is nobody's.
    return owners.some((each) => each.length === 0) ? [] : [...new Set(owners.flat())];
  };
}

function nameOf({ id, spec }: Component, assessedAll: readonly Assessed[]): Named {
  const ids = assessedAll.flatMap(({ observations }) => {
    const { arn, id: given } = observations.outputs.get(id) ?? {};
    return [arn, given].filter((each) => each !== undefined && each !== '');
  });
  return {
    id,
    ids: new Set(ids as readonly string[]),
    specs: assessedAll.map(({ observations }) =>
      fieldsOf(resolveReferences(spec, (other, output) => observations.outputs.get(other)?.[output])),
    ),
    states: assessedAll.flatMap(({ observations }) => {
      const seen = observations.byId.get(id);
      return seen?.kind === 'present' ? [seen.state] : [];
    }),
  };
}

/** It takes something away. */
export function isDelete(call: Pick<ObservedCall, 'input' | 'operation' | 'service'>, playbook: Playbook): boolean {
  const told = namingsFor(call, playbook).find(({ naming }) => naming.deletes !== undefined);
  return told?.naming.deletes?.(call.input) ?? /^(Delete|Deregister)/.test(call.operation);
}

/** AWS carried it out, whether or not the caller heard of it. */
export function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}
