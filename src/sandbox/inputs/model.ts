// What AWS's published service models say of the inputs of operations, as data. One file a service, `inputs.ts` in its
// folder, written by scripts/generate-inputs.mjs.

/** Bounds of a length, of a number of items, or of a value. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A text; `pattern` is a regular expression of Java's. */
export interface TextShape extends Bounds {
  readonly type: 'text';
  readonly enum?: readonly string[];
  readonly pattern?: string;
}

export interface NumberShape extends Bounds {
  readonly type: 'integer' | 'long' | 'double';
}

export interface PlainShape {
  readonly type: 'boolean' | 'timestamp' | 'blob';
}

/** Refers to others by name. */
export interface ListShape extends Bounds {
  readonly type: 'list';
  readonly of: string;
}

export interface MapShape extends Bounds {
  readonly type: 'map';
  readonly key: string;
  readonly of: string;
}

export interface StructureShape {
  readonly type: 'structure';
  /** The members' shapes by name, in the model's order. */
  readonly members: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  /** Of REST services: members that stand in the path or in the query, and the name that they have there. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** Of EC2: members that a form says under another name, and that name. */
  readonly wire?: Readonly<Record<string, string>>;
}

export type Shape = TextShape | NumberShape | PlainShape | ListShape | MapShape | StructureShape;

export interface InputModel {
  /** The operation's name to that of its input's shape; an operation that is not here takes none. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** A constraint that a value breaks. */
export interface Violation {
  /** Where, as AWS writes it: `defaultActions.1.member.type`. */
  readonly at: string;
  /** `Value 'x' at 'scheme' failed to satisfy constraint: Member must ...`. */
  readonly text: string;
}
