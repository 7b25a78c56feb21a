// route53/health-check, assembled.
import { canonicalAddress, canonicalName } from '../../util/dns.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { toInput } from '../kit/members/input.ts';
import { completeType } from '../kit/type.ts';
import { isUsualIn } from '../kit/usual.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { hindrances, injections } from './injections.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { asksEndpoint } from './kinds.ts';
import { owners } from './owners.ts';
import { checkPart, keys, settingsOf } from './parts.ts';
import { usualOf } from './usual.ts';
import { severities } from './severities.ts';
import { awsType, portOf, protocolOf, traits, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));
const verifying = whenUsed(() => import('./verify.ts'));

/** First reports come after 30 to 90 s [Route 53 developer guide]. */
const typicalSeconds = { create: 60, update: 60, delete: 2 } as const;

export const healthCheck = completeType<HealthCheckSpec, HealthCheckState>({
  traits,
  identity: (spec) =>
    [
      'health check',
      awsType(spec),
      canonicalAddress(spec.ipAddress ?? ''),
      canonicalName(spec.fqdn ?? ''),
      portOf(spec) ?? '',
      spec.path ?? '',
      ...(asksEndpoint(spec.protocol) ? [] : [JSON.stringify(toInput(checkPart, spec))]),
    ].join(' '),
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (_spec, state) => ({ id: state?.id }),
  describe: (state) =>
    `${state.type} ${state.fqdn ?? state.ipAddress ?? ''}:${state.port ?? ''}${state.path ?? ''}${
      state.disabled ? ', disabled' : ''
    }`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(listing, observing, changing, verifying),
  inventory: {
    what: 'health checks',
    accountWide: true,
    permissions: ['route53:ListHealthChecks', 'route53:ListTagsForResources'],
    list: listing.call('list'),
  },
  judging: {
    severities,
    facts: (state) => {
      const own = { ...state, regions: state.regions && inAnyOrder(state.regions) };
      return lasting({ ...settingsOf(state), ...own });
    },
    // Records name it by its id [Route 53 API, ResourceRecordSet].
    aliases: (state) => [state.id],
  },
  settings: {
    updates: 'fields',
    keys,
    isUsual: (path, actual, state) => isUsualIn({ ...usualOf(protocolOf(state)) }, path, actual),
  },
  safety: {
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
    verify: verifying.call('verify'),
  },
  undo: {
    specOf,
  },
  owners,
  rehearsal: {
    injections,
    hindrances,
    subjects,
    neighbour: (spec) => ({
      spec: asksEndpoint(spec.protocol)
        ? { ...spec, fqdn: 'canary.example', ipAddress: undefined }
        : { protocol: 'HTTP', fqdn: 'canary.example' },
    }),
    countedAs: 'health check',
  },
  capturing,
});
