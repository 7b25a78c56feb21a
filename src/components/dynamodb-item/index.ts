// dynamodb/item, assembled.
import { neighboursPlaybook, type Json } from '../contract.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { isKnown } from '../kit/neighbour.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { identityOf } from './identity.ts';
import { injections } from './injections.ts';
import { policyScope } from './policy.ts';
import { subjects } from './subjects.ts';
import { specOf } from './as-spec.ts';
import { claim, says } from './claim.ts';
import { markerOf, marked, spellings } from './marker.ts';
import { owners } from './owners.ts';
import { attributeOf, typedLike } from './values.ts';
import { typedOf } from './words.ts';
import { traits, type ItemSpec, type ItemState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));

/** Written as soon as DynamoDB answers. */
const typicalSeconds = { create: 1, update: 1, delete: 1 } as const;

export const item = completeType<ItemSpec, ItemState>({
  traits,
  identity: identityOf,
  observe: observing.call('observe'),
  readiness: () => ({ kind: 'ready' }),
  diff,
  outputsOf: (spec) => ({ table: spec.table }),
  // Names only: a value may be a secret.
  describe: (state) => `item with ${Object.keys(state.item).sort().join(', ')}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(listing, observing, changing),
  inventory: {
    what: 'entries that speak of services',
    permissions: ['dynamodb:DescribeTable', 'dynamodb:Scan'],
    entries: listing.call('entries'),
  },
  judging: {
    facts: (state) => lasting({ ...state, item: setsInOrder(state.item) }),
    factsPath: (path) => {
      // DynamoDB tells a value with its type, `{ S: "text" }`, so that what is below an attribute is at other paths.
      const attribute = /^(?:attributes|key)\.([^.[\]*]+)/.exec(path)?.[1];
      return attribute === undefined ? undefined : `item.${attribute}`;
    },
    claim,
    says,
    spellings,
    marked,
    markerOf,
  },
  settings: {
    // UpdateItem leaves alone what it does not name.
    updates: 'parts',
    plainly: ({ attributes, ...spec }, there) => ({
      ...spec,
      ...(attributes === undefined ? {} : { attributes: typedAsThere(attributes, there?.attributes ?? {}) }),
    }),
    isOne: (value) => typedOf(value) !== undefined,
    takenAway: ({ without = [] }) => without.map((name) => `attributes.${name}`),
  },
  safety: {
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
  },
  owners,
  rehearsal: {
    richer: (spec) => ({ ...spec, attributes: { beyondThePlaybook: 'kept', ...spec.attributes } }),
    injections,
    subjects,
    neighbour: ({ key, table }) =>
      isKnown(table) ? { spec: { table, key: canaryKey(key), attributes: { owner: neighboursPlaybook } } } : undefined,
  },
  capturing,
});

/** DynamoDB's own JSON, with the members of its sets in order: a set has none [DynamoDB developer guide, data types]. */
function setsInOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(setsInOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>).map(([name, member]) => [
      name,
      /^[SNB]S$/.test(name) && Array.isArray(member) && member.every((each) => typeof each === 'string')
        ? inAnyOrder(member)
        : setsInOrder(member),
    ]),
  );
}

function canaryKey(key: ItemSpec['key']): ItemSpec['key'] {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, besides(value)]));
}

function besides(value: ItemSpec['key'][string]): ItemSpec['key'][string] {
  if (typeof value === 'number') return value + 49_999;
  if (typeof value === 'string') return `${value}-canary`;
  if ('N' in value) return { N: '49999' };
  return 'S' in value ? { S: `${value.S}-canary` } : { B: Buffer.from('canary').toString('base64') };
}

type Said = NonNullable<ItemSpec['attributes']>;

/** What is said without a type has that of what is there. */
function typedAsThere(said: Said, there: Said): Said {
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => {
      const attribute = there[name];
      return [name, typedLike(value, attribute === undefined ? undefined : attributeOf(attribute))];
    }),
  ) as Said;
}
