// What `relight capture` has to know of a service.
import type { Capturing } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { nameIn } from '../kit/ecs.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

const reading = whenUsed(() => import('./around.ts'));

export const capturing: Partial<Capturing<ServiceSpec, ServiceState>> = {
  tellApart: ({ name }) => name,
  named: (words) => {
    const [, cluster, name] = /^(?:arn:[^:]+:ecs:[^:]+:\d+:service\/)?([^/:]+)\/([^/:]+)$/.exec(words) ?? [];
    return cluster === undefined || name === undefined ? undefined : { cluster, name };
  },
  around: reading.call('around'),
  users: reading.call('users'),
  params: ({ desiredCount, schedulingStrategy }) =>
    desiredCount === undefined || schedulingStrategy === 'DAEMON'
      ? []
      : [{ name: 'replicas', type: 'integer', description: 'Tasks that are wanted.', path: ['desiredCount'] }],
  shortly: ({ cluster, ...spec }) => ({ cluster: nameIn(cluster), ...spec }),
  isUsual: (path, value) => path === 'schedulingStrategy' && value === 'REPLICA',
  needs: (spec) => {
    const namespace = memberOf(memberOf(spec, 'serviceConnectConfiguration'), 'namespace');
    return typeof namespace === 'string' ? [`Cloud Map namespace ${nameIn(namespace)}`] : [];
  },
  // ECS takes a target group only once a load balancer knows it
  // [aws-facts 3.1: "does not have an associated load balancer"].
  after: ['elbv2/listener', 'elbv2/listener-rule'],
};
