// What of ECS carries tags, for the census.
import type { Piece, PiecePlace } from '../../model.ts';
import { lowerTags } from '../../tags.ts';
import { ecsOf, type ClusterRecord, type ServiceRecord, type Tag } from './store.ts';

export function ecsPieces({ local }: PiecePlace): readonly Piece[] {
  const { capacityProviders = {}, clusters, services, taskDefinitions } = ecsOf(local);
  return [
    ...Object.values(services).map((service): Piece => {
      const { arn, status } = service;
      const settings = (): unknown => serviceSettings(service);
      // ECS remembers what is deleted for a while.
      return { id: arn, title: `service ${arn}`, gone: status !== 'ACTIVE', settings, ...tagged(service) };
    }),
    ...Object.values(taskDefinitions).map((definition): Piece => {
      const { arn, body, status, tags: own } = definition;
      const settings = (): unknown => ({ body, status, own });
      // A new revision is made with each change.
      const seen = { gone: status !== 'ACTIVE', counted: false };
      return { id: arn, title: `task definition ${arn}`, ...seen, settings, ...tagged(definition) };
    }),
    ...Object.values(clusters).map((cluster): Piece => {
      const { arn, status } = cluster;
      const gone = status !== 'ACTIVE';
      return { id: arn, title: `cluster ${arn}`, gone, settings: () => clusterSettings(cluster), ...tagged(cluster) };
    }),
    ...Object.values(capacityProviders).map((provider): Piece => {
      const { arn, status } = provider;
      const title = `capacity provider ${arn}`;
      return { id: arn, title, gone: status !== 'ACTIVE', settings: () => provider, ...tagged(provider) };
    }),
  ];
}

/** The grace period is left out: an application that is made to hang gets a long one. */
function serviceSettings(service: ServiceRecord): unknown {
  const { cluster, deployments, desiredCount, tags, taskSets } = service;
  return {
    cluster,
    desiredCount,
    runs: deployments[0]?.spec,
    taskSets: taskSets?.map(({ externalId, scale, spec, status }) => ({ externalId, scale, spec, status })),
    tags,
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: service.deploymentController,
    deploymentConfiguration: service.deploymentConfiguration,
    placement: [service.placementConstraints, service.placementStrategy],
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    role: service.role,
  };
}

function clusterSettings(cluster: ClusterRecord): unknown {
  const { capacityProviders, configuration, defaultCapacityProviderStrategy, settings, status, tags } = cluster;
  return {
    settings,
    configuration,
    capacity: [capacityProviders, defaultCapacityProviderStrategy],
    serviceConnectDefaults: cluster.serviceConnectDefaults,
    status,
    own: tags,
  };
}

function tagged(holder: { tags: Tag[] }): Pick<Piece, 'tags' | 'putTag'> {
  return {
    tags: lowerTags(holder.tags),
    putTag: (key, value) => {
      holder.tags = [...holder.tags.filter((tag) => tag.key !== key), { key, value }];
    },
  };
}
