import type { AsSpec } from '../contract.ts';
import { spokenOfByAws } from '../kit/as-spec.ts';
import type { TableSpec, TableState } from './schema.ts';

/** What a table may have and a spec has no word for [DynamoDB API, TableDescription]. */
const beyondSpec = [
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
  'StreamSpecification',
  'SSEDescription',
  'TableClassSummary',
  'Replicas',
  'OnDemandThroughput',
  'WarmThroughput',
];

export function specOf(_spec: TableSpec, state: TableState): AsSpec<TableSpec> {
  const provisioned = state.billingMode === 'PROVISIONED';
  return {
    spec: {
      name: state.name,
      ...(state.hashKey === undefined ? {} : { hashKey: state.hashKey }),
      ...(state.rangeKey === undefined ? {} : { rangeKey: state.rangeKey }),
      billingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
      ...(provisioned ? { readCapacity: state.readCapacity, writeCapacity: state.writeCapacity } : {}),
      deletionProtection: state.deletionProtection,
    },
    parts: ['its items'],
    notRepresented: [
      'what DescribeTable does not tell (time to live, backups, policy)',
      ...spokenOfByAws(state.description, beyondSpec),
    ],
  };
}
