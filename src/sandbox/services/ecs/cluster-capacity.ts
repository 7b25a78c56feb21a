// The capacity providers of a cluster.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { capacityProviderOf, isFargateProvider, providerName } from './capacity-store.ts';
import { providerNotFound } from './capacity-providers.ts';
import { invalidParameter, recordsOf, textsOf } from './input.ts';
import { checkStrategy, fullStrategy } from './launch-input.ts';
import { ecsOf, type ClusterRecord, type Json } from './store.ts';

const mostProviders = 20;

/**
 * What CreateCluster and PutClusterCapacityProviders say of capacity.
 *
 * @throws AwsError InvalidParameterException for providers that are not there, or a strategy of others
 */
export function capacityFrom(
  input: Input,
  local: RegionData,
): Pick<ClusterRecord, 'capacityProviders' | 'defaultCapacityProviderStrategy'> {
  const names = [...new Set((textsOf(input, 'capacityProviders') ?? []).map(providerName))];
  if (names.length > mostProviders) {
    throw invalidParameter('The maximum number of capacity providers per cluster has been exceeded.');
  }
  for (const name of names) {
    if (!isFargateProvider(name) && capacityProviderOf(ecsOf(local), name)?.status !== 'ACTIVE')
      throw providerNotFound();
  }
  const strategy: readonly Json[] = recordsOf(input, 'defaultCapacityProviderStrategy') ?? [];
  checkStrategy(strategy, names, local);
  return { capacityProviders: names, defaultCapacityProviderStrategy: fullStrategy(strategy) };
}

/** @throws AwsError ResourceInUseException for a provider that tasks of the cluster run on */
export function checkRemoved(cluster: ClusterRecord, names: readonly string[], local: RegionData): void {
  const { services, tasks } = ecsOf(local);
  const removed = cluster.capacityProviders.filter((name) => !names.includes(name));
  if (removed.length === 0) return;
  const uses = (strategy: readonly Json[]): boolean =>
    strategy.some(({ capacityProvider }) => removed.includes(String(capacityProvider)));
  const inService = Object.values(cluster.services).some((key) => {
    const service = services[key];
    if (service === undefined || service.status === 'INACTIVE') return false;
    const running = [...service.deployments, ...(service.taskSets ?? [])];
    return running.some(({ spec }) => uses(spec.capacityProviderStrategy));
  });
  const inTask = Object.keys(cluster.tasks).some((arn) => {
    const task = tasks[arn];
    return task?.stoppedAt === null && removed.includes(task.capacityProvider ?? '');
  });
  if (inService || inTask) {
    throw new AwsError('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
  }
}
