// Whom a change on the wire is about, told by AWS's own parameters alone: by neither plan nor journal. Every parameter that
// names a piece is compared whole, with those that name what it is in: cluster, table, zone, load balancer, listener. How
// the operations of a type name its pieces is told in its folder (subjects.ts).
import type { NamedPiece, Naming } from '../../components/contract.ts';
import { fieldsOf } from '../../components/kit/naming.ts';
import { servicesOf, type Assessed } from '../../engine.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { ObservedCall } from '../../sandbox/index.ts';
import { groupBy } from '../../util/group-by.ts';

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

type CallOnWire = Pick<ObservedCall, 'service' | 'operation' | 'region' | 'input'>;

/** What a call does to some components. */
export interface About {
  /** Ids; none of a call that is about anything outside of the playbook. */
  readonly subjects: readonly string[];
  /** It takes them away. */
  readonly deletes: boolean;
}

/** What a call does, to each of those that it names apart: one request may delete one record and make another. */
export type Abouts = (call: CallOnWire) => readonly About[];

interface Named extends NamedPiece {
  readonly id: string;
}

/** @param assessedAll looks in which the ids that AWS gave are known: before, and after the calls */
export function aboutsIn(playbook: Playbook, assessedAll: readonly Assessed[]): Abouts {
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
  return (call) => {
    const { input, operation, region, service } = call;
    const whole = isDelete(call, playbook);
    const outside: readonly About[] = [{ subjects: [], deletes: whole }];
    if (!accountWide.has(service) && region !== target.region) return outside;
    /** What the call is about, in the order in which it names that. */
    const things: { readonly owners: string[]; deletes: boolean }[] = [];
    for (const { naming, type } of namingsFor({ service, operation }, playbook)) {
      for (const [index, thing] of (naming.things?.(input) ?? [input]).entries()) {
        const ids = ofType(type).filter((each) => naming.names(thing, each, target));
        const told = (things[index] ??= { owners: [], deletes: naming.deletes?.(thing) ?? whole });
        told.owners.push(...ids.map(({ id }) => id));
      }
    }
    // Outside as soon as one of the things that a call names is nobody's.
    if (things.length === 0 || things.some(({ owners }) => owners.length === 0)) return outside;
    const apart = groupBy(things, ({ owners }) => [...new Set(owners)].join('\n'));
    return [...apart].map(([owners, own]) => ({
      subjects: owners.split('\n'),
      deletes: own.every(({ deletes }) => deletes),
    }));
  };
}

/** Ids of all components that a change is about. */
export type Subjects = (call: CallOnWire) => readonly string[];

/** @param assessedAll as `aboutsIn` takes it */
export function subjectsIn(playbook: Playbook, assessedAll: readonly Assessed[]): Subjects {
  const aboutsOf = aboutsIn(playbook, assessedAll);
  return (call) => [...new Set(aboutsOf(call).flatMap(({ subjects }) => subjects))];
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

/** All that it does is to take something away. */
export function isDelete(call: Pick<ObservedCall, 'input' | 'operation' | 'service'>, playbook: Playbook): boolean {
  const told = namingsFor(call, playbook).find(({ naming }) => naming.deletes !== undefined)?.naming;
  if (told?.deletes === undefined) return /^(Delete|Deregister)/.test(call.operation);
  const { deletes, things } = told;
  return (things?.(call.input) ?? [call.input]).every((each) => deletes(each));
}

/** AWS carried it out, whether or not the caller heard of it. */
export function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}
