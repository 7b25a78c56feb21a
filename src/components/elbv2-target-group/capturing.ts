// What `relight capture` has to know of a target group.
import type { Capturing, ProbeShare } from '../contract.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

export const capturing: Partial<Capturing<TargetGroupSpec, TargetGroupState>> = {
  tellApart: ({ name }) => name,
  around: (_spec, { loadBalancers }) => Promise.resolve({ links: loadBalancers }),
  isUsual: (path, value) =>
    (path === 'targetType' && value === 'ip') ||
    (path === 'protocolVersion' && value === 'HTTP1') ||
    (path === 'ipAddressType' && value === 'ipv4'),
  probe: (_spec, state) => probeOf(state),
};

/** Health checks of other protocols ask for no path; one without a matcher passes with 200 [ELB API, Matcher]. */
function probeOf({ healthCheck: { matcher = '200', path, protocol } }: TargetGroupState): ProbeShare {
  if (path === undefined || !(protocol === 'HTTP' || protocol === 'HTTPS')) return {};
  const [, status] = /^(\d{3})(?:$|[,-])/.exec(matcher) ?? [];
  return { check: { path, status: status === undefined ? 200 : Number(status) } };
}
