// elbv2/listener-rule, assembled.

import { describeAction, hasAction } from '../kit/elbv2-actions.ts';
import { componentType } from '../kit/type.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type ListenerRuleSpec, type ListenerRuleState } from './schema.ts';

/** Seen at once. */
const typicalSeconds = { create: 2, update: 2, delete: 2 } as const;

export const listenerRule = componentType<ListenerRuleSpec, ListenerRuleState>({
  traits,
  identity: (spec) => `rule ${spec.priority} of ${spec.listener}`,
  observe,
  readiness,
  diff,
  outputsOf: (_spec, state) => ({ arn: state?.arn }),
  describe: (state) => `priority ${state.priority}, ${describeAction(state.actions)}`,
  create,
  update,
  delete: remove,
  safety: {
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
  },
  rehearsal: {
    standIn: ({ id, spec }) => ({
      ...spec,
      conditions: spec.conditions ?? { pathPattern: [`/${id}`] },
      ...(hasAction(spec) ? {} : { fixedResponse: { status: '404', contentType: 'text/plain', body: 'nothing here' } }),
    }),
  },
});
