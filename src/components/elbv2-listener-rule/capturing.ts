// What `relight capture` has to know of a rule.
import type { Capturing } from '../contract.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export const capturing: Partial<Capturing<ListenerRuleSpec, ListenerRuleState>> = {
  word: 'rule',
  tellApart: ({ priority }) => String(priority),
  paths: ({ conditions }) => conditions?.pathPattern,
  hosts: ({ conditions }) => conditions?.hostHeader,
};
