// What AWS tells of a cluster, in a playbook's words.
import type { Blocker, Json } from '../contract.ts';
import { count } from '../../util/words.ts';
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

/** Instances that are registered in it: AWS deletes no cluster that has some, and they are in no component [ECS API, DeleteCluster]. */
export function instancesIn(state: ClusterState | undefined): readonly Blocker[] {
  const registered = Number(memberOf(state?.description, 'registeredContainerInstancesCount') ?? 0);
  if (registered === 0) return [];
  return [
    {
      what: `it has ${count(registered, 'container instance')}, and AWS does not delete a cluster that has some`,
      remedy: 'deregister them first, if it may go',
    },
  ];
}
