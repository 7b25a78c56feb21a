// What `relight capture` has to know of a table.
import type { Capturing } from '../contract.ts';
import type { TableSpec, TableState } from './schema.ts';

export const capturing: Partial<Capturing<TableSpec, TableState>> = {
  tellApart: ({ name }) => name,
  holds: 'dynamodb/item',
  // A service's own entry is one of many.
  sharedBecause: () => 'what else is in it is not this service’s',
  protectedBy: ({ deletionProtection }) => (deletionProtection === true ? 'deletionProtection' : undefined),
};
