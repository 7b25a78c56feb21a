// What an answer may hold at all, from the SDK's own schemas: each member of the type that AWS has given it, however deep. The
// SDK itself takes what it is given (JSON), or leaves out what it cannot read (XML).
import type { NormalizedSchema } from '@smithy/core/schema';

/** A schema, made ready once: checks run for every answer of millions. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'time' | 'bytes' | 'any' }
  | ListShape
  | { readonly kind: 'map'; readonly of: Shape }
  | StructureShape;

export interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
  /** Name of an entry's element in XML. */
  readonly item: string;
  /** Entries stand in XML without an element around them. */
  readonly flat: boolean;
}

export interface StructureShape {
  readonly kind: 'structure';
  /** Exactly one member is there. */
  readonly union: boolean;
  /** As the SDK names them, and JSON does. */
  readonly members: ReadonlyMap<string, Shape>;
  /** By the names of their elements in XML. */
  readonly elements: ReadonlyMap<string, Shape>;
}

const shapes = new WeakMap<object, Shape>();
const anything: Shape = { kind: 'any' };

let reader: typeof NormalizedSchema | undefined;

/** Loads what reads the SDK's schemas; needed before any shape is asked for, and so with the first client. */
export async function loadSchemas(): Promise<void> {
  reader ??= (await import('@smithy/core/schema')).NormalizedSchema;
}

/** @param schema of the SDK's, as it stands in an operation's schema */
export function shapeOf(schema: unknown): Shape {
  if ((typeof schema !== 'object' || schema === null) && typeof schema !== 'function') return anything;
  let shape = shapes.get(schema);
  if (shape === undefined) {
    if (reader === undefined) throw new Error('Internal error: an answer came before what reads its schema was loaded');
    shape = made(reader.of(schema as Parameters<typeof reader.of>[0]), new Map());
    shapes.set(schema, shape);
  }
  return shape;
}

/** @param structures those under way: some hold themselves */
function made(schema: NormalizedSchema, structures: Map<unknown, Shape>): Shape {
  if (schema.isUnitSchema() || schema.isDocumentSchema()) return anything;
  if (schema.isStructSchema()) return structureOf(schema, structures);
  if (schema.isListSchema()) {
    const entry = schema.getValueSchema();
    return {
      kind: 'list',
      of: made(entry, structures),
      item: entry.getMergedTraits().xmlName ?? 'member',
      flat: schema.getMergedTraits().xmlFlattened !== undefined,
    };
  }
  if (schema.isMapSchema()) return { kind: 'map', of: made(schema.getValueSchema(), structures) };
  if (schema.isTimestampSchema()) return { kind: 'time' };
  if (schema.isBlobSchema()) return { kind: 'bytes' };
  if (schema.isNumericSchema()) return { kind: 'number' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  // Text of a media type is an object of the SDK's own.
  return schema.isStringSchema() && schema.getMergedTraits().mediaType === undefined ? { kind: 'text' } : anything;
}

function structureOf(schema: NormalizedSchema, structures: Map<unknown, Shape>): Shape {
  const key: unknown = schema.getSchema();
  const known = structures.get(key);
  if (known !== undefined) return known;
  const members = new Map<string, Shape>();
  const elements = new Map<string, Shape>();
  const structure: StructureShape = { kind: 'structure', union: schema.isUnionSchema(), members, elements };
  structures.set(key, structure);
  for (const [name, member] of schema.structIterator()) {
    const { httpHeader, httpResponseCode } = member.getMergedTraits();
    // Not in the body.
    if (httpHeader !== undefined || httpResponseCode !== undefined) continue;
    const shape = made(member, structures);
    members.set(name, shape);
    elements.set(member.getMemberTraits().xmlName ?? name, shape);
  }
  return structure;
}
