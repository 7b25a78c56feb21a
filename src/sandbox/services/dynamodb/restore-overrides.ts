// What a restore may be given instead of the source's: billing, throughput, encryption, and fewer indexes. Texts are those
// observed.
import { validation } from './errors.ts';
import { throughputOf, type GlobalIndex, type LocalIndex } from './index-definitions.ts';
import { list } from './request/shapes.ts';
import type { Struct } from './request/shapes.ts';
import {
  billingModeShape,
  encryptionShape,
  globalIndexShape,
  localIndexShape,
  onDemandShape,
  throughputShape,
} from './request/table-shapes.ts';
import type { IndexRecord, TableRecord } from './store.ts';
import { checkEncryption } from './table-settings.ts';

export const overrides = {
  BillingModeOverride: billingModeShape,
  GlobalSecondaryIndexOverride: list(globalIndexShape),
  LocalSecondaryIndexOverride: list(localIndexShape),
  ProvisionedThroughputOverride: throughputShape,
  OnDemandThroughputOverride: onDemandShape,
  SSESpecificationOverride: encryptionShape,
} as const;

export type Overrides = Struct<typeof overrides>;

/** @throws AwsError for what cannot be together */
export function checkOverrides(request: Overrides, source: TableRecord): void {
  const {
    BillingModeOverride: mode,
    OnDemandThroughputOverride: limits,
    ProvisionedThroughputOverride: units,
  } = request;
  checkEncryption(request.SSESpecificationOverride);
  const effective = mode ?? source.billingMode;
  const problem =
    units !== undefined && mode === 'PAY_PER_REQUEST'
      ? 'Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST'
      : units !== undefined && effective !== 'PROVISIONED'
        ? 'Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED'
        : mode === 'PROVISIONED' && units === undefined && source.billingMode !== 'PROVISIONED'
          ? 'Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED'
          : limits !== undefined && effective !== 'PAY_PER_REQUEST'
            ? 'Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST'
            : undefined;
  if (problem !== undefined) throw validation(`Invalid Request: ${problem}`);
}

/** All indexes of the source unless told; those that are told may have another name, and none may be new. */
export function restoredIndexes(request: Overrides, source: TableRecord): readonly IndexRecord[] {
  const { GlobalSecondaryIndexOverride: globals, LocalSecondaryIndexOverride: locals } = request;
  const chosen = (
    scope: IndexRecord['scope'],
    given: readonly (LocalIndex | GlobalIndex)[] | undefined,
  ): IndexRecord[] => {
    const own = source.indexes.filter((index) => index.scope === scope);
    if (given === undefined) return own;
    return given.map((wanted) => {
      const match = own.find((index) => isSame(index, wanted));
      if (match === undefined) {
        const problem = `Index ${wanted.IndexName} does not match a secondary index that existed in the source table`;
        throw validation(`Invalid Request: ${problem} and cannot be created during the restore operation`);
      }
      const units = 'ProvisionedThroughput' in wanted ? throughputOf(wanted.ProvisionedThroughput) : null;
      return { ...match, name: wanted.IndexName, throughput: units ?? match.throughput };
    });
  };
  return [...chosen('local', locals), ...chosen('global', globals)];
}

function isSame(index: IndexRecord, { KeySchema: keys, Projection: projection }: LocalIndex | GlobalIndex): boolean {
  return (
    index.projection === projection.ProjectionType &&
    index.keys.length === keys.length &&
    index.keys.every(({ name, role }, at) => keys[at]?.AttributeName === name && keys[at].KeyType === role) &&
    JSON.stringify([...(index.nonKeyAttributes ?? [])].sort()) ===
      JSON.stringify([...(projection.NonKeyAttributes ?? [])].sort())
  );
}
