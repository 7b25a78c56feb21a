// elbv2/target-group, assembled.
import { isUsualAttribute, targetGroupDefaults } from '../kit/elbv2-attributes.ts';
import { isUsualCheck } from './health-check.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { canaryName } from '../kit/neighbour.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { tunables } from './tunables.ts';
import { hindrances, injections } from './injections.ts';
import { needsOf } from './needs.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { severities } from './severities.ts';
import { plainly, traits, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));

/** A deleted listener holds on to it for 1 to 10 s [captured]. */
const typicalSeconds = { create: 2, update: 2, delete: 10 } as const;

export const targetGroup = completeType<TargetGroupSpec, TargetGroupState>({
  traits,
  identity: (spec) => `target group ${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state) => ({ arn: state?.arn, name: spec.name }),
  describe: (state) =>
    `${state.protocol ?? 'no protocol'}:${state.port ?? 'no port'}, ${
      state.loadBalancers.length === 0 ? 'no load balancer forwards to it' : 'behind a load balancer'
    }`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(listing, observing, changing),
  inventory: {
    what: 'target groups',
    permissions: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTags'],
    list: listing.call('list'),
    ...byArn(/^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:targetgroup\/([^/]+)\//, (name) => ({ name })),
  },
  judging: {
    severities,
    facts: (state) => lasting({ ...state, loadBalancers: inAnyOrder(state.loadBalancers) }),
    // ECS takes a target group only once a load balancer knows it [aws-facts 3.1: "does not have an associated load balancer"].
    joinable: ({ loadBalancers }) => loadBalancers.length > 0,
  },
  settings: {
    updates: 'parts',
    plainly,
    isUsual: (path, actual, state) =>
      isUsualAttribute(path, actual, targetGroupDefaults(state.protocol, state.targetType)) ||
      isUsualCheck(path, actual, state),
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
    tunables,
  },
  undo: {
    specOf,
    capture: observing.call('capture'),
  },
  owners,
  rehearsal: {
    richer: (spec) =>
      spec.protocol === 'HTTP' || spec.protocol === 'HTTPS'
        ? { ...spec, attributes: { 'slow_start.duration_seconds': '33', ...spec.attributes } }
        : spec,
    injections,
    hindrances,
    subjects,
    neighbour: (spec) => ({ spec: { ...spec, name: canaryName(spec.name) } }),
    presumes: (spec) => (spec.vpc === undefined ? [] : [{ kind: 'vpc', id: spec.vpc }]),
    standIn: ({ spec }) => ({
      ...spec,
      port: spec.port ?? 80,
      protocol: spec.protocol ?? 'HTTP',
      vpc: spec.vpc ?? 'vpc-presumed',
    }),
  },
  capturing,
});
