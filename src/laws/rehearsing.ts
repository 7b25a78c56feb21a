// For the law that every type can be rehearsed and proved: an operator's hands on a bench, and pieces as calls name them.
import type { ComponentType, NamedPiece, Operator, RehearsedComponent, Target } from '../components/contract.ts';
import { fieldsOf } from '../components/kit/naming.ts';
import { interventionsIn } from '../rehearse/world/interventions.ts';
import type { ObservedCall } from '../sandbox/index.ts';
import { changing, look, scope, stateOf, type Bench } from './bench.ts';

function typeNamed(name: string, { types }: Bench): ComponentType {
  const type = types.get(name);
  if (type === undefined) throw new Error(`no component type ${name}`);
  return type;
}

export function operatorOn(
  type: ComponentType,
  component: RehearsedComponent,
  others: readonly RehearsedComponent[],
  state: unknown,
  where: Bench,
): Operator {
  const { id, spec } = component;
  const context = changing(where, { token: 'by-hand', id });
  const targetOf = (name: string, helper: string, raw: unknown): Target<unknown> => ({
    id: helper,
    spec: typeNamed(name, where).traits.schema.parse(raw),
  });
  return {
    playbook: { components: new Map([component, ...others].map((each) => [each.id, each])) },
    component,
    spec,
    state,
    region: scope.region,
    sandbox: interventionsIn(where.world, scope.region),
    change: async (other) => {
      await type.update({ id, spec: other }, state, type.diff(other, state), context);
    },
    alter: async (other, field, value) => {
      const there = others.find((each) => each.id === other);
      if (there === undefined) throw new Error(`no component ${other}`);
      const otherType = typeNamed(there.type, where);
      const target = { id: other, spec: { ...(there.spec as object), [field]: value } };
      const seen = await stateOf(otherType, target, where);
      await otherType.update(target, seen, otherType.diff(target.spec, seen), context);
    },
    remove: async () => {
      await type.delete({ id, spec }, state, context);
    },
    create: async () => {
      await type.create({ id, spec }, context);
    },
    remake: async (other) => {
      await type.delete({ id, spec }, state, context);
      while ((await look(type, { id, spec }, where)).kind === 'present') await where.clock.sleep(15_000);
      await type.create({ id, spec: other }, context);
    },
    make: async (name, helper, raw) => {
      const target = targetOf(name, helper, raw);
      await typeNamed(name, where).create(target, changing(where, { id: helper, token: helper, tags: {} }));
      return typeNamed(name, where).outputsOf(target.spec, await stateOf(typeNamed(name, where), target, where), scope);
    },
    unmake: async (name, helper, raw) => {
      const target = targetOf(name, helper, raw);
      await typeNamed(name, where).delete(target, await stateOf(typeNamed(name, where), target, where), context);
    },
  };
}

/** A piece that is there, as calls name it. */
export function namedPiece(type: ComponentType, specs: readonly unknown[], states: readonly unknown[]): NamedPiece {
  const outputs = states.flatMap((state) => Object.entries(type.outputsOf(specs[0], state, scope)));
  const ids = outputs.flatMap(([name, value]) => (['arn', 'id'].includes(name) && value !== undefined ? [value] : []));
  return { ids: new Set(ids), specs: specs.map(fieldsOf), states };
}

/** True when the change is about this piece and nothing else; an error when no naming tells. */
export function isAbout(call: ObservedCall, piece: NamedPiece, type: ComponentType): boolean {
  const operation = `${call.service}:${call.operation}`;
  const naming = type.rehearsal.subjects[operation];
  if (naming === undefined) throw new Error(`subjects of ${type.traits.type} do not tell whom ${operation} is about`);
  const things = naming.things?.(call.input) ?? [call.input];
  return things.length > 0 && things.every((each) => naming.names(each, piece, scope));
}

/** Makes the neighbour of a piece, and what it needs; gives it as it was made. */
export async function settleNeighbour(type: ComponentType, spec: unknown, where: Bench): Promise<Target<unknown>> {
  const neighbour = type.rehearsal.neighbour(spec);
  if (neighbour === undefined) throw new Error(`nobody can live beside this ${type.traits.type}`);
  const { beside } = neighbour;
  let helper = {};
  if (beside !== undefined) {
    const other = typeNamed(beside.type, where);
    const target = { id: 'beside', spec: other.traits.schema.parse(beside.spec) };
    await other.create(target, changing(where, { id: 'beside', token: 'beside' }));
    const made = other.outputsOf(target.spec, await stateOf(other, target, where), scope);
    helper = { [beside.field]: made[beside.output] };
  }
  const target = { id: 'neighbour', spec: type.traits.schema.parse({ ...neighbour.spec, ...helper }) };
  await type.create(target, changing(where, { id: 'neighbour', token: 'neighbour', tags: { owner: 'next door' } }));
  const seen = await look(type, target, where);
  if (seen.kind !== 'present') throw new Error(`the neighbour of ${type.traits.type} is ${seen.kind}`);
  return target;
}
