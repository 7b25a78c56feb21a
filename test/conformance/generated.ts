// Calls made from the service models: for each member of each input some that AWS refuses for their form, and some that it
// does not. They are made here from the models' data alone, without the code that checks inputs.
import type { InputModel, Shape } from '../../src/sandbox/inputs/model.ts';
import { nothingBeyond, type Beyond } from './beyond.ts';

export type Wire = 'json' | 'query' | 'rest-xml';

export interface GeneratedCall {
  readonly operation: string;
  /** What is right or wrong with it: `listenerArn: absent`. */
  readonly what: string;
  /** As a client would be given it: typed values, members by the model's names. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** A text for each pattern of the models. */
const examples: Readonly<Record<string, string>> = {
  '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)': 'team',
  '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$': 'team',
  '[a-zA-Z0-9\\.\\*\\-]+': 'eu-west-1',
  '^(2|4|5)\\d\\d$': '503',
  '^(HTTPS?|#\\{protocol\\})$': 'HTTPS',
  '^([a-zA-Z0-9]+-)*[a-zA-Z0-9]+$': 'name-1',
  '^(ipam-pool-)[a-zA-Z0-9]+$': 'ipam-pool-1',
  '^(ipv4pool-coip-)[a-zA-Z0-9]+$': 'ipv4pool-coip-1',
  '^[a-zA-Z0-9._]+$': 'some_key',
  '.*\\S.*': 'place',
  '[-+]?[0-9]{1,2}(\\.[0-9]{0,2})?': '50.5',
  '[-+]?[0-9]{1,3}(\\.[0-9]{0,2})?': '120.5',
  '[0-9A-Za-z_\\-\\*]+': 'place',
  '[0-9A-Za-z_\\-]+': 'place',
  '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}': '01234567-0123-0123-0123-0123456789ab',
  '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}': '01234567-0123-0123-0123-0123456789ab',
  '\\p{ASCII}+': 'text',
  '[\\w+=,.@-]+': 'name',
  '[\\u0020-\\u00FF]+': 'marker',
  '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+': '{"Statement":[]}',
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+':
    'arn:aws:iam::123456789012:role/ops',
  'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?': 'v1',
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)': '/',
  '\\u002F[\\u0021-\\u007F]*': '/',
  '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/': '/',
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*': 'words',
  '[\\w+=,.@:\\/-]*': 'external',
  '[\\w+=,.@-]*': 'session',
  '[\\w+=/:,.@-]*': 'arn:aws:iam::123456789012:mfa/me',
  '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+': 'team',
  '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*': 'team',
  '[\\d]*': '123456',
  '[a-zA-Z0-9_.-]+': 'some-name',
  '^([a-zA-Z0-9:/_-]+)$': 'alias/some-key',
  'tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType': 'Name',
  'arn:[\\w+=/,.@-]+:acm:[\\w+=/,.@-]*:[0-9]+:[\\w+=,.@-]+(/[\\w+=,.@-]+)*':
    'arn:aws:acm:eu-west-1:123456789012:certificate/1',
  '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]*': 'token',
  '[0-9]{12}': '123456789012',
  '^\\d{12}$': '123456789012',
  '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*': 'shop/api',
  '[\\s\\S]*': 'anything',
  '^\\!?[a-zA-Z0-9 :_@\\/\\+\\=\\.\\-\\!]*$': 'word',
  '[\\.\\-_/#A-Za-z0-9]+': '/shop/api',
  '[\\.\\-_/#A-Za-z0-9]*': '/shop/api',
  '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$': 'team',
  '[\\w#+=/:,.@-]*': 'place',
  '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*': 'place',
  '\\p{Print}+': 'name',
};

/** What these let pass is anything that the other bounds do. */
const patternsForAll: readonly string[] = ['.*\\S.*', '[\\s\\S]*'];

/** Addresses: the one pattern that is too long for a key. */
function exampleOf(pattern: string): string {
  const known = examples[pattern];
  if (known !== undefined) return known;
  if (pattern.startsWith('(^((([0-9]|[1-9][0-9]')) return '192.0.2.44';
  throw new Error(`no example for the pattern ${pattern}`);
}

/** A value of the shape's form, with what it must have and no more. */
export function sampleOf(model: InputModel, name: string, beyond: Beyond = nothingBeyond, depth = 0): unknown {
  const shape = shapeNamed(model, name);
  const given = beyond.samples[name];
  if (given !== undefined) return given;
  switch (shape.type) {
    case 'structure': {
      // Nothing at all cannot be said in a form: then one member, if it is a plain one.
      const [first] = Object.entries(shape.members).filter(([, of]) => isPlain(shapeNamed(model, of)));
      const members = shape.required ?? (depth === 0 || first === undefined ? [] : [first[0]]);
      return Object.fromEntries(
        [...members, ...(beyond.wanted[name] ?? [])].map((member) => [
          member,
          sampleOf(model, shape.members[member] ?? '', beyond, depth + 1),
        ]),
      );
    }
    case 'list':
      return Array.from({ length: shape.min ?? 1 }, () => sampleOf(model, shape.of, beyond, depth + 1));
    case 'map':
      return { [String(sampleOf(model, shape.key, beyond, depth + 1))]: sampleOf(model, shape.of, beyond, depth + 1) };
    case 'text': {
      if (shape.enum !== undefined) return shape.enum[0];
      const text = shape.pattern === undefined ? 'x' : exampleOf(shape.pattern);
      return text.padEnd(shape.min ?? 0, 'x').slice(0, shape.max);
    }
    case 'integer':
    case 'long':
    case 'double':
      return shape.min ?? Math.min(1, shape.max ?? 1);
    case 'boolean':
      return true;
    case 'timestamp':
      return 1_473_000_000;
    case 'blob':
      return 'eA==';
  }
}

function isPlain({ type }: Shape): boolean {
  return type !== 'structure' && type !== 'list' && type !== 'map';
}

function shapeNamed(model: InputModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}

interface Variation {
  readonly what: string;
  readonly value: unknown;
}

/** Values that break one constraint of the shape each. */
function brokenOf(model: InputModel, name: string, wire: Wire, beyond: Beyond): Variation[] {
  const shape = shapeNamed(model, name);
  const bad: Variation[] = [];
  const add = (what: string, value: unknown): void => void bad.push({ what, value });
  switch (shape.type) {
    case 'structure':
      if (wire === 'json') add('a text for a structure', 'text');
      for (const member of shape.required ?? []) {
        const whole = sampleOf(model, name, beyond) as Record<string, unknown>;
        add(`without ${member}`, Object.fromEntries(Object.entries(whole).filter(([key]) => key !== member)));
      }
      break;
    case 'list': {
      if (wire === 'json') add('a text for a list', 'text');
      if ((shape.min ?? 0) > 0 && wire === 'json') add('too few items', []);
      if (shape.max !== undefined && shape.max <= 1000) {
        add(
          'too many items',
          Array.from({ length: shape.max + 1 }, () => sampleOf(model, shape.of, beyond)),
        );
      }
      break;
    }
    case 'map':
      if (wire === 'json') add('a text for a map', 'text');
      break;
    case 'text':
      if (wire === 'json') {
        add('a number for a text', 7);
        add('a truth value for a text', true);
      }
      if (shape.enum !== undefined) add('a value outside the enumeration', 'relight-says-no');
      if ((shape.min ?? 0) > 0) add('too short', 'x'.repeat((shape.min ?? 1) - 1));
      if (shape.max !== undefined && shape.max <= 100_000) add('too long', 'x'.repeat(shape.max + 1));
      if (shape.pattern !== undefined && !patternsForAll.includes(shape.pattern)) add('against the pattern', '\u0001!');
      break;
    case 'integer':
    case 'long':
    case 'double':
      add('a text for a number', 'many');
      if (shape.type === 'integer') add('beyond 32 bits', 3_000_000_000);
      if (shape.min !== undefined) add('too small', shape.min - 1);
      if (shape.max !== undefined) add('too large', shape.max + 1);
      break;
    case 'boolean':
      add('a text for a truth value', 'maybe');
      break;
    case 'timestamp':
    case 'blob':
      break;
  }
  return bad;
}

/** Values at the bounds of what the shape allows. */
function allowedOf(model: InputModel, name: string, beyond: Beyond): Variation[] {
  const shape = shapeNamed(model, name);
  const good: Variation[] = [{ what: 'a sample', value: sampleOf(model, name, beyond) }];
  const add = (what: string, value: unknown): void => void good.push({ what, value });
  switch (shape.type) {
    case 'text':
      for (const each of shape.enum ?? []) add(each, each);
      if (shape.max !== undefined && shape.max <= 10_000 && shape.pattern === undefined && shape.enum === undefined)
        add('as long as may be', 'x'.repeat(shape.max));
      break;
    case 'integer':
    case 'long':
      if (shape.max !== undefined) add('as large as may be', shape.max);
      break;
    case 'boolean':
      add('false', false);
      break;
    case 'list':
      if (shape.max !== undefined && shape.max <= 100)
        add(
          'as many as may be',
          Array.from({ length: shape.max }, () => sampleOf(model, shape.of, beyond)),
        );
      break;
    case 'structure':
    case 'map':
    case 'double':
    case 'timestamp':
    case 'blob':
      break;
  }
  return good;
}

const deepest = 7;

/** All calls of one kind to a service's operations. */
export function generatedCalls(
  model: InputModel,
  wire: Wire,
  kind: 'valid' | 'invalid',
  beyond: Beyond = nothingBeyond,
): GeneratedCall[] {
  const calls: GeneratedCall[] = [];
  for (const [operation, name] of Object.entries(model.operations)) {
    const add = (place: string, what: string, input: unknown): void => {
      calls.push({ operation, what: `${place}: ${what}`, input: input as GeneratedCall['input'] });
    };
    const visit = (
      shapeName: string,
      place: string,
      put: (value: unknown) => unknown,
      above: readonly string[],
    ): void => {
      const variations =
        kind === 'invalid' ? brokenOf(model, shapeName, wire, beyond) : allowedOf(model, shapeName, beyond);
      for (const { what, value } of variations) {
        // The input itself is always a structure.
        if (place !== '' || (typeof value === 'object' && value !== null)) add(place, what, put(value));
      }
      if (above.includes(shapeName) || above.length > deepest) return;
      const shape = shapeNamed(model, shapeName);
      const path = [...above, shapeName];
      if (shape.type === 'structure') {
        const whole = sampleOf(model, shapeName, beyond) as Record<string, unknown>;
        for (const [member, of] of Object.entries(shape.members)) {
          visit(of, place === '' ? member : `${place}.${member}`, (value) => put({ ...whole, [member]: value }), path);
        }
      } else if (shape.type === 'list') {
        const others = (sampleOf(model, shapeName, beyond) as unknown[]).slice(1);
        visit(shape.of, `${place}[0]`, (value) => put([value, ...others]), path);
      } else if (shape.type === 'map') {
        const key = String(sampleOf(model, shape.key, beyond));
        visit(shape.of, `${place}.${key}`, (value) => put({ [key]: value }), path);
      }
    };
    visit(name, '', (value) => value, []);
  }
  return calls;
}
