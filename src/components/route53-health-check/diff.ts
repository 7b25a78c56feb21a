import type { Difference, Json } from '../contract.ts';
import { field, sameJson, unordered } from '../kit/compare.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { canonicalAddress, canonicalName } from '../../util/dns.ts';
import { hasReference } from '../kit/schema.ts';
import { asksEndpoint } from './kinds.ts';
import { checkPart, keys, settingsOf } from './parts.ts';
import { awsType, portOf, protocolOf, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

export function diff(spec: HealthCheckSpec, state: HealthCheckState): readonly Difference[] {
  return [
    ...field(
      'protocol',
      isSearched(spec) ? awsType(spec) : spec.protocol,
      isSearched(spec) ? state.type : protocolOf(state),
    ),
    ...endpoint('fqdn', spec.fqdn, state.fqdn, canonicalName),
    ...endpoint('ipAddress', spec.ipAddress, state.ipAddress, canonicalAddress),
    ...field('port', spec.port, state.port),
    ...endpoint('path', spec.path, state.path, asWritten),
    ...endpoint('searchString', spec.searchString, state.searchString, asWritten),
    ...field('interval', spec.interval, state.interval),
    ...field('failureThreshold', spec.failureThreshold, state.failureThreshold),
    ...field('measureLatency', spec.measureLatency, state.measureLatency),
    ...field('enableSni', spec.enableSni, state.enableSni),
    ...field('inverted', spec.inverted, state.inverted),
    ...field('disabled', spec.disabled, state.disabled),
    ...unordered('regions', spec.regions, state.regions),
    ...saidDiff(checkPart, '', spec, settingsOf(state), keys),
    ...(state.untagged === true ? [{ path: 'tags', desired: 'those of relight', actual: undefined }] : []),
  ];
}

function isSearched({ searchString }: HealthCheckSpec): boolean {
  return searchString !== undefined;
}

/** What a spec does not say stays. AWS leaves out what is empty. */
function endpoint(
  path: string,
  desired: string | undefined,
  actual: string | undefined,
  canonical: (text: string) => string,
): readonly Difference[] {
  const found: Json | undefined = actual === '' ? undefined : actual;
  return desired !== undefined && found !== undefined && canonical(desired) === canonical(found)
    ? []
    : field(path, desired, found);
}

function asWritten(text: string): string {
  return text;
}

/**
 * True when the check asks what the spec wants asked, and nothing more: one that nobody owns is taken for it. Not to be told
 * while the spec holds references.
 */
export function isSameEndpoint(spec: HealthCheckSpec, state: HealthCheckState): boolean {
  if (spec.protocol !== protocolOf(state)) return false;
  if (!asksEndpoint(spec.protocol)) return isSameSource(spec, state);
  // Of these, a reference that is not resolved yet can be told; a path may say `${x}` and mean it.
  const texts = [spec.fqdn, spec.ipAddress].filter((each) => each !== undefined);
  if (texts.some(hasReference) || awsType(spec) !== state.type || portOf(spec) !== state.port) return false;
  const isSame = (
    desired: string | undefined,
    actual: string | undefined,
    canonical: (text: string) => string,
  ): boolean => canonical(desired ?? '') === canonical(actual ?? '');
  return (
    isSame(spec.fqdn, state.fqdn, canonicalName) &&
    isSame(spec.ipAddress, state.ipAddress, canonicalAddress) &&
    isSame(spec.path, state.path, asWritten)
  );
}

/** True when nothing that the spec says tells the two apart, and the check asks something that the spec does not say. */
export function asksMore(spec: HealthCheckSpec, state: HealthCheckState): boolean {
  return asksEndpoint(spec.protocol) && !isSameEndpoint(spec, state) && diff(spec, state).length === 0;
}

/** What such a check asks beside what the spec says, as the spec would say it. */
export function saidByNobody(spec: HealthCheckSpec, { path, port, searchString }: HealthCheckState): readonly string[] {
  return Object.entries({ path, port, searchString }).flatMap(([word, value]) =>
    value === undefined || value === '' || value === (word === 'port' ? portOf(spec) : spec[word as 'path'])
      ? []
      : [`${word}: ${String(value)}`],
  );
}

/** The same children, alarm or routing control. */
function isSameSource(spec: HealthCheckSpec, state: HealthCheckState): boolean {
  const told = settingsOf(state);
  const said = spec as Readonly<Record<string, unknown>>;
  return ['childHealthChecks', 'alarmIdentifier', 'routingControlArn'].every((word) => {
    if (JSON.stringify(said[word] ?? null).includes('${')) return false;
    const [left, right] = [said[word], told[word]].map((value) =>
      Array.isArray(value) ? value.map(String).sort() : (value ?? null),
    );
    return sameJson(left, right);
  });
}
