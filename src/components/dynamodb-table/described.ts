// What DescribeTable tells, in the words of a spec. Pure.
import type { Json } from '../contract.ts';
import { isMap, type AnyMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { describedPart } from './parts.ts';
import type { TableState } from './schema.ts';

type Description = Pick<TableState, 'billingMode' | 'description' | 'hashKey' | 'rangeKey'> &
  Partial<Pick<TableState, 'readCapacity' | 'writeCapacity'>>;

/** The members that a spec says by AWS's names, without what every new table has. */
export function settingsOf(state: Description): Readonly<Record<string, Json>> {
  const { description } = state;
  if (!isMap(description)) return {};
  const isProvisioned = state.billingMode === 'PROVISIONED';
  const own = { ReadUnitsPerSecond: state.readCapacity, WriteUnitsPerSecond: state.writeCapacity };
  const told = fromOutput(describedPart, {
    ...description,
    TableClass: mapAt(description, 'TableClassSummary')?.['TableClass'],
    OnDemandThroughput: limited(description['OnDemandThroughput']),
    WarmThroughput: warm(description['WarmThroughput'], isProvisioned ? own : onDemandWarmth),
    GlobalSecondaryIndexes: listAt(description, 'GlobalSecondaryIndexes')?.map((index) => ({
      ...index,
      ProvisionedThroughput: isProvisioned ? index['ProvisionedThroughput'] : undefined,
      OnDemandThroughput: limited(index['OnDemandThroughput']),
      WarmThroughput: warm(index['WarmThroughput'], isProvisioned ? provisionedWarmth(index) : onDemandWarmth),
    })),
  });
  const definitions = indexAttributes(state);
  return {
    ...told,
    ...(definitions.length === 0 ? {} : { attributeDefinitions: definitions }),
    ...encryption(description),
  };
}

/** Types of the attributes that only indexes have as keys. */
function indexAttributes({ description, hashKey, rangeKey }: Description): Json[] {
  const own = [hashKey?.name, rangeKey?.name];
  return (listAt(description, 'AttributeDefinitions') ?? []).flatMap(({ AttributeName, AttributeType }): Json[] =>
    typeof AttributeName !== 'string' || own.includes(AttributeName)
      ? []
      : [{ attributeName: AttributeName, attributeType: String(AttributeType) }],
  );
}

/** The default encryption is not told [DynamoDB API, SSEDescription]. */
function encryption(description: AnyMap): Readonly<Record<string, Json>> {
  const told = mapAt(description, 'SSEDescription');
  if (told === undefined || !['ENABLED', 'ENABLING', 'UPDATING'].includes(String(told['Status']))) return {};
  const { KMSMasterKeyArn: key, SSEType: kind } = told;
  if (typeof kind !== 'string') return {};
  return {
    sseSpecification: { enabled: true, sseType: kind, ...(typeof key === 'string' ? { kmsMasterKeyId: key } : {}) },
  };
}

/** -1 stands for no limit [DynamoDB API, OnDemandThroughput]. */
function limited(limits: unknown): unknown {
  if (!isMap(limits)) return undefined;
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== -1));
}

/** What a new table can take at once when it is paid by request [DynamoDB developer guide, "Warm throughput"]. */
const onDemandWarmth = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 } as const;

function provisionedWarmth(index: AnyMap): object {
  const own = mapAt(index, 'ProvisionedThroughput');
  return { ReadUnitsPerSecond: own?.['ReadCapacityUnits'], WriteUnitsPerSecond: own?.['WriteCapacityUnits'] };
}

function warm(told: unknown, usual: object): unknown {
  if (!isMap(told)) return undefined;
  return Object.entries(usual).every(([name, value]) => told[name] === value) ? undefined : told;
}

function mapAt(value: unknown, name: string): AnyMap | undefined {
  const member: unknown = isMap(value) ? value[name] : undefined;
  return isMap(member) ? member : undefined;
}

export function listAt(value: unknown, name: string): readonly AnyMap[] | undefined {
  const member: unknown = isMap(value) ? value[name] : undefined;
  return Array.isArray(member) ? member.filter(isMap) : undefined;
}

/** AWS is not at work on the table, its indexes or its encryption: it takes the next change. */
export function isAtRest(description: unknown): boolean {
  if (!isMap(description)) return true;
  const indexes = listAt(description, 'GlobalSecondaryIndexes') ?? [];
  return (
    description['TableStatus'] === 'ACTIVE' &&
    indexes.every((index) => (index['IndexStatus'] ?? 'ACTIVE') === 'ACTIVE') &&
    mapAt(description, 'SSEDescription')?.['Status'] !== 'UPDATING'
  );
}
