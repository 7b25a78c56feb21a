import type { AsSpec, Json } from '../contract.ts';
import { capturedList, memberOf, spokenOfByAws } from '../kit/as-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { settingsOf } from './described.ts';
import type { TableSpec, TableState } from './schema.ts';

/** What a table may have and no input that makes one [DynamoDB API, TableDescription]. */
const beyondSpec = ['Replicas', 'MultiRegionConsistency'];

export function specOf(_spec: TableSpec, state: TableState, captured?: Json): AsSpec<TableSpec> {
  const provisioned = state.billingMode === 'PROVISIONED';
  const asked: unknown = memberOf(captured, 'further') ?? state.further;
  const further = Object.entries(isMap(asked) ? asked : {}).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const unread = [...(capturedList(captured, 'unread') ?? [])].map(String);
  const streams = capturedList(captured, 'kinesisStreams') ?? [];
  const settings = settingsOf(state);
  return {
    spec: {
      name: state.name,
      ...(state.hashKey === undefined ? {} : { hashKey: state.hashKey }),
      ...(state.rangeKey === undefined ? {} : { rangeKey: state.rangeKey }),
      billingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
      ...(provisioned ? { readCapacity: state.readCapacity, writeCapacity: state.writeCapacity } : {}),
      deletionProtection: state.deletionProtection,
      ...settings,
      ...Object.fromEntries(further),
    },
    parts: ['its items', ...('streamSpecification' in settings ? ['its stream: a new one begins'] : [])],
    notRepresented: [
      ...(captured === undefined || captured === null
        ? ['what DescribeTable does not tell (time to live, backups, policy)']
        : []),
      ...unread.map((word) => `${word}, which could not be read`),
      ...(streams.length === 0 ? [] : ['Kinesis destinations']),
      ...spokenOfByAws(state.description, beyondSpec),
    ],
  };
}
