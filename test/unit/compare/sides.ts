// Two services as facts, by hand.
import type { FactField, OwnName, PieceFacts, SideFacts } from '../../../src/compare/facts.ts';
import type { Expectation } from '../../../src/compare/comparison.ts';
import type { Json } from '../../../src/util/json.ts';

export const staging = '210987654321';
export const production = '123456789012';

type Present = Extract<PieceFacts, { readonly kind: 'present' }>;

/** A piece that is there. Fields by path; a list in `anyOrder` has none that counts. */
export function piece(
  id: string,
  fields: Readonly<Record<string, Json | FactField>> = {},
  more: Partial<Present> = {},
): PieceFacts {
  const isField = (value: Json | FactField): value is FactField =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, 'value');
  return {
    id,
    type: 'shop/thing',
    shared: false,
    called: `thing ${id}`,
    kind: 'present',
    fields: new Map(Object.entries(fields).map(([path, each]) => [path, isField(each) ? each : { value: each }])),
    passing: [],
    beyond: [],
    unread: [],
    ...more,
  };
}

export function missing(id: string, via?: string): PieceFacts {
  return { id, type: 'shop/thing', shared: false, called: `thing ${id}`, kind: 'missing', detail: undefined, via };
}

export function unknown(id: string, detail = 'AccessDenied: no'): PieceFacts {
  return {
    id,
    type: 'shop/thing',
    shared: false,
    called: `thing ${id}`,
    kind: 'unknown',
    reason: 'denied',
    detail,
    via: undefined,
  };
}

interface Where {
  readonly account?: string;
  readonly region?: string;
  readonly names?: readonly OwnName[];
}

export function side(
  pieces: readonly PieceFacts[],
  { account = production, region = 'eu-west-1', names = [] }: Where = {},
): SideFacts {
  return { account, region, names, pieces: new Map(pieces.map((each) => [each.id, each])) };
}

export function named(component: string, output: string, value: string): OwnName {
  return { component, output, value, unique: output !== 'name' };
}

export function expectation(component: string, more: Partial<Expectation> = {}): Expectation {
  return { by: 'left', component, field: undefined, is: undefined, as: undefined, because: 'it is meant', ...more };
}
