// elbv2/load-balancer, assembled.
import { isUsualAttribute, loadBalancerDefaults } from '../kit/elbv2-attributes.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { canaryName } from '../kit/neighbour.ts';
import { balancerIn } from '../kit/balancer-names.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing, protection } from './capturing.ts';
import { diff } from './diff.ts';
import { harms } from './harms.ts';
import { hindrances, injections } from './injections.ts';
import { needsOf } from './needs.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { keys } from './parts.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { plainly } from './subnets.ts';
import { severities } from './severities.ts';
import { traits, type LoadBalancerSpec, type LoadBalancerState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));

/** An ALB takes 95 to 180 s to become active [measured on AWS]; deleting it is seen at once. */
const typicalSeconds = { create: 120, update: 5, delete: 2 } as const;

export const loadBalancer = completeType<LoadBalancerSpec, LoadBalancerState>({
  traits,
  identity: (spec) => `load balancer ${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state) => ({
    arn: state?.arn,
    name: spec.name,
    dnsName: state?.dnsName,
    hostedZoneId: state?.hostedZoneId,
  }),
  describe: (state) => `${state.status}, ${state.dnsName}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(listing, observing, changing),
  inventory: {
    what: 'load balancers',
    permissions: [
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeTags',
    ],
    list: listing.call('list'),
    regionOfName: (name) => balancerIn(name)?.region,
    ...byArn(/^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer\/(?:app|net|gwy)\/([^/]+)\//, (name) => ({
      name,
    })),
  },
  judging: {
    severities,
    facts: (state) =>
      lasting({ ...state, subnets: inAnyOrder(state.subnets), securityGroups: inAnyOrder(state.securityGroups) }),
    harms,
    // As records may spell it: a referrer's name has lost its `dualstack.` [ELB guide, DNS names].
    aliases: (state) => [state.dnsName.toLowerCase()],
  },
  settings: {
    updates: 'parts',
    keys,
    plainly,
    isUsual: (path, actual, state) => isUsualAttribute(path, actual, loadBalancerDefaults(state.type)),
  },
  needs: { of: needsOf },
  safety: {
    blockers: observing.call('blockers'),
    cascade: observing.call('cascade'),
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
    capture: observing.call('capture'),
  },
  owners,
  rehearsal: {
    letGo: (spec) =>
      spec.attributes?.[protection] === 'true'
        ? { ...spec, attributes: { ...spec.attributes, [protection]: 'false' } }
        : undefined,
    richer: (spec) =>
      spec.type === 'network'
        ? spec
        : { ...spec, attributes: { 'idle_timeout.timeout_seconds': '77', ...spec.attributes } },
    injections,
    hindrances,
    subjects,
    neighbour: (spec) => ({ spec: { ...spec, name: canaryName(spec.name) } }),
    presumes: (spec) => [
      ...[...(spec.subnets ?? []), ...(spec.subnetMappings ?? []).map((each) => each.subnetId)].map(
        (id) => ({ kind: 'subnet', id }) as const,
      ),
      ...(spec.securityGroups ?? []).map((id) => ({ kind: 'security-group', id }) as const),
    ],
    standIn: ({ spec }) =>
      spec.subnetMappings === undefined ? { ...spec, subnets: spec.subnets ?? ['subnet-a1', 'subnet-b1'] } : spec,
  },
  capturing,
});
