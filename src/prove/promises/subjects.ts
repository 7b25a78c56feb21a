// Whom a change on the wire is about, told by AWS's own parameters alone: by neither plan nor journal. Every parameter that
// names a piece is compared whole, with those that name what it is in: cluster, table, zone, load balancer, listener. How
// the operations of a type name its pieces is told in its folder (subjects.ts).
import type { NamedPiece } from '../../components/contract.ts';
import { fieldsOf } from '../../components/kit/naming.ts';
import { servicesOf, type Assessed } from '../../engine.ts';
import { deletesIn, namingsFor, takesAway, thingsIn } from '../../rehearse/world/namings.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { ObservedCall } from '../../sandbox/index.ts';
import { groupBy } from '../../util/group-by.ts';

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
    const { input, region, service } = call;
    const outside: readonly About[] = [{ subjects: [], deletes: isDelete(call, playbook) }];
    if (!accountWide.has(service) && region !== target.region) return outside;
    /** What the call is about, in the order in which it names that. */
    const things: { readonly owners: string[]; deletes: boolean }[] = [];
    for (const { naming, type } of namingsFor(call, playbook.types)) {
      for (const [index, thing] of thingsIn(input, naming).entries()) {
        const ids = ofType(type).filter((each) => naming.names(thing, each, target));
        const told = (things[index] ??= { owners: [], deletes: takesAway(thing, call, naming) });
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

/** It takes something away, whatever else it does. */
export function isDelete(call: Pick<ObservedCall, 'input' | 'operation' | 'service'>, { types }: Playbook): boolean {
  return deletesIn(call, types) > 0;
}

/** AWS carried it out, whether or not the caller heard of it. */
export function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}
