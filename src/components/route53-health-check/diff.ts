import type { Difference, Json } from '../contract.ts';
import { field, unordered } from '../kit/compare.ts';
import { canonicalAddress, canonicalName } from '../../util/dns.ts';
import { hasReference } from '../kit/schema.ts';
import { awsType, portOf, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

export function diff(spec: HealthCheckSpec, state: HealthCheckState): readonly Difference[] {
  return [
    ...field('protocol', awsType(spec), state.type),
    ...endpoint('fqdn', spec.fqdn, state.fqdn, canonicalName),
    ...endpoint('ipAddress', spec.ipAddress, state.ipAddress, canonicalAddress),
    ...field('port', portOf(spec), state.port),
    ...endpoint('path', spec.path, state.path, asWritten),
    ...endpoint('searchString', spec.searchString, state.searchString, asWritten),
    ...field('interval', spec.interval, state.interval),
    ...field('failureThreshold', spec.failureThreshold, state.failureThreshold),
    ...field('measureLatency', spec.measureLatency, state.measureLatency),
    ...field('enableSni', spec.enableSni, state.enableSni),
    ...field('inverted', spec.inverted, state.inverted),
    ...field('disabled', spec.disabled, state.disabled),
    ...unordered('regions', spec.regions, state.regions),
    ...(state.untagged === true ? [{ path: 'tags', desired: 'those of relight', actual: undefined }] : []),
  ];
}

/** What is checked is compared also where the spec says nothing: a path that it does not name is not to be asked for. */
function endpoint(
  path: string,
  desired: string | undefined,
  actual: string | undefined,
  canonical: (text: string) => string,
): readonly Difference[] {
  // AWS leaves out what is empty.
  const found: Json | undefined = actual === '' ? undefined : actual;
  if (desired === undefined) return found === undefined ? [] : [{ path, desired: undefined, actual: found }];
  return found !== undefined && canonical(desired) === canonical(found) ? [] : field(path, desired, found);
}

function asWritten(text: string): string {
  return text;
}

/** True when the check asks what the spec wants asked; not to be told while the spec holds references. */
export function isSameEndpoint(spec: HealthCheckSpec, state: HealthCheckState): boolean {
  // Of these, a reference that is not resolved yet can be told; a path may say `${x}` and mean it.
  const texts = [spec.fqdn, spec.ipAddress].filter((each) => each !== undefined);
  if (texts.some(hasReference) || awsType(spec) !== state.type || portOf(spec) !== state.port) return false;
  return (
    endpoint('fqdn', spec.fqdn, state.fqdn, canonicalName).length === 0 &&
    endpoint('ipAddress', spec.ipAddress, state.ipAddress, canonicalAddress).length === 0 &&
    endpoint('path', spec.path, state.path, asWritten).length === 0
  );
}
