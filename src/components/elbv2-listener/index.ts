// elbv2/listener, assembled.
import { actionAlternatives, hasAction, plainActions, sendsTo } from '../kit/elbv2-action-spec.ts';
import { isUsualAttribute, listenerDefaults } from '../kit/elbv2-attributes.ts';
import { describeAction, forwardedTo } from '../kit/elbv2-actions.ts';
import { canaryAnswer, isKnown } from '../kit/neighbour.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { hindrances, injections } from './injections.ts';
import { needsOf } from './needs.ts';
import { readiness } from './readiness.ts';
import { stranger } from './stranger.ts';
import { subjects } from './subjects.ts';
import { keys } from './parts.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { severities } from './severities.ts';
import { traits, type ListenerSpec, type ListenerState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const confirming = whenUsed(() => import('../kit/elbv2.ts'));
const changing = whenUsed(() => import('./change.ts'));
const leading = whenUsed(() => import('../kit/elbv2-leading.ts'));

/** Seen at once; a new HTTPS listener takes some seconds until it accepts connections [captured]. */
const typicalSeconds = { create: 5, update: 5, delete: 2 } as const;

export const listener = completeType<ListenerSpec, ListenerState>({
  traits,
  identity: (spec) => `listener ${spec.loadBalancer}:${spec.port}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (_spec, state) => ({ arn: state?.arn }),
  describe: (state) => `${state.protocol}:${state.port}, ${describeAction(state.actions)}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(confirming, observing, changing, leading),
  inventory: {
    what: 'listeners',
    permissions: ['elasticloadbalancing:DescribeTags'],
    owns: (arn) => /^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:listener\//.test(arn),
    confirm: confirming.call('elbv2Confirmed'),
  },
  judging: {
    severities,
    stranger,
    leadsTo: ({ actions }) => forwardedTo(actions),
    sendsTo,
    leads: leading.call('leads'),
  },
  settings: {
    updates: 'fields',
    naming: ['loadBalancer'],
    keys,
    alternatives: actionAlternatives,
    isUsual: (path, actual, state) => isUsualAttribute(path, actual, listenerDefaults(state.protocol)),
    plainly: (spec) => plainActions(spec, 'defaultActions'),
  },
  needs: { of: needsOf },
  safety: {
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
    injections,
    hindrances,
    subjects,
    // On a load balancer of the playbook's own it would be deleted with it, and rightly.
    neighbour: ({ loadBalancer }) =>
      isKnown(loadBalancer)
        ? { spec: { loadBalancer, port: 8999, protocol: 'HTTP', fixedResponse: canaryAnswer } }
        : undefined,
    presumes: (spec) =>
      [spec.certificate, ...(spec.certificates ?? [])].flatMap((arn) =>
        arn === undefined ? [] : [{ kind: 'certificate' as const, arn }],
      ),
    // A shared listener answers what no rule takes with 404.
    standIn: ({ spec }) => ({
      ...spec,
      ...(spec.protocol === undefined ? standInProtocol(spec.port) : {}),
      ...(hasAction(spec) ? {} : { fixedResponse: { status: '404', contentType: 'text/plain', body: 'nothing here' } }),
    }),
  },
  capturing,
});

function standInProtocol(port: number): Pick<ListenerSpec, 'protocol' | 'certificate'> {
  if (port !== 443) return { protocol: 'HTTP' };
  const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000';
  return { protocol: 'HTTPS', certificate };
}
