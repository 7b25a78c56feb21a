// elbv2/listener-rule, assembled.
import { actionAlternatives, hasAction, plainActions, sendsTo } from '../kit/elbv2-action-spec.ts';
import { describeAction, forwardedTo } from '../kit/elbv2-actions.ts';
import { everyText } from '../kit/mentions.ts';
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
import { traits, type ListenerRuleSpec, type ListenerRuleState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const confirming = whenUsed(() => import('../kit/elbv2.ts'));
const changing = whenUsed(() => import('./change.ts'));
const leading = whenUsed(() => import('../kit/elbv2-leading.ts'));

/** Seen at once. */
const typicalSeconds = { create: 2, update: 2, delete: 2 } as const;

export const listenerRule = completeType<ListenerRuleSpec, ListenerRuleState>({
  traits,
  identity: (spec) => `rule ${spec.priority} of ${spec.listener}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (_spec, state) => ({ arn: state?.arn }),
  describe: (state) => {
    const taken = state.placeTakenBy === undefined ? '' : ` (its own is taken by ${state.placeTakenBy})`;
    return `priority ${state.priority}${taken}, ${describeAction(state.actions)}`;
  },
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(confirming, observing, changing, leading),
  inventory: {
    what: 'listener rules',
    permissions: ['elasticloadbalancing:DescribeTags'],
    owns: (arn) => /^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:listener-rule\//.test(arn),
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
    naming: ['listener'],
    keys,
    alternatives: [
      ...actionAlternatives,
      ['conditions.pathPattern', 'conditions.pathPatternRegex'],
      ['conditions.hostHeader', 'conditions.hostHeaderRegex'],
    ],
    plainly: (spec) => plainActions(spec, 'actions'),
  },
  needs: { of: needsOf },
  // Names that requests are taken for are served here.
  depending: { mentions: (spec) => everyText(spec, ['conditions']) },
  safety: {
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
  },
  owners,
  rehearsal: {
    injections,
    hindrances,
    subjects,
    neighbour: ({ listener }) =>
      isKnown(listener)
        ? {
            spec: {
              listener,
              priority: 49_999,
              conditions: { hostHeader: ['canary.example'] },
              fixedResponse: canaryAnswer,
            },
          }
        : undefined,
    standIn: ({ id, spec }) => ({
      ...spec,
      conditions: spec.conditions ?? { pathPattern: [`/${id}`] },
      ...(hasAction(spec) ? {} : { fixedResponse: { status: '404', contentType: 'text/plain', body: 'nothing here' } }),
    }),
  },
  capturing,
});
