// The names of all services of a region, in all of its clusters.
import { ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { InventoryPiece, ReadContext } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { allPages } from '../kit/observing.ts';

export async function list(context: ReadContext): Promise<readonly InventoryPiece[]> {
  const clusters = await allPages(
    (arn: string) => arn,
    async (token: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(ecs).send(new ListClustersCommand({ nextToken: token, maxResults: 100 })),
      );
      return { items: answer.clusterArns ?? [], next: answer.nextToken };
    },
  );
  const services = await Promise.all(clusters.map((each) => servicesIn(each, context)));
  return services.flat().map((id) => ({
    kind: 'piece',
    id,
    name: nameIn(id),
    dnsNames: [],
    tags: undefined,
    names: [],
    unattached: undefined,
    servesNamers: false,
  }));
}

async function servicesIn(cluster: string, context: ReadContext): Promise<readonly string[]> {
  try {
    return await allPages(
      (arn: string) => arn,
      async (token: string | undefined) => {
        const answer = await context.limit(() =>
          context.aws.client(ecs).send(new ListServicesCommand({ cluster, nextToken: token, maxResults: 100 })),
        );
        return { items: answer.serviceArns ?? [], next: answer.nextToken };
      },
    );
  } catch (error) {
    // It went between the two calls.
    if (isNotFound(error)) return [];
    throw error;
  }
}
