// Whether an input keeps its model, as yes or no. Nearly every call does, and so nearly every call ends here: no place is
// written down and nothing is made. What does not fit is looked at again by check.ts, which tells what is broken and where.
import type { Bounds, InputModel, MapShape, Shape, StructureShape, TextShape } from './model.ts';
import { patternOf } from './patterns.ts';

/** How values arrive: typed in JSON, all scalars as text in forms and XML. */
export type Wire = 'json' | 'query' | 'rest-xml';

export interface FitOptions {
  readonly model: InputModel;
  readonly wire: Wire;
  /** `Shape.Member` of what the sandbox does not model. */
  readonly notModelled: Readonly<Record<string, string>>;
  /** Of an XML service: its bodies hold no element that the model does not have. */
  readonly xmlns?: string | undefined;
}

/** False when anything is broken, of a wrong type or not modelled. */
export type Fits = (value: unknown) => boolean;

const always: Fits = () => true;

/** @param known what was made of the model's shapes before, by name */
export function fitsOf(name: string, known: Map<string, Fits>, options: FitOptions): Fits {
  const before = known.get(name);
  if (before !== undefined) return before;
  const shape = options.model.shapes[name];
  if (shape === undefined) throw new Error(`a shape that the model does not have: ${name}`);
  // Shapes may hold themselves.
  known.set(name, (value) => made(value));
  const made = make(name, shape, known, options);
  known.set(name, made);
  return made;
}

function make(name: string, shape: Shape, known: Map<string, Fits>, options: FitOptions): Fits {
  switch (shape.type) {
    case 'structure':
      return structureFits(name, shape, known, options);
    case 'list': {
      const fits = fitsOf(shape.of, known, options);
      const { wire } = options;
      return (value) => {
        if (!Array.isArray(value)) return value === '' && wire !== 'json' && isWithin(0, shape);
        if (!isWithin(value.length, shape)) return false;
        for (const item of value as readonly unknown[]) if (item === null || !fits(item)) return false;
        return true;
      };
    }
    case 'map':
      return mapFits(shape, known, options);
    case 'text':
      return textFits(shape);
    case 'integer':
    case 'long':
    case 'double':
      return numberFits(shape.type, shape, options.wire);
    case 'boolean':
      return options.wire === 'json'
        ? (value) => typeof value === 'boolean'
        : (value) => value === 'true' || value === 'false';
    case 'timestamp':
    case 'blob':
      return always;
  }
}

function structureFits(name: string, shape: StructureShape, known: Map<string, Fits>, options: FitOptions): Fits {
  const { wire, notModelled, xmlns } = options;
  const required = shape.required ?? [];
  const members = new Map<string, Fits>();
  for (const [member, of] of Object.entries(shape.members)) {
    const fits = fitsOf(of, known, options);
    members.set(member, Object.hasOwn(notModelled, `${name}.${member}`) ? saysNothing(fits) : fits);
  }
  return (value) => {
    // A form that holds no member of a structure says nothing of it.
    if (value === '' && wire !== 'json') return required.length === 0;
    if (!isRecord(value)) return false;
    for (const member of required) if (value[member] === undefined || value[member] === null) return false;
    for (const member in value) {
      const fits = members.get(member);
      if (fits === undefined) {
        if (xmlns !== undefined) return false;
        continue;
      }
      const inside = value[member];
      if (inside !== undefined && inside !== null && !fits(inside)) return false;
    }
    return true;
  };
}

/** Of a member that is not modelled: it may be there when nothing is in it. */
function saysNothing(fits: Fits): Fits {
  return (value) => isEmpty(value) && fits(value);
}

/** What says nothing loses nothing. */
export function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function mapFits(shape: MapShape, known: Map<string, Fits>, options: FitOptions): Fits {
  const fits = fitsOf(shape.of, known, options);
  const key = fitsOf(shape.key, known, options);
  return (value) => {
    if (!isRecord(value)) return false;
    const names = Object.keys(value);
    return isWithin(names.length, shape) && names.every((name) => key(name) && fits(value[name]));
  };
}

/** Longer texts are not tried with a pattern that could take long: they do not fit. */
const longestOfAny = 4096;

/** How long a text is tried with a pattern. With one class of characters, any number of them, no text takes long. */
export function longestMatched(pattern: string | undefined): number {
  return /^\^?\[(?:[^[\]\\]|\\.)+\][*+]\$?$/s.test(pattern ?? '') ? Infinity : longestOfAny;
}

function textFits(shape: TextShape): Fits {
  const { enum: values, pattern } = shape;
  const known = values && new Set(values);
  const expression = pattern === undefined ? undefined : patternOf(pattern);
  const longest = longestMatched(pattern);
  return (value) =>
    typeof value === 'string' &&
    (known === undefined || known.has(value)) &&
    isWithin(value.length, shape) &&
    (expression === undefined || (value.length <= longest && expression.test(value)));
}

function numberFits(type: 'integer' | 'long' | 'double', shape: Bounds, wire: Wire): Fits {
  return (value) => {
    const number = numberOf(value, type, wire);
    return number !== undefined && isWithin(number, shape);
  };
}

const numeral = /^[+-]?\d{1,19}(\.\d{1,19})?$/;

/** The number that a value of this wire is; undefined for one that the type cannot hold. */
export function numberOf(value: unknown, type: 'integer' | 'long' | 'double', wire: Wire): number | undefined {
  let number: number;
  if (wire === 'json') {
    if (typeof value !== 'number') return undefined;
    number = type === 'double' ? value : Math.trunc(value);
  } else {
    if (typeof value !== 'string' || !numeral.test(value)) return undefined;
    number = Number(value);
    if (type !== 'double' && !Number.isInteger(number)) return undefined;
  }
  if (type === 'double') return number;
  const largest = type === 'integer' ? 2 ** 31 : 2 ** 63;
  return number >= largest || number < -largest ? undefined : number;
}

function isWithin(amount: number, { min, max }: Bounds): boolean {
  return (min === undefined || amount >= min) && (max === undefined || amount <= max);
}

/** A value with members: no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
