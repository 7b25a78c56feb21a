import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import { actionDifferences } from '../kit/elbv2-actions.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export function diff(spec: ListenerSpec, state: ListenerState): readonly Difference[] {
  return [
    ...field('loadBalancer', spec.loadBalancer, state.loadBalancer),
    ...field('port', spec.port, state.port),
    ...field('protocol', spec.protocol, state.protocol),
    ...field('certificate', spec.certificate, state.certificate),
    ...field('sslPolicy', spec.sslPolicy, state.sslPolicy),
    ...actionDifferences(spec, state.actions),
  ];
}
