// A rule of a listener that others use too: without tags, one that asks for the same requests is the playbook's only if it does
// the same with them.
import type { Evidence } from '../contract.ts';
import { describeAction } from '../kit/elbv2-actions.ts';
import { actionsDiffer } from '../kit/elbv2-action-diff.ts';
import { livesInOwn } from '../kit/evidence.ts';
import { conditionsInWords } from './conditions.ts';
import { diff } from './diff.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

/** What it does instead; undefined where it does what the spec says, or is in a listener of the playbook. */
export function stranger(spec: ListenerRuleSpec, state: ListenerRuleState, evidence: Evidence): string | undefined {
  if (livesInOwn(spec.listener, evidence) || !actionsDiffer(diff(spec, state), 'actions')) return undefined;
  return `a rule for ${conditionsInWords(state.conditions)}, which ${describeAction(state.actions)}`;
}
