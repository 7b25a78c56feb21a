// The schema of members that have no rule by hand, made of AWS's data. Nothing is made before a spec is checked that may
// hold such a member: a start would wait for some hundred schemas that nobody asks.
import { z } from 'zod';
import { hasReference } from '../schema.ts';
import {
  shapeNamed,
  structureNamed,
  type ListShape,
  type MembersData,
  type NumberShape,
  type StructureShape,
  type TextShape,
} from './data.ts';
import { genericMembers, wordOf, type Member, type Part } from './part.ts';

/** How the description of a generic member begins: the pages of the types tell these apart by it. */
const described = 'AWS: ';

/**
 * A shape for `z.strictObject`: the fields written by hand, and after them all members of the part that none of these is
 * named like. They are optional, whatever AWS asks for: a shared piece is only named. What lies within one is required
 * as AWS says.
 */
export function withMembers<Hand extends z.ZodRawShape>(hand: Hand, part: Part): Hand {
  const shape: Record<string, unknown> = { ...hand };
  for (const member of genericMembers(part)) {
    if (member.word in hand) continue;
    onDemand(shape, member.word, () => schemaOf(part.data, member).optional());
  }
  return shape as Hand;
}

/** zod reads the getters of a shape when the first value is checked. */
function onDemand(shape: object, word: string, make: () => z.ZodType): void {
  Object.defineProperty(shape, word, { enumerable: true, configurable: true, get: make });
}

function schemaOf(data: MembersData, { name, shape }: Pick<Member, 'name' | 'shape'>): z.ZodType {
  return schemaNamed(data, shape).describe(`${described}${name}`);
}

const made = new WeakMap<MembersData, Map<string, z.ZodType>>();

function schemaNamed(data: MembersData, name: string): z.ZodType {
  let ofData = made.get(data);
  if (ofData === undefined) made.set(data, (ofData = new Map<string, z.ZodType>()));
  let schema = ofData.get(name);
  if (schema === undefined) ofData.set(name, (schema = madeOf(data, name)));
  return schema;
}

function madeOf(data: MembersData, name: string): z.ZodType {
  const shape = shapeNamed(data, name);
  switch (shape.type) {
    case 'text':
      return shape.enum === undefined ? textOf(shape) : wordIn(shape.enum);
    case 'integer':
      return bounded(z.number().int(), shape);
    case 'double':
      return bounded(z.number(), shape);
    case 'boolean':
      return z.boolean();
    case 'timestamp':
      return z.string().refine((value) => hasReference(value) || !Number.isNaN(Date.parse(value)), {
        error: 'expected a time in ISO 8601',
      });
    case 'blob':
      return z.string();
    case 'any':
      return z.unknown();
    case 'list':
      return listOf(data, shape);
    case 'map':
      return z.record(z.string(), schemaNamed(data, shape.of));
    case 'structure':
      return structureOf(data, name, shape);
  }
}

function structureOf(data: MembersData, name: string, { required = [] }: StructureShape): z.ZodType {
  const shape: z.ZodRawShape = {};
  for (const [member, of] of Object.entries(structureNamed(data, name).members)) {
    onDemand(shape, wordOf(member), () => {
      const schema = schemaOf(data, { name: member, shape: of });
      return required.includes(member) ? schema : schema.optional();
    });
  }
  return z.strictObject(shape);
}

function listOf(data: MembersData, { max, min, of }: ListShape): z.ZodType {
  let list = z.array(schemaNamed(data, of));
  if (min !== undefined) list = list.min(min);
  if (max !== undefined) list = list.max(max);
  return list;
}

function bounded(number: z.ZodNumber, { max, min }: NumberShape): z.ZodType {
  let schema = number;
  if (min !== undefined) schema = schema.min(min);
  if (max !== undefined) schema = schema.max(max);
  return schema;
}

function textOf({ max = Infinity, min = 0 }: TextShape): z.ZodType {
  if (min === 0 && max === Infinity) return z.string();
  const bounds = [...(min > 0 ? [`at least ${min}`] : []), ...(max < Infinity ? [`at most ${max}`] : [])];
  return z.string().refine((value) => hasReference(value) || (value.length >= min && value.length <= max), {
    error: `expected ${bounds.join(' and ')} characters`,
  });
}

/** One of a few words, or a reference. Told as zod tells its own enumerations, so that the nearest word is suggested. */
function wordIn(values: readonly string[]): z.ZodType {
  const expected = values.map((value) => JSON.stringify(value)).join(', ');
  return z
    .string({ error: `expected one of ${expected}` })
    .check(({ issues, value }) => {
      if (values.includes(value) || hasReference(value)) return;
      issues.push({ code: 'invalid_value', values: [...values], input: value });
    })
    .meta({ enum: [...values] });
}
