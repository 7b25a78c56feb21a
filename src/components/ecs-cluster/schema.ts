// ecs/cluster: what a playbook may say of one. Usually shared: many services live in it.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { text } from '../kit/schema.ts';
import { clusterPart } from './parts.ts';

const shape = {
  name: text({
    pattern: /^[A-Za-z0-9_-]{1,255}$/,
    expected: 'at most 255 letters, digits, hyphens and underscores',
  }).describe('Name, unique in the account and region.'),
  containerInsights: z
    .enum(['enabled', 'enhanced', 'disabled'])
    .optional()
    .describe("CloudWatch Container Insights; the account's own setting unless told."),
};

export const schema = z.strictObject(withMembers(shape, clusterPart));

/** Those that go by AWS's names are read by `parts.ts` alone. */
export type ClusterSpec = z.infer<typeof schema>;

/** DescribeClusters' answer for one. */
export interface ClusterState {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly containerInsights: string | undefined;
  readonly activeServices: number;
  readonly runningTasks: number;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'ecs/cluster',
  description: 'An ECS cluster, in which services and their tasks live.',
  schema,
  outputs: {
    // The ARN consists of the name, and so is the same for a cluster made again [ECS API].
    arn: { description: 'ARN', onReplace: 'same' },
    name: { description: 'Name', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  locators: ['name'],
  containers: [],
  immutable: ['name'],
  reuse: true,
  inert: false,
  // AWS refuses with ClusterContainsServicesException, also while they drain.
  heldBy: ['ecs/service'],
  missedAs: ['ClusterNotFoundException'],
  remedy: 'replace',
  permissions: {
    read: ['ecs:DescribeClusters'],
    // What else is in it keeps it from being deleted.
    readOwned: ['ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeTasks'],
    write: [
      'ecs:CreateCluster',
      'ecs:DeleteCluster',
      'ecs:UpdateCluster',
      'ecs:PutClusterCapacityProviders',
      'ecs:TagResource',
    ],
  },
} as const satisfies ComponentTraits<ClusterSpec>;
