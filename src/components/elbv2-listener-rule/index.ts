// elbv2/listener-rule, assembled.
import type { ComponentType } from '../contract.ts';
import { describeAction, hasAction } from '../kit/elbv2-actions.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type ListenerRuleSpec, type ListenerRuleState } from './schema.ts';

/** Seen at once. */
const typicalSeconds = { create: 2, update: 2, delete: 2 } as const;

export const listenerRule: ComponentType<ListenerRuleSpec, ListenerRuleState> = {
  ...traits,
  identity: (spec) => `rule ${spec.priority} of ${spec.listener}`,
  standIn: ({ id, spec }) => ({
    ...spec,
    conditions: spec.conditions ?? { pathPattern: [`/${id}`] },
    ...(hasAction(spec) ? {} : { fixedResponse: { status: '404', contentType: 'text/plain', body: 'nothing here' } }),
  }),
  observe,
  readiness,
  diff,
  outputsOf: (_spec, state) => ({ arn: state?.arn }),
  describe: (state) => `priority ${state.priority}, ${describeAction(state.actions)}`,
  estimate: (action) => typicalSeconds[action],
  policyScope,
  specOf,
  create,
  update,
  delete: remove,
};
