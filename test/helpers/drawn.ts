// Inputs of AWS's operations by lot: members, enumerations, bounds and patterns are those of AWS's service models.
import fc from 'fast-check';
import type { Bounds, InputModel, Shape, StructureShape } from '../../src/sandbox/inputs/model.ts';
import { patternOf } from '../../src/sandbox/inputs/patterns.ts';

export interface Drawing {
  readonly model: InputModel;
  /**
   * What the model does not tell of a value, by the shape's name or `Structure.member`: it is drawn from this instead; `null`:
   * the member is left out.
   */
  readonly special: Readonly<Record<string, fc.Arbitrary<unknown> | null>>;
}

type Members = Readonly<Record<string, unknown>>;

/** Some members of a structure of the model, at least one of those that are asked for. */
export function membersDrawn(
  drawing: Drawing,
  shape: string,
  members: readonly string[],
  most = 3,
): fc.Arbitrary<Members> {
  const structure = structureNamed(drawing, shape);
  return someOf(drawing, shape, structure, members, { minLength: 1, maxLength: most });
}

function structureNamed({ model }: Drawing, name: string): StructureShape {
  const shape = model.shapes[name];
  if (shape?.type !== 'structure') throw new Error(`${name} is no structure of the model`);
  return shape;
}

function someOf(
  drawing: Drawing,
  name: string,
  structure: StructureShape,
  members: readonly string[],
  some: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<Members> {
  const values = members.map((member) => memberDrawn(drawing, name, member, structure));
  const { maxLength, minLength } = some;
  const places = fc.subarray([...members.keys()], { minLength, maxLength: Math.min(maxLength, members.length) });
  return places.chain((chosen) =>
    fc
      .tuple(...chosen.map((place) => values[place] ?? fc.constant(undefined)))
      .map((drawn) => Object.fromEntries(chosen.map((place, index) => [members[place] ?? '', drawn[index]]))),
  );
}

function memberDrawn(drawing: Drawing, name: string, member: string, structure: StructureShape): fc.Arbitrary<unknown> {
  return drawing.special[`${name}.${member}`] ?? valueDrawn(drawing, structure.members[member] ?? 'text');
}

/** Any value that a shape of the model takes. */
function valueDrawn(drawing: Drawing, name: string): fc.Arbitrary<unknown> {
  const own = drawing.special[name];
  if (own !== undefined && own !== null) return own;
  const shape = drawing.model.shapes[name];
  if (shape === undefined) throw new Error(`${name} is not in the model`);
  switch (shape.type) {
    case 'structure':
      return structureDrawn(drawing, name, shape);
    case 'list':
      return fc.array(valueDrawn(drawing, shape.of), { minLength: Math.max(1, shape.min ?? 1), maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.constantFrom('One', 'two', 'three-3'), valueDrawn(drawing, shape.of), {
        minKeys: 1,
        maxKeys: 2,
      });
    default:
      return plainDrawn(shape);
  }
}

/** What it requires, and up to two members besides. */
function structureDrawn(drawing: Drawing, name: string, shape: StructureShape): fc.Arbitrary<Members> {
  const required = shape.required ?? [];
  const others = Object.keys(shape.members).filter(
    (each) => !required.includes(each) && drawing.special[`${name}.${each}`] !== null,
  );
  const musts = fc.record(
    Object.fromEntries(required.map((each) => [each, memberDrawn(drawing, name, each, shape)])),
  ) as fc.Arbitrary<Members>;
  if (others.length === 0) return musts;
  const minLength = required.length === 0 ? 1 : 0;
  return fc
    .tuple(musts, someOf(drawing, name, shape, others, { minLength, maxLength: 2 }))
    .map(([must, some]) => ({ ...must, ...some }));
}

const words = ['a', 'debug', '/srv/data', 'two words', '10.0.0.7', 'x-y_z', '42', 'Über'] as const;

function plainDrawn(shape: Exclude<Shape, { readonly type: 'structure' | 'list' | 'map' }>): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'text': {
      if (shape.enum !== undefined) return fc.constantFrom(...shape.enum);
      const pattern = shape.pattern === undefined ? undefined : patternOf(shape.pattern);
      const fitting = words.filter((each) => isWithin(each.length, shape) && pattern?.test(each) !== false);
      return fitting.length === 0 ? fc.constant('x'.repeat(shape.min ?? 1)) : fc.constantFrom(...fitting);
    }
    case 'integer':
    case 'long':
      return fc.integer({ min: shape.min ?? 1, max: Math.min(shape.max ?? 60, (shape.min ?? 1) + 1_000) });
    case 'double':
      return fc.integer({ min: shape.min ?? 1, max: shape.max ?? 60 });
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.constant(new Date('2030-01-02T03:04:05Z'));
    case 'blob':
      return fc.constantFrom(new Uint8Array([0, 1]), new Uint8Array([255]));
  }
}

function isWithin(length: number, { max = Infinity, min = 0 }: Bounds): boolean {
  return length >= min && length <= max;
}
