// `${params.replicas}` and `${load-balancer.dnsName}`: the templates inside a playbook's texts.
// Parameters are filled in when the playbook is loaded; component references stay as written until the component that
// they read is there. `$${` writes a literal `${`, and stays so until the references are resolved: were it replaced
// earlier, the literal would look like a reference to whoever looks next.
import type { Json } from '../components/contract.ts';
import type { ParamValue } from './model.ts';
import type { Path } from './yaml/found.ts';

/** One piece of a text. `raw` is how an expression is written. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'expression'; readonly raw: string; readonly holder: string; readonly field: string }
  | { readonly kind: 'malformed'; readonly raw: string };

const holderPattern = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Takes a text apart. Literals come out with `$${` already read as `${`. */
export function parseTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let literal = '';
  let at = 0;
  const flush = (): void => {
    if (literal !== '') segments.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (;;) {
    const next = text.indexOf('${', at);
    if (next < 0) break;
    if (next > at && text[next - 1] === '$') {
      literal += `${text.slice(at, next - 1)}\${`;
      at = next + 2;
      continue;
    }
    literal += text.slice(at, next);
    flush();
    const close = text.indexOf('}', next);
    const end = close < 0 ? text.length : close + 1;
    const raw = text.slice(next, end);
    segments.push(close < 0 ? { kind: 'malformed', raw } : parseExpression(raw));
    at = end;
  }
  literal += text.slice(at);
  flush();
  return segments;
}

function parseExpression(raw: string): Segment {
  const parts = raw.slice(2, -1).trim().split('.');
  const [holder, field] = parts;
  const sound = parts.length === 2 && parts.every((part) => holderPattern.test(part));
  if (!sound || holder === undefined || field === undefined) return { kind: 'malformed', raw };
  return { kind: 'expression', raw, holder, field };
}

/** Writes a literal so that it reads as itself: `${` becomes `$${`. */
export function escapeTemplate(text: string): string {
  // A function, since `$$` in replacement text means one `$`.
  return text.replaceAll('${', () => '$${');
}

/** The same for every text of a value: what AWS tells is no template. */
export function escapeTemplates(value: Json): Json {
  if (typeof value === 'string') return escapeTemplate(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, escapeTemplates(each)]));
}

/** An expression met while filling in parameters. */
export interface Encounter {
  readonly path: Path;
  readonly raw: string;
  /** How many times `raw` stands before this one in the same text. */
  readonly occurrence: number;
}

export interface FillRules {
  /** The value of a parameter; undefined leaves the text as it is (the mistake has been told). */
  param(name: string, encounter: Encounter): ParamValue | undefined;
  /** A reference to another component. */
  reference(component: string, output: string, encounter: Encounter): void;
  mistake(code: string, message: string, encounter: Encounter): void;
  /** A key that looks like a template; keys are taken as they are. */
  key(key: string, path: Path): void;
  /** A value whose parameter is not known: what its type says of it means nothing. */
  unfilled(path: Path): void;
}

/**
 * Fills parameters into every text of a value, and tells of every reference on the way. Parts in which there is nothing
 * to fill in are the same objects afterwards.
 */
export function fillParams(value: Json, path: Path, rules: FillRules): Json {
  return fill(value, [...path], rules);
}

/** @param path changes while its parts are visited, and is as before afterwards; copied where it is kept */
function fill(value: Json, path: (string | number)[], rules: FillRules): Json {
  if (typeof value === 'string') return value.includes('${') ? fillText(value, [...path], rules) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    let list: Json[] | undefined;
    value.forEach((item, index) => {
      path.push(index);
      const filled = fill(item, path, rules);
      path.pop();
      if (filled !== item) list ??= [...value];
      if (list !== undefined) list[index] = filled;
    });
    return list ?? value;
  }
  let map: Record<string, Json> | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    path.push(key);
    if (key.includes('${')) rules.key(key, [...path]);
    const filled = fill(item, path, rules);
    path.pop();
    if (filled !== item) map ??= { ...value };
    if (map !== undefined) map[key] = filled;
  }
  return map ?? value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function fillText(text: string, path: Path, rules: FillRules): Json {
  const segments = parseTemplate(text);
  const counts = new Map<string, number>();
  let whole = '';
  let literal = '';
  let unfilled = false;
  const flush = (): void => {
    whole += escapeTemplate(literal);
    literal = '';
  };
  for (const segment of segments) {
    if (segment.kind === 'literal') {
      literal += segment.text;
      continue;
    }
    const occurrence = counts.get(segment.raw) ?? 0;
    counts.set(segment.raw, occurrence + 1);
    const encounter: Encounter = { path, raw: segment.raw, occurrence };
    if (segment.kind === 'malformed') {
      rules.mistake('malformed-expression', `${JSON.stringify(segment.raw)} is not an expression`, encounter);
      unfilled = true;
    } else if (segment.holder === 'params') {
      const value = rules.param(segment.field, encounter);
      if (value === undefined) unfilled = true;
      else if (segments.length === 1 && typeof value !== 'string') return value;
      else literal += String(value);
    } else {
      if (literal.endsWith('$')) {
        // `$` and `${x.y}` side by side would read as an escape.
        rules.mistake('malformed-expression', `a "$" right before ${segment.raw} cannot be written`, encounter);
      }
      rules.reference(segment.holder, segment.field, encounter);
      flush();
      whole += `\${${segment.holder}.${segment.field}}`;
    }
  }
  flush();
  if (!unfilled) return whole;
  rules.unfilled(path);
  return text;
}

/** Looks up an output; undefined when it is not known (yet). */
export type OutputLookup = (component: string, output: string) => string | undefined;

/**
 * The final values of a spec: references replaced by outputs, escapes read. Texts with an output that is not known are
 * left as written, so that they can be resolved later and are recognized by their `${`.
 */
export function resolveReferences<Value>(value: Value, lookup: OutputLookup): Value {
  return resolve(value, lookup) as Value;
}

/** Parts without references come back as the same objects. */
function resolve(value: unknown, lookup: OutputLookup): unknown {
  if (typeof value === 'string') return value.includes('${') ? resolveText(value, lookup) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    let list: unknown[] | undefined;
    for (let index = 0; index < items.length; index += 1) {
      const resolved = resolve(items[index], lookup);
      if (resolved !== items[index]) list ??= [...items];
      if (list !== undefined) list[index] = resolved;
    }
    return list ?? items;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  let map: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const resolved = resolve(fields[key], lookup);
    if (resolved !== fields[key]) map ??= { ...fields };
    if (map !== undefined) map[key] = resolved;
  }
  return map ?? fields;
}

/** A reference whose output is not known. */
export interface Unresolved {
  readonly component: string;
  readonly output: string;
}

/**
 * The first reference of a spec, as it is written in the playbook, that cannot be resolved. It is looked for here and not in
 * what has been resolved: there a literal `${a.b}` looks like one.
 */
export function firstUnresolved(template: unknown, lookup: OutputLookup): Unresolved | undefined {
  if (typeof template === 'string') {
    if (!template.includes('${')) return undefined;
    for (const segment of parseTemplate(template)) {
      if (segment.kind !== 'expression' || lookup(segment.holder, segment.field) !== undefined) continue;
      return { component: segment.holder, output: segment.field };
    }
    return undefined;
  }
  if (typeof template !== 'object' || template === null) return undefined;
  for (const part of Object.values(template as Readonly<Record<string, unknown>>)) {
    const found = firstUnresolved(part, lookup);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveText(text: string, lookup: OutputLookup): string {
  let resolved = '';
  for (const segment of parseTemplate(text)) {
    if (segment.kind === 'literal') {
      resolved += segment.text;
      continue;
    }
    const output = segment.kind === 'expression' ? lookup(segment.holder, segment.field) : undefined;
    if (output === undefined) return text;
    resolved += output;
  }
  return resolved;
}
