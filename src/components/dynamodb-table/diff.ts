import type { Difference, Json } from '../contract.ts';
import { field, sameJson } from '../kit/compare.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { isMap } from '../kit/members/maps.ts';
import { settingsOf } from './described.ts';
import { describedPart, keys, recoveryPart, timeToLivePart } from './parts.ts';
import type { KeyAttribute, TableSpec, TableState } from './schema.ts';

/** What a spec does not say stays. */
export function diff(spec: TableSpec, state: TableState): readonly Difference[] {
  const said = spec as Readonly<Record<string, unknown>>;
  const settings = settingsOf(state);
  const isProvisioned = state.billingMode === 'PROVISIONED';
  return [
    ...key('hashKey', spec.hashKey, state.hashKey),
    ...key('rangeKey', spec.rangeKey, state.rangeKey),
    ...field('billingMode', spec.billingMode, state.billingMode),
    ...field('readCapacity', spec.readCapacity, isProvisioned ? state.readCapacity : undefined),
    ...field('writeCapacity', spec.writeCapacity, isProvisioned ? state.writeCapacity : undefined),
    ...field('deletionProtection', spec.deletionProtection, state.deletionProtection),
    ...saidDiff(describedPart, '', spec, { ...bare, ...settings }, keys),
    ...definitions(said['attributeDefinitions'], settings['attributeDefinitions']),
    ...encryption(said['sseSpecification'], settings['sseSpecification']),
    ...furtherDiff(said, state.further ?? {}),
  ];
}

/** What AWS does not tell of a table that has none. */
const bare = { tableClass: 'STANDARD', globalSecondaryIndexes: [], localSecondaryIndexes: [] } as const;

function key(path: string, desired: TableSpec['hashKey'], actual: KeyAttribute | undefined): readonly Difference[] {
  if (desired === undefined) return [];
  if (desired.name === actual?.name && (desired.type ?? actual.type) === actual.type) return [];
  return field(path, desired, actual);
}

/** One that is not there yet comes with the index that needs it. */
function definitions(said: unknown, actual: Json | undefined): readonly Difference[] {
  const there = new Map(mapsIn(actual).map((each) => [each['attributeName'], each['attributeType']]));
  return mapsIn(said).flatMap(({ attributeName: name, attributeType: type }, index) =>
    there.has(name) ? field(`attributeDefinitions[${index}].attributeType`, type, there.get(name)) : [],
  );
}

function mapsIn(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isMap) : [];
}

/** An alias cannot be compared with the key that AWS tells; a key by its id can. */
function encryption(said: unknown, actual: Json | undefined): readonly Difference[] {
  if (!isMap(said)) return [];
  const there: Readonly<Record<string, unknown>> = isMap(actual) ? actual : {};
  const { enabled, kmsMasterKeyId: wanted, sseType } = said;
  const found = there['kmsMasterKeyId'];
  const isSameKey =
    typeof wanted === 'string' && typeof found === 'string' && (found === wanted || found.endsWith(`/${wanted}`));
  const isAliasOfKey = String(wanted).includes('alias/') && String(found).includes(':key/');
  return [
    ...field('sseSpecification.enabled', enabled, there['enabled'] ?? false),
    ...(enabled === false ? [] : field('sseSpecification.sseType', sseType, there['sseType'])),
    ...(isSameKey || isAliasOfKey ? [] : field('sseSpecification.kmsMasterKeyId', wanted, found)),
  ];
}

function furtherDiff(
  said: Readonly<Record<string, unknown>>,
  { contributorInsights, pointInTimeRecovery, resourcePolicy, timeToLive }: NonNullable<TableState['further']>,
): readonly Difference[] {
  return [
    ...switched('timeToLive', 'enabled', said['timeToLive'], timeToLive, (wanted, there) =>
      saidDiff(timeToLivePart, 'timeToLive', wanted, there, {}),
    ),
    ...switched(
      'pointInTimeRecovery',
      'pointInTimeRecoveryEnabled',
      said['pointInTimeRecovery'],
      pointInTimeRecovery,
      (wanted, there) => saidDiff(recoveryPart, 'pointInTimeRecovery', wanted, there, {}),
    ),
    ...switched('contributorInsights', 'enabled', said['contributorInsights'], contributorInsights, (wanted, there) =>
      Object.entries(wanted).flatMap(([word, value]) =>
        field(`contributorInsights.${word}`, value, (there as Readonly<Record<string, unknown>>)[word]),
      ),
    ),
    ...policyDiff(said['resourcePolicy'], resourcePolicy),
  ];
}

/** What is off has nothing else to compare: an attribute is told of time to live that is on. */
function switched(
  path: string,
  word: string,
  said: unknown,
  actual: Json | undefined,
  compare: (wanted: object, there: object) => readonly Difference[],
): readonly Difference[] {
  if (!isMap(said)) return [];
  // It was not asked for, so nothing is known of it.
  if (actual === undefined) return field(path, said, undefined);
  if (said[word] !== true) return field(`${path}.${word}`, said[word], isMap(actual));
  return isMap(actual) ? compare(said, actual) : field(`${path}.${word}`, true, false);
}

/** Spaces and the order of members mean nothing in a policy; an empty text means none. */
function policyDiff(said: unknown, actual: Json | undefined): readonly Difference[] {
  if (typeof said !== 'string') return [];
  if (said === '') return actual === null ? [] : [{ path: 'resourcePolicy', desired: said, actual }];
  const isSame = typeof actual === 'string' && (said === actual || sameJson(parsed(said), parsed(actual)));
  return isSame ? [] : field('resourcePolicy', said, actual);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
