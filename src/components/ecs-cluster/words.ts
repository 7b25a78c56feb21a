// What AWS tells of a cluster, in a playbook's words.
import type { Json } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { clusterPart } from './parts.ts';
import type { ClusterState } from './schema.ts';

/** All members that a spec says by AWS's names. An empty namespace is how the default is taken away [ECS API, UpdateCluster]. */
export function settingsOf({ description }: ClusterState): Readonly<Record<string, Json>> {
  if (!isMap(description)) return {};
  const { serviceConnectDefaults, ...others } = fromOutput(clusterPart, description);
  const namespace = memberOf(serviceConnectDefaults, 'namespace');
  return namespace === undefined || namespace === '' || serviceConnectDefaults === undefined
    ? others
    : { ...others, serviceConnectDefaults };
}

/** Settings that AWS tells and a spec has no word for. */
export function furtherSettings({
  description,
}: ClusterState): readonly { readonly name: string; readonly value: string }[] {
  const settings = memberOf(description, 'settings');
  const all: readonly unknown[] = Array.isArray(settings) ? settings : [];
  return all
    .map((each) => ({ name: String(memberOf(each, 'name')), value: String(memberOf(each, 'value')) }))
    .filter(({ name }) => name !== 'containerInsights');
}
