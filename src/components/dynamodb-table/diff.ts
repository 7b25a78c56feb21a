import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import type { TableSpec, TableState } from './schema.ts';

export function diff(spec: TableSpec, state: TableState): readonly Difference[] {
  return [
    ...field('hashKey', spec.hashKey, state.hashKey),
    // A table without a sort key is what a spec without one means, once it names the partition key.
    ...(spec.hashKey !== undefined && spec.rangeKey === undefined && state.rangeKey !== undefined
      ? [{ path: 'rangeKey', desired: undefined, actual: { ...state.rangeKey } }]
      : field('rangeKey', spec.rangeKey, state.rangeKey)),
    ...field('billingMode', spec.billingMode, state.billingMode),
    ...field('readCapacity', spec.readCapacity, state.readCapacity),
    ...field('writeCapacity', spec.writeCapacity, state.writeCapacity),
    ...field('deletionProtection', spec.deletionProtection, state.deletionProtection),
  ];
}
