// What of ECS carries tags, for the census.
import type { Piece, PiecePlace } from '../../model.ts';
import { lowerTags } from '../../tags.ts';
import { ecsOf, type Tag } from './store.ts';

export function ecsPieces({ local }: PiecePlace): readonly Piece[] {
  const { clusters, services, taskDefinitions } = ecsOf(local);
  return [
    ...Object.values(services).map((service): Piece => {
      const { arn, cluster, deployments, desiredCount, status, tags } = service;
      const settings = (): unknown => ({ cluster, desiredCount, runs: deployments[0]?.spec, tags });
      // ECS remembers what is deleted for a while.
      return { id: arn, title: `service ${arn}`, gone: status !== 'ACTIVE', settings, ...tagged(service) };
    }),
    ...Object.values(taskDefinitions).map((definition): Piece => {
      const { arn, body, status, tags: own } = definition;
      const settings = (): unknown => ({ body, status, own });
      // A new revision is made with each change.
      return { id: arn, title: `task definition ${arn}`, counted: false, settings, ...tagged(definition) };
    }),
    ...Object.values(clusters).map((cluster): Piece => {
      const { arn, settings, status, tags: own } = cluster;
      return { id: arn, title: `cluster ${arn}`, settings: () => ({ settings, status, own }), ...tagged(cluster) };
    }),
  ];
}

function tagged(holder: { tags: Tag[] }): Pick<Piece, 'tags' | 'putTag'> {
  return {
    tags: lowerTags(holder.tags),
    putTag: (key, value) => {
      holder.tags = [...holder.tags.filter((tag) => tag.key !== key), { key, value }];
    },
  };
}
