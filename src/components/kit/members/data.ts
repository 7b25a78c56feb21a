// What AWS says of the input that makes a piece, as data: `members.ts` in a type's folder, written by
// scripts/generate-members.mjs from AWS's service models and the SDK's own schemas.

/** Bounds of a text's length, of a list's number of items, or of a number. */
interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export interface TextShape extends Bounds {
  readonly type: 'text';
  readonly enum?: readonly string[];
}

export interface NumberShape extends Bounds {
  readonly type: 'integer' | 'double';
}

/** A `timestamp` is said as ISO 8601, a `blob` as base64; `any` is whatever JSON the author writes. */
interface PlainShape {
  readonly type: 'boolean' | 'timestamp' | 'blob' | 'any';
}

export interface ListShape extends Bounds {
  readonly type: 'list';
  /** The shape of an item, by name. */
  readonly of: string;
}

/** Keys are whatever the author writes: they are no names of AWS's. */
export interface MapShape {
  readonly type: 'map';
  readonly of: string;
}

export interface StructureShape {
  readonly type: 'structure';
  /** Names of shapes by AWS's names of the members. */
  readonly members: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
}

export type MemberShape = TextShape | NumberShape | PlainShape | ListShape | MapShape | StructureShape;

export interface MembersData {
  /** Which structure stands at which path of a spec; the empty path is the spec itself. */
  readonly roots: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, MemberShape>>;
}

const plain: Readonly<Record<string, MemberShape>> = {
  text: { type: 'text' },
  integer: { type: 'integer' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
  timestamp: { type: 'timestamp' },
  blob: { type: 'blob' },
  any: { type: 'any' },
};

/**
 * A shape by its name; those without any rule are called like their kind and stand in no data.
 *
 * @throws Error when the data has no such shape: it was not generated whole
 */
export function shapeNamed(data: MembersData, name: string): MemberShape {
  const shape = data.shapes[name] ?? plain[name];
  if (shape === undefined) throw new Error(`Internal error: no shape ${name} among a type's members`);
  return shape;
}

/** @throws Error when the shape is no structure */
export function structureNamed(data: MembersData, name: string): StructureShape {
  const shape = shapeNamed(data, name);
  if (shape.type !== 'structure') throw new Error(`Internal error: ${name} is no structure`);
  return shape;
}
