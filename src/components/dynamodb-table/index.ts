// dynamodb/table, assembled.
import type { ComponentType } from '../contract.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { observe, readiness } from './observe.ts';
import { traits, type TableSpec, type TableState } from './schema.ts';

/** Seconds [unverified: 5 to 20 s to create, seconds to minutes to delete]. */
const typicalSeconds = { create: 15, update: 15, delete: 15 } as const;

export const table: ComponentType<TableSpec, TableState> = {
  ...traits,
  identity: (spec) => `table ${spec.name}`,
  observe,
  readiness,
  diff,
  outputsOf: (spec, state, scope) => ({
    name: spec.name,
    arn: state?.arn ?? `arn:${scope.partition}:dynamodb:${scope.region}:${scope.account}:table/${spec.name}`,
  }),
  describe: (state) => `${state.status}, about ${state.itemCount} items`,
  estimate: (action) => typicalSeconds[action],
  create,
  update,
  delete: remove,
};
