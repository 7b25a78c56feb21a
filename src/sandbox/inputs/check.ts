// Checks an input against the service's model before an operation sees it: types, what must be there, enumerations,
// lengths, ranges, patterns, nested. AWS's front ends do this for all services alike; how they tell it is the service's.
import { AwsError } from '../model.ts';
import type { Input } from '../model.ts';
import { fitsOf, isEmpty, isRecord, longestMatched, numberOf, type Fits, type Wire } from './fits.ts';
import type { Bounds, InputModel, ListShape, MapShape, Shape, StructureShape, TextShape, Violation } from './model.ts';
import { patternOf } from './patterns.ts';
import { wrongJsonType, type WantedType } from './wrong-type.ts';

/** What the sandbox does not model of an input: `Shape.Member` to why, one line each. */
export type NotModelled = Readonly<Record<string, string>>;

export interface CheckOptions {
  readonly model: InputModel;
  readonly wire: Wire;
  readonly notModelled: NotModelled;
  /** The service's error for an input that breaks constraints. */
  readonly refuse: (message: string) => AwsError;
  /** Of an XML service: its bodies are held to a schema, whose faults name it. */
  readonly xmlns?: string | undefined;
}

/**
 * @returns what is broken, in the order of the model; none for an operation that the model does not have
 * @throws AwsError for a value of a wrong type, for an element that no schema has, and for what the sandbox does not model
 */
export type InputCheck = (operation: string, input: Input) => readonly Violation[];

type Check = (value: unknown, at: string, found: Violation[]) => void;

/** The code of the sandbox's own refusals: AWS would have gone on. */
export const notModelledCode = 'NotModelledBySandbox';

interface OperationCheck {
  readonly wholeOf: (input: Input) => Input;
  readonly fits: Fits;
  /** Made for the first input that does not fit. */
  check?: Check;
}

/** Checks are made when an operation is first called. */
export function inputCheck(options: CheckOptions): InputCheck {
  const { model } = options;
  const shapes = new Map<string, Check>();
  const fitting = new Map<string, Fits>();
  const operations = new Map<string, OperationCheck | undefined>();
  const made = (operation: string): OperationCheck | undefined => {
    const name = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    const own =
      name === undefined ? undefined : { wholeOf: rootOf(name, options), fits: fitsOf(name, fitting, options) };
    operations.set(operation, own);
    return own;
  };
  return (operation, input) => {
    const own = operations.has(operation) ? operations.get(operation) : made(operation);
    if (own === undefined) return none;
    const whole = own.wholeOf(input);
    if (own.fits(whole)) return none;
    own.check ??= checkOf(model.operations[operation] ?? '', shapes, options);
    const found: Violation[] = [];
    own.check(whole, '', found);
    return found;
  };
}

const nothing: Check = () => undefined;
const none: readonly Violation[] = [];

/** Of a REST operation: members in the path and the query, and the others in the body. */
function rootOf(name: string, { model, wire }: CheckOptions): (input: Input) => Input {
  const shape = model.shapes[name];
  if (shape?.type !== 'structure') throw new Error(`an input of the model is no structure: ${name}`);
  if (wire !== 'rest-xml') return (input) => input;
  const elsewhere = Object.entries(shape.elsewhere ?? {});
  return (input) => {
    const { body } = input;
    const whole: Record<string, unknown> = isRecord(body) ? { ...body } : {};
    for (const [member, wireName] of elsewhere) if (input[wireName] !== undefined) whole[member] = input[wireName];
    return whole;
  };
}

function checkOf(name: string, shapes: Map<string, Check>, options: CheckOptions): Check {
  const known = shapes.get(name);
  if (known !== undefined) return known;
  const shape = options.model.shapes[name];
  if (shape === undefined) throw new Error(`a shape that the model does not have: ${name}`);
  // Shapes may hold themselves.
  shapes.set(name, (value, at, found) => {
    made(value, at, found);
  });
  const made = make(name, shape, shapes, options);
  shapes.set(name, made);
  return made;
}

function make(name: string, shape: Shape, shapes: Map<string, Check>, options: CheckOptions): Check {
  switch (shape.type) {
    case 'structure':
      return structureCheck(name, shape, shapes, options);
    case 'list':
      return listCheck(shape, shapes, options);
    case 'map':
      return mapCheck(shape, shapes, options);
    case 'text':
      return textCheck(shape, options);
    case 'integer':
    case 'long':
    case 'double':
      return numberCheck(shape.type, shape, options);
    case 'boolean':
      return booleanCheck(options);
    case 'timestamp':
    case 'blob':
      return nothing;
  }
}

function structureCheck(name: string, shape: StructureShape, shapes: Map<string, Check>, options: CheckOptions): Check {
  const { wire, notModelled, xmlns } = options;
  const required = new Set(shape.required ?? []);
  const members = Object.entries(shape.members).map(([member, of]) => {
    const key = `${name}.${member}`;
    return {
      member,
      place: lowerFirst(member),
      required: required.has(member),
      check: checkOf(of, shapes, options),
      refusal: Object.hasOwn(notModelled, key) ? notModelled[key] : undefined,
    };
  });
  const known = new Set(members.map(({ member }) => member));
  return (value, at, found) => {
    // A form that holds no member of a structure says nothing of it.
    const given = value === '' && wire !== 'json' ? empty : value;
    if (!isRecord(given)) throw wrongType(value, 'structure', at, options);
    for (const { member, place, required: needed, check, refusal } of members) {
      const inside = given[member];
      if (inside === undefined || inside === null) {
        if (needed) found.push(broken(null, within(at, place), 'not be null'));
        continue;
      }
      if (refusal !== undefined && !isEmpty(inside)) throw notModelledError(within(at, place), refusal);
      check(inside, within(at, place), found);
    }
    // AWS's JSON and form parsers pass over what they do not know; its XML is held to a schema.
    if (xmlns === undefined) return;
    for (const member in given) {
      if (known.has(member)) continue;
      const open = members.filter((each) => given[each.member] === undefined);
      const expected = open.map((each) => `"${xmlns}":${each.member}`).join(', ');
      throw options.refuse(
        `Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element '${member}'. One of '{${expected}}' is expected.`,
      );
    }
  };
}

const empty: Input = {};

function notModelledError(at: string, reason: string): AwsError {
  return new AwsError(
    notModelledCode,
    `The sandbox does not model ${at}, and would rather refuse it than drop it: ${reason}`,
  );
}

function listCheck(shape: ListShape, shapes: Map<string, Check>, options: CheckOptions): Check {
  const { wire } = options;
  const check = checkOf(shape.of, shapes, options);
  return (value, at, found) => {
    // Forms and XML have no other way to say that a list is empty.
    const items = value === '' && wire !== 'json' ? noItems : value;
    if (!Array.isArray(items)) throw wrongType(value, 'list', at, options);
    checkLength(items, items.length, shape, at, found);
    for (let index = 0; index < items.length; index += 1) {
      const item: unknown = items[index];
      const place = `${at}.${index + 1}.member`;
      if (item === null) found.push(broken(null, place, 'not be null'));
      else check(item, place, found);
    }
  };
}

const noItems: readonly unknown[] = [];

function mapCheck(shape: MapShape, shapes: Map<string, Check>, options: CheckOptions): Check {
  const check = checkOf(shape.of, shapes, options);
  const key = checkOf(shape.key, shapes, options);
  return (value, at, found) => {
    if (!isRecord(value)) throw wrongType(value, 'map', at, options);
    const names = Object.keys(value);
    checkLength(value, names.length, shape, at, found);
    for (const name of names) {
      key(name, `${at}.${name}.key`, found);
      check(value[name], `${at}.${name}.member`, found);
    }
  };
}

function textCheck(shape: TextShape, options: CheckOptions): Check {
  const { enum: values, pattern } = shape;
  const expression = pattern === undefined ? undefined : patternOf(pattern);
  const longest = longestMatched(pattern);
  const known = values && new Set(values);
  return (value, at, found) => {
    if (typeof value !== 'string') throw wrongType(value, 'text', at, options);
    if (known !== undefined && !known.has(value)) {
      found.push(broken(value, at, `satisfy enum value set: [${[...known].join(', ')}]`));
    }
    const fits = checkLength(value, value.length, shape, at, found);
    if (expression !== undefined && fits && !(value.length <= longest && expression.test(value))) {
      found.push(broken(value, at, `satisfy regular expression pattern: ${String(pattern)}`));
    }
  };
}

function numberCheck(type: 'integer' | 'long' | 'double', { min, max }: Bounds, options: CheckOptions): Check {
  return (value, at, found) => {
    const number = numberOf(value, type, options.wire);
    if (number === undefined) throw wrongType(value, type, at, options);
    if (min !== undefined && number < min)
      found.push(broken(value, at, `have value greater than or equal to ${String(min)}`));
    if (max !== undefined && number > max)
      found.push(broken(value, at, `have value less than or equal to ${String(max)}`));
  };
}

function booleanCheck(options: CheckOptions): Check {
  const { wire } = options;
  return (value, at) => {
    if (wire === 'json' ? typeof value !== 'boolean' : value !== 'true' && value !== 'false')
      throw wrongType(value, 'boolean', at, options);
  };
}

function checkLength(value: unknown, length: number, { min, max }: Bounds, at: string, found: Violation[]): boolean {
  if (min !== undefined && length < min) {
    found.push(broken(value, at, `have length greater than or equal to ${String(min)}`));
    return false;
  }
  if (max !== undefined && length > max) {
    found.push(broken(value, at, `have length less than or equal to ${String(max)}`));
    return false;
  }
  return true;
}

/** Forms and XML know only text: there a value of another type is one more broken constraint. */
function wrongType(value: unknown, wanted: WantedType, at: string, { wire, refuse }: CheckOptions): AwsError {
  if (wire === 'json') return wrongJsonType(value, wanted);
  return refuse(violationText([broken(value, at, `be of type ${wanted}`)]));
}

function broken(value: unknown, at: string, rule: string): Violation {
  const shown = value === null ? 'null' : `'${textOf(value)}'`;
  return { at, text: `Value ${shown} at '${at}' failed to satisfy constraint: Member must ${rule}` };
}

/** `Value at 'versionId' failed ..`, whatever the value holds. */
export function withoutValue({ at, text }: Violation): Violation {
  return { at, text: `Value${text.slice(text.lastIndexOf(` at '${at}' failed to satisfy`))}` };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function within(at: string, member: string): string {
  return at === '' ? member : `${at}.${member}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Violations in AWS's form: how many, then each, ten at most. */
export function violationText(found: readonly Violation[]): string {
  const shown = found.slice(0, 10).map(({ text }) => text);
  const count = shown.length === 1 ? '1 validation error' : `${String(shown.length)} validation errors`;
  return `${count} detected: ${shown.join('; ')}`;
}
