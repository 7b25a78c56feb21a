// route53/record, assembled.
import { toJson } from '../kit/compare.ts';
import { canonicalName } from '../../util/dns.ts';
import { inAnyOrder } from '../kit/facts.ts';
import { hasReference } from '../kit/schema.ts';
import { neighboursPlaybook } from '../contract.ts';
import { isKnown } from '../kit/neighbour.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { claim, leadsTo, says } from './claim.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { propagationSeconds, timeToLive, tunables } from './tunables.ts';
import { identityOf, spellings } from './identity.ts';
import { marked, markerOf } from './marker.ts';
import { mentions } from './mentions.ts';
import { routedBy, routingWords } from './parts.ts';
import { hindrances, injections } from './injections.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { plainly, specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { severities } from './severities.ts';
import { isZoneId, traits, type RecordSpec, type RecordState } from './schema.ts';

const blocking = whenUsed(() => import('./blockers.ts'));
const observing = whenUsed(() => import('./observe.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));
const leading = whenUsed(() => import('./leads.ts'));
const verifying = whenUsed(() => import('./verify.ts'));

/** PENDING to INSYNC, usually within 60 s [Route 53 API, GetChange]. */
const typicalSync = 35;

/** Names and addresses that are kept for documentation [RFC 2606, RFC 5737, RFC 3849]. */
const standInValues: Partial<Record<RecordSpec['type'], string>> = {
  A: '192.0.2.1',
  AAAA: '2001:db8::1',
  CNAME: 'presumed.example',
  MX: '10 presumed.example',
  NS: 'ns.presumed.example',
  PTR: 'presumed.example',
  SRV: '1 1 443 presumed.example',
  TXT: 'presumed',
};

export const record = completeType<RecordSpec, RecordState>({
  traits,
  identity: identityOf,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec) => ({
    fqdn: hasReference(spec.name) ? undefined : spec.name.replace(/\.$/, ''),
    name: hasReference(spec.name) ? undefined : spec.name,
  }),
  describe: ({ description: { Type, TTL, ResourceRecords, AliasTarget } }) =>
    AliasTarget === undefined
      ? `${Type ?? ''} ${(ResourceRecords ?? []).map((each) => each.Value ?? '').join(', ')}, TTL ${TTL ?? 0} s`
      : `${Type ?? ''} alias of ${AliasTarget.DNSName ?? ''}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(blocking, listing, observing, changing, leading, verifying),
  inventory: {
    what: 'hosted zones and their records',
    accountWide: true,
    permissions: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
    list: listing.call('list'),
  },
  judging: {
    severities,
    facts: ({ zone, description: { ResourceRecords, ...others }, marker }) =>
      toJson({
        zone: zone.id,
        ...others,
        marker: marker?.ResourceRecords,
        values: inAnyOrder((ResourceRecords ?? []).map((each) => each.Value ?? '')),
      }),
    claim,
    says,
    spellings,
    marked,
    markerOf,
    leadsTo,
    leads: leading.call('leads'),
  },
  depending: { mentions },
  settings: {
    alternatives: [['values', 'alias'], ['ttl', 'alias'], routingWords],
    plainly,
    naming: ['zone', 'name', 'setIdentifier'],
  },
  safety: {
    blockers: blocking.call('blockers'),
    policyScope,
  },
  time: {
    lookCalls,
    // While the record goes, whoever has asked before may know it for its TTL.
    estimate: (action, spec, state) => typicalSync + (action === 'delete' ? timeToLive(spec, state) : 0),
    settingSeconds: (action, spec, state) => (action === 'delete' ? timeToLive(spec, state) : 0),
    tunables,
    propagationSeconds,
    settled: verifying.call('settled'),
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
    neighbour: ({ name, setIdentifier, ttl, type, weight, zone }) => {
      if (!isKnown(zone) || !isKnown(name)) return undefined;
      const value = standInValues[type];
      // Another member of its group, which draws nobody away.
      if (setIdentifier !== undefined && typeof weight === 'number' && value !== undefined) {
        const member = { setIdentifier: neighboursPlaybook, weight: 0, ttl: ttl ?? 60, values: [value] };
        return { spec: { zone, name, type, ...member } };
      }
      const beside = `${neighboursPlaybook}.${name.replace(/^\*\./, '')}`;
      return { spec: { zone, name: beside, type: 'A', ttl: 300, values: ['192.0.2.99'] } };
    },
    presumes: (spec) =>
      isZoneId(spec.zone) || hasReference(spec.zone) ? [] : [{ kind: 'hosted-zone', name: canonicalName(spec.zone) }],
    standIn: ({ spec }) => {
      const value = standInValues[spec.type];
      const isRouted = spec.setIdentifier === undefined || routedBy(spec).length > 0;
      const routed = isRouted ? spec : { ...spec, weight: 1 };
      if (spec.values !== undefined || spec.alias !== undefined || value === undefined) return routed;
      return { ...routed, ttl: spec.ttl ?? 60, values: [value] };
    },
  },
  capturing,
});
