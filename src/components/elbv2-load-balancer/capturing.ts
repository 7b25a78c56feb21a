// What `relight capture` has to know of a load balancer.
import type { Capturing } from '../contract.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

const reading = whenUsed(() => import('./around.ts'));
/** The attribute that keeps it from being deleted [ELB API, LoadBalancerAttribute]. */
export const protection = 'deletion_protection.enabled';

export const capturing: Partial<Capturing<LoadBalancerSpec, LoadBalancerState>> = {
  tellApart: ({ name }) => name,
  named: (words) => {
    const [, name] =
      /^(?:arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer\/(?:app|net|gwy)\/)?([A-Za-z0-9-]{1,32})(?:\/[0-9a-f]+)?$/.exec(
        words,
      ) ?? [];
    return name === undefined ? undefined : { name };
  },
  around: reading.call('around'),
  isUsual: (path, value) =>
    (path === 'type' && value === 'application') || (path === 'ipAddressType' && value === 'ipv4'),
  probe: (_spec, { scheme }) => (scheme === 'internal' ? { inside: true } : {}),
  protectedBy: ({ attributes }) => (attributes?.[protection] === 'true' ? protection : undefined),
};
