// A listener on a port of a load balancer that others use too: without tags, it is the playbook's only if it does the same.
import type { Evidence } from '../contract.ts';
import { describeAction } from '../kit/elbv2-actions.ts';
import { actionsDiffer } from '../kit/elbv2-action-diff.ts';
import { livesInOwn } from '../kit/evidence.ts';
import { differsBelow } from '../kit/changing.ts';
import { diff } from './diff.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

/** What it does instead; undefined where it does what the spec says, or is in a load balancer of the playbook. */
export function stranger(spec: ListenerSpec, state: ListenerState, evidence: Evidence): string | undefined {
  if (livesInOwn(spec.loadBalancer, evidence)) return undefined;
  const differences = diff(spec, state);
  if (!differsBelow(differences, 'protocol') && !actionsDiffer(differences, 'defaultActions')) return undefined;
  return `${state.protocol}:${state.port}, ${describeAction(state.actions)}`;
}
