// How a table is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import { byHand, cannot, denied, foreignTag, guardTag, noReferences, quoted } from '../kit/injecting.ts';
import type { TableSpec, TableState } from './schema.ts';

export const injections: Injections<TableSpec, TableState> = {
  drifted: byHand(
    {
      path: 'readCapacity',
      to: (spec) => (spec.readCapacity === undefined ? undefined : { ...spec, readCapacity: spec.readCapacity + 5 }),
    },
    {
      path: 'deletionProtection',
      to: (spec) =>
        spec.deletionProtection === undefined ? undefined : { ...spec, deletionProtection: !spec.deletionProtection },
    },
  ),
  dangling: cannot(noReferences),
  unhealthy: cannot('the sandbox knows no table that fails'),
  settling: {
    kind: 'done',
    unless: ({ spec }) =>
      spec.billingMode === undefined
        ? undefined
        : 'what makes AWS work on it is a change of billing, which the playbook would call drift',
    inject: async (operator) => {
      const { billingMode } = operator.state;
      const provisioned = { billingMode: 'PROVISIONED', readCapacity: 5, writeCapacity: 5 } as const;
      const onDemand = { billingMode: 'PAY_PER_REQUEST' } as const;
      await operator.change({ ...operator.spec, ...(billingMode === 'PROVISIONED' ? onDemand : provisioned) });
      return 'its billing mode was changed a moment ago';
    },
    until: 'begun',
  },
  foreign: foreignTag,
  unreadable: denied('dynamodb', ['DescribeTable'], ({ name }) => quoted(name)),
};

export const hindrances: Hindrances<TableSpec, TableState> = {
  guarded: guardTag,
  held: {
    kind: 'done',
    unless: ({ spec }) => (spec.deletionProtection === undefined ? undefined : 'the playbook says whether it is held'),
    inject: async (operator) => {
      await operator.change({ ...operator.spec, deletionProtection: true });
      return 'its deletion protection was switched on';
    },
    until: 'settled',
  },
};
