// What `relight capture` has to know of a target group.
import type { Capturing, ProbeShare } from '../contract.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

const reading = whenUsed(() => import('./unused.ts'));

export const capturing: Partial<Capturing<TargetGroupSpec, TargetGroupState>> = {
  tellApart: ({ name }) => name,
  around: (_spec, { loadBalancers }) => Promise.resolve({ links: loadBalancers }),
  isUsual: (path, value) =>
    (path === 'targetType' && value === 'ip') ||
    (path === 'protocolVersion' && value === 'HTTP1') ||
    (path === 'ipAddressType' && value === 'ipv4'),
  probe: (_spec, state) => probeOf(state),
  unused: reading.call('unused'),
};

/**
 * Health checks of other protocols ask for no path, and those of gRPC for one that a browser cannot ask for; one without a matcher
 * passes with 200 [ELB API, Matcher].
 */
function probeOf({ healthCheck: { matcher = '200', path, protocol }, protocolVersion }: TargetGroupState): ProbeShare {
  if (path === undefined || !(protocol === 'HTTP' || protocol === 'HTTPS') || protocolVersion === 'GRPC') return {};
  return { check: { path, statuses: statusesOf(matcher) } };
}

/** Of a range those that services answer with: `200,204`, `200-399` [ELB API, Matcher.HttpCode]. */
function statusesOf(matcher: string): readonly number[] {
  const parts = matcher.split(',').flatMap((each) => {
    const [, from, to = from] = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(each) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to)] as const];
  });
  const all = parts.flatMap(([from, to]) =>
    from === to ? [from] : usualStatuses.filter((status) => status >= from && status <= to),
  );
  return all.length === 0 ? [200] : [...new Set(all)].toSorted((left, right) => left - right);
}

const usualStatuses = [200, 201, 202, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405] as const;
