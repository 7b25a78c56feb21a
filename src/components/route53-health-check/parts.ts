// What of a health check a spec says by AWS's names: all that is not about an endpoint.
import type { Json } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { partAt, type ListKeys } from '../kit/members/part.ts';
import { members } from './members.ts';

export const checkPart = partAt(members, '', [
  'Type',
  'IPAddress',
  'Port',
  'ResourcePath',
  'FullyQualifiedDomainName',
  'SearchString',
  'RequestInterval',
  'FailureThreshold',
  'MeasureLatency',
  'Inverted',
  'Disabled',
  'EnableSNI',
  'Regions',
]);

/** Of the children it matters how many are healthy, not in which order they are told. */
export const keys: ListKeys = { childHealthChecks: [] };

/** The members that a spec says by AWS's names, from the description that each state has. */
export function settingsOf({ description }: { readonly description: Json }): Readonly<Record<string, Json>> {
  const config: unknown = memberOf(description, 'HealthCheckConfig');
  return isMap(config) ? fromOutput(checkPart, config) : {};
}

/** A calculated check goes by others [Route 53 API, HealthCheckConfig: ChildHealthChecks]. */
export function childrenOf(description: unknown): readonly string[] {
  const { HealthCheckConfig: config } = description as {
    readonly HealthCheckConfig?: { readonly ChildHealthChecks?: readonly string[] };
  };
  return config?.ChildHealthChecks ?? [];
}
