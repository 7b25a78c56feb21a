import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Difference } from '../contract.ts';
import { field, toJson } from '../kit/compare.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { markerOf } from './marker.ts';
import { recordPart, routedBy, routingOf, routings, settingsOf } from './parts.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias, canonicalValue } from './values.ts';

export function diff(spec: RecordSpec, state: RecordState): readonly Difference[] {
  const actual = state.description;
  return [
    ...field('type', spec.type, actual.Type),
    ...identifier(spec.setIdentifier, actual.SetIdentifier),
    ...field('weight', spec.weight, actual.Weight),
    ...field('failover', spec.failover, actual.Failover),
    ...saidDiff(recordPart, '', spec, { multiValueAnswer: false, ...settingsOf(actual) }, {}),
    ...otherRouting(spec, actual),
    ...field('ttl', spec.ttl, actual.TTL),
    ...valueDifferences(spec, state),
    ...aliasDifferences(spec, state),
    ...field('healthCheck', spec.healthCheck, actual.HealthCheckId),
    ...(spec.marker === undefined ? [] : field('marker', spec.marker.playbook, markerOf(spec, state)?.playbook)),
  ];
}

/** One that the spec does not name must be the only record of its name. */
function identifier(desired: string | undefined, actual: string | undefined): readonly Difference[] {
  if (desired !== undefined) return field('setIdentifier', desired, actual);
  return actual === undefined ? [] : [{ path: 'setIdentifier', desired: undefined, actual }];
}

/** A record has one way of routing: the one that the spec says takes the place of the one that is there. */
function otherRouting(spec: RecordSpec, actual: ResourceRecordSet): readonly Difference[] {
  const there = routingOf(actual);
  const [said] = routedBy(spec);
  if (said === undefined || there === undefined || there === said) return [];
  const member = routings.find(([word]) => word === there)?.[1];
  return [{ path: there, desired: undefined, actual: toJson(member && actual[member]) }];
}

/** Order means nothing. A value too many or too few is told by its own path, so that it can be traced to a reference. */
function valueDifferences(spec: RecordSpec, { description }: RecordState): readonly Difference[] {
  if (spec.values === undefined && spec.alias === undefined) return [];
  const type = spec.type;
  const superfluous = (description.ResourceRecords ?? []).map((each) => each.Value ?? '');
  const lacking: { readonly index: number; readonly value: string }[] = [];
  for (const [index, value] of (spec.values ?? []).entries()) {
    const match = superfluous.findIndex((each) => canonicalValue(type, each) === canonicalValue(type, value));
    if (match < 0) lacking.push({ index, value });
    else superfluous.splice(match, 1);
  }
  const changed = lacking.map(({ index, value }, rank): Difference => {
    return { path: `values[${index}]`, desired: value, actual: superfluous[rank] };
  });
  const next = spec.values?.length ?? 0;
  const extra = superfluous.slice(lacking.length).map((value, rank): Difference => {
    return { path: `values[${next + rank}]`, desired: undefined, actual: value };
  });
  return [...changed, ...extra];
}

function aliasDifferences(spec: RecordSpec, { description }: RecordState): readonly Difference[] {
  const actual = description.AliasTarget;
  if (spec.alias === undefined) {
    if (spec.values === undefined || actual === undefined) return [];
    return [{ path: 'alias', desired: undefined, actual: toJson(actual) }];
  }
  const { dnsName, hostedZoneId, evaluateTargetHealth } = spec.alias;
  const isSameName = actual?.DNSName !== undefined && canonicalAlias(actual.DNSName) === canonicalAlias(dnsName);
  return [
    ...(isSameName ? [] : field('alias.dnsName', dnsName, actual?.DNSName)),
    ...field('alias.hostedZoneId', hostedZoneId, actual?.HostedZoneId),
    ...field('alias.evaluateTargetHealth', evaluateTargetHealth, actual?.EvaluateTargetHealth),
  ];
}
