// What zod says of a value, told for people: where, what is there, what was expected, and the nearest right name.
import type { z } from 'zod';
import type { SpecSchema } from '../../components/contract.ts';
import { hiddenValue } from '../../util/secrets.ts';
import type { Severity } from '../diagnostic.ts';
import type { Path } from '../yaml/found.ts';

type Issue = z.core.$ZodIssue;

/** A mistake at a path of the document, before it has a place in the text. */
export interface Finding {
  /** An error unless told. */
  readonly severity?: Severity;
  readonly path: Path;
  /** A piece of the text at the path to point at. */
  readonly part?: { readonly text: string; readonly occurrence: number };
  /** What to point at. */
  readonly at: 'key' | 'value';
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  /** A wrong word and the right ones, for a suggestion. */
  readonly near?: { readonly word: string; readonly candidates: Iterable<string> };
  readonly notes?: readonly string[];
  /** The keys that are not there, one of which would do. */
  readonly missing?: readonly string[];
  /** A number or boolean stands where text belongs: quotes are the remedy. */
  readonly quote?: boolean;
}

/** Tells the issues of one value, which sits at `base` in the document and was judged by `schema`. */
export function explainIssues(issues: readonly Issue[], schema: SpecSchema, value: unknown, base: Path): Finding[] {
  return issues.flatMap((issue) => explainIssue(issue, { schema, value, base }));
}

interface Context {
  readonly schema: SpecSchema;
  readonly value: unknown;
  readonly base: Path;
}

function explainIssue(issue: Issue, context: Context): Finding[] {
  const inner = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const path = [...context.base, ...inner];
  const found = valueAt(context.value, inner);
  const name = nameOf(path);
  const wrong = (expected: string, more: Partial<Finding> = {}): Finding[] => {
    if (found === undefined) return [missing(path, expected)];
    const sized = issue.code === 'too_small' || issue.code === 'too_big';
    // That a map is a map helps nobody; the rule that it breaks is in `expected`.
    const message =
      typeof found === 'object' && found !== null && !sized ? `${name} does not fit` : `${name} is ${show(found)}`;
    return [{ path, at: 'value', code: 'invalid-value', message, expected, ...more }];
  };
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, path, found);
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof found === 'string' ? { near: { word: found, candidates: values } } : {};
      return wrong(oneOf(issue.values.map((each) => JSON.stringify(each))), near);
    }
    case 'unrecognized_keys': {
      const known = knownKeys(context.schema, inner);
      const expected = known.length === 0 || known.length > 24 ? {} : { expected: oneOf(known) };
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: 'key',
        code: 'unknown-key',
        message: `unknown key "${key}"${path.length === 0 ? '' : ` in ${pathText(path)}`}`,
        ...expected,
        near: { word: key, candidates: known },
      }));
    }
    case 'too_small':
    case 'too_big':
      return wrong(boundText(issue));
    case 'not_multiple_of':
      return wrong(`a multiple of ${issue.divisor}`);
    case 'invalid_format':
      return wrong(formatText(issue));
    case 'invalid_key': {
      const [first] = issue.issues;
      const expected = first === undefined ? {} : { expected: ownWords(first) ?? first.message };
      return [
        { path, at: 'key', code: 'invalid-key', message: `"${String(path.at(-1))}" cannot be a key here`, ...expected },
      ];
    }
    case 'invalid_union':
      return explainUnion(issue, context, path, found);
    case 'invalid_element':
      return issue.issues.flatMap((each) => explainIssue(each, context));
    case 'custom': {
      const expected = ownWords(issue);
      if (expected !== undefined) return wrong(expected);
      return [{ path, at: 'value', code: 'invalid-value', message: `${name}: ${issue.message}` }];
    }
  }
}

function missing(path: Path, expected: string): Finding {
  const holder = path.slice(0, -1);
  const key = String(path.at(-1) ?? '');
  return {
    path: holder,
    at: 'key',
    code: 'missing-key',
    missing: [key],
    message: `"${key}" is missing${holder.length === 0 ? '' : ` in ${pathText(holder)}`}`,
    expected,
  };
}

function wrongType(issue: z.core.$ZodIssueInvalidType, path: Path, found: unknown): Finding[] {
  const own = ownWords(issue);
  const expected = own ?? typeText(issue.expected);
  if (found === undefined) return [missing(path, expected)];
  const message = `${nameOf(path)} is ${show(found)}`;
  const finding: Finding = { path, at: 'value', code: 'wrong-type', message, expected };
  // A number's digits are the text that was meant, unless our own words ask for more than digits.
  const quotable = typeof found === 'number' || typeof found === 'boolean';
  if (issue.expected === 'string' && quotable && (own === undefined || own.endsWith('digits'))) {
    return [{ ...finding, quote: true }];
  }
  const isNumeric = typeof found === 'string' && /^-?\d+(\.\d+)?$/.test(found);
  if ((issue.expected === 'number' || issue.expected === 'int') && isNumeric) {
    return [{ ...finding, expected: `${expected}, without quotes` }];
  }
  return [finding];
}

/** `expected ...` is how our schemas word their own errors; what comes after is told as such. */
function ownWords(issue: Issue): string | undefined {
  return issue.message.startsWith('expected ') ? issue.message.slice('expected '.length) : undefined;
}

/**
 * A union failed in all its branches. What helps is the branch that was meant: the one that the value's own type fits.
 * When it fits none, all types are named.
 */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, context: Context, path: Path, found: unknown): Finding[] {
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const expected = options.length > 0 ? oneOf(options.map((each) => JSON.stringify(each))) : 'another value';
    if (found === undefined) return [missing(path, expected)];
    const near = typeof found === 'string' ? { near: { word: found, candidates: options } } : {};
    const message = `${nameOf(path)} is ${show(found)}`;
    return [{ path, at: 'value', code: 'invalid-value', message, expected, ...near }];
  }
  const branches = issue.errors.map((errors) =>
    errors.map((each): Issue => ({ ...each, path: [...issue.path, ...each.path] })),
  );
  const isHere = (each: Issue): boolean => each.path.length === issue.path.length;
  const isMismatch = (each: Issue): boolean =>
    isHere(each) && (each.code === 'invalid_type' || each.code === 'invalid_value');
  const meant = branches.filter((branch) => !branch.some(isMismatch));
  const [best] = meant.toSorted((a, b) => a.length - b.length || deepest(b) - deepest(a));
  if (best?.some((each) => !isHere(each)) === true) return best.flatMap((each) => explainIssue(each, context));
  const findings = branches.flatMap((branch) => branch.slice(0, 1).flatMap((each) => explainIssue(each, context)));
  const expected = oneOf([...new Set(findings.map((each) => each.expected).filter((each) => each !== undefined))]);
  const [first] = findings;
  return first === undefined ? [] : [{ ...first, ...(expected === '' ? {} : { expected }) }];
}

function deepest(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((each) => each.path.length));
}

function valueAt(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return at;
}

function boundText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const own = ownWords(issue);
  if (own !== undefined) return own;
  const [bound, word] =
    issue.code === 'too_small'
      ? [issue.minimum, issue.inclusive === false ? 'more than' : 'at least']
      : [issue.maximum, issue.inclusive === false ? 'less than' : 'at most'];
  const text = issue.exact === true ? String(bound) : `${word} ${bound}`;
  const plural = Number(bound) === 1 ? '' : 's';
  const counted = countedThings[issue.origin];
  return counted === undefined ? text : `${text} ${counted}${plural}`;
}

/** What the bound of a sized value counts. */
const countedThings: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  set: 'item',
  object: 'key',
  map: 'key',
  record: 'key',
};

function formatText(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const own = ownWords(issue);
  if (own !== undefined) return own;
  if (issue.format === 'regex' && issue.pattern !== undefined) return `text that matches ${issue.pattern}`;
  return `text in the format "${issue.format}"`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  null: 'null',
};

function typeText(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** The last name of a path, for messages: `"port"`, `"values[2]"`. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the playbook';
  if (typeof last === 'string') return `"${last}"`;
  const list = path.at(-2);
  return `"${list ?? ''}[${last}]"`;
}

/** A value in a message: short, and with its kind where that is the point. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') {
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`;
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

/** The finding without the value that it is about. */
export function maskedFinding(finding: Finding): Finding {
  if (finding.at === 'key') return finding;
  const message = finding.message.replace(/ is (the text ".*"|the number \S+|true|false)$/s, ` is ${hiddenValue}`);
  const { near, ...rest } = { ...finding, message, quote: false };
  // The right names stay; how near the wrong one is does not.
  return near === undefined ? rest : { ...rest, expected: rest.expected ?? oneOf([...near.candidates].slice(0, 24)) };
}

/** `a, b or c` */
export function oneOf(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** `components.cname.spec.values[0]` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

/** The keys that an object at a path of a schema may have, gathered over the branches of unions. */
export function knownKeys(schema: SpecSchema, path: Path): readonly string[] {
  let level = unwrap(schema);
  for (const part of path) level = level.flatMap((each) => step(each, part)).flatMap(unwrap);
  return [...new Set(level.flatMap((each) => Object.keys(defOf(each).shape ?? {})))];
}

/** What a schema of zod 4 says of itself, whichever copy of zod made it; of any other nothing is known. */
interface Def {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly items?: readonly unknown[];
  readonly options?: readonly unknown[];
  readonly left?: unknown;
  readonly right?: unknown;
  readonly in?: unknown;
  readonly getter?: () => unknown;
  readonly innerType?: unknown;
}

function defOf(schema: unknown): Def {
  return (schema as { readonly _zod?: { readonly def?: Def } } | undefined)?._zod?.def ?? {};
}

function step(schema: unknown, part: string | number): readonly unknown[] {
  const { element, items, shape, valueType } = defOf(schema);
  const inner = shape?.[String(part)] ?? element ?? valueType ?? items?.[Number(part)];
  return inner === undefined ? [] : [inner];
}

/** What stands behind unions, optional fields and the like. */
function unwrap(schema: unknown): readonly unknown[] {
  const { getter, in: input, innerType, left, options, right } = defOf(schema);
  const inner = options ?? [left, right, input, innerType, getter?.()].filter((each) => each !== undefined);
  return inner.length === 0 ? [schema] : inner.flatMap(unwrap);
}
