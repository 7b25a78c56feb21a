// Finding a service of a request, and what target groups it concerns.
import { AwsError } from '../../model.ts';
import type { CallContext, Input } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { clusterOf, serviceOf } from './arns.ts';
import { clientError, textOf } from './input.ts';
import { ecsOf, type ClusterRecord, type DeploymentSpec, type ServiceRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** The cluster of a request that makes something in it. */
export function activeCluster(local: RegionData, input: Input): ClusterRecord {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  if (cluster.status !== 'ACTIVE') throw clientError(unverifiedTexts.clusterNotActive);
  return cluster;
}

/** @throws AwsError ClusterNotFoundException or ServiceNotFoundException */
export function existingService(input: Input, { local }: CallContext): ServiceRecord {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const service = serviceOf(local, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** @throws AwsError as `existingService`, and ServiceNotActiveException for one that is deleted */
export function activeService(input: Input, context: CallContext): ServiceRecord {
  const service = existingService(input, context);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}

/** Which services a target group's changes concern. */
export function indexService(
  local: RegionData,
  key: string,
  before: DeploymentSpec | undefined,
  after: DeploymentSpec,
): void {
  const { servicesByTargetGroup } = ecsOf(local);
  for (const { targetGroupArn, advancedConfiguration } of [...(before?.loadBalancers ?? []), ...after.loadBalancers]) {
    const alternate = advancedConfiguration?.['alternateTargetGroupArn'];
    for (const arn of typeof alternate === 'string' ? [targetGroupArn, alternate] : [targetGroupArn]) {
      const keys = (servicesByTargetGroup[arn] ??= []);
      if (!keys.includes(key)) keys.push(key);
    }
  }
}

/** The parameters that a repeated clientToken must come with again: all but the tags, whatever their order. */
export function parametersOf(input: Input): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  };
  return JSON.stringify(sorted({ ...input, tags: undefined, clientToken: undefined }));
}
