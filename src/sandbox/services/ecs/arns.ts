// Names and ARNs of ECS. The long ARN format (with the cluster's name) is written; the short one is read too.
import { AwsError } from '../../model.ts';
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { own } from '../../records.ts';
import { ecsOf, type ClusterRecord, type ServiceRecord } from './store.ts';

export function ecsArn(world: World, region: string, resource: string): string {
  return `arn:aws:ecs:${region}:${world.data.account}:${resource}`;
}

/** The part behind `<kind>/`, or the text itself when it is no ARN: `name`, or `cluster/name` of a long ARN. */
export function afterKind(text: string): string {
  return text.startsWith('arn:') ? text.slice(text.indexOf('/') + 1) : text;
}

/** The last part of an ARN or path. */
export function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

export const defaultCluster = 'default';

export function clusterName(given: string | undefined): string {
  return given === undefined || given === '' ? defaultCluster : afterKind(given);
}

/** The cluster of a request, ACTIVE or INACTIVE. */
export function clusterOf(local: RegionData, given: string | undefined): ClusterRecord {
  const found = own(ecsOf(local).clusters, clusterName(given));
  if (found === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return found;
}

export function serviceKey(cluster: string, name: string): string {
  return `${cluster}/${name}`;
}

/** The service that a name, a long or a short ARN means within a cluster; INACTIVE ones included. */
export function serviceOf(local: RegionData, cluster: ClusterRecord, given: string): ServiceRecord | undefined {
  const path = afterKind(given);
  const key = path.includes('/') ? path : serviceKey(cluster.name, path);
  return ecsOf(local).services[key];
}

export function deploymentName(id: string): string {
  return `ecs-svc/${id}`;
}
