// What `relight capture` has to know of a rule.
import type { Capturing } from '../contract.ts';
import { actionPlaces, actionWords, isUsualRedirect, strangerStatus } from '../kit/elbv2-action-spec.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export const capturing: Partial<Capturing<ListenerRuleSpec, ListenerRuleState>> = {
  word: 'rule',
  tellApart: ({ priority }) => String(priority),
  places: actionPlaces('actions'),
  movable: actionWords('actions'),
  isUsual: isUsualRedirect,
  paths: ({ conditions }) => conditions?.pathPattern,
  hosts: ({ conditions }) => conditions?.hostHeader,
  probe: (spec) => strangerStatus(spec),
};
