// The listeners of a load balancer.
import type { ReadContext, Surroundings } from '../contract.ts';
import { listenersOf } from '../kit/elbv2-listening.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

export async function around(
  _spec: LoadBalancerSpec,
  { arn }: LoadBalancerState,
  context: ReadContext,
): Promise<Surroundings> {
  const listeners = (await listenersOf(arn, context)).toSorted((left, right) => (left.Port ?? 0) - (right.Port ?? 0));
  return {
    pieces: listeners.map(({ Port: port = 0 }) => ({ type: 'elbv2/listener', spec: { loadBalancer: arn, port } })),
  };
}
