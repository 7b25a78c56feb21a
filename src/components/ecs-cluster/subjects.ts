// How calls name a cluster.
import type { Subjects } from '../contract.ts';
import { byId, byName } from '../kit/naming.ts';

export const subjects: Subjects = {
  'ecs:CreateCluster': byName('clusterName', 'cluster'),
  'ecs:UpdateCluster': byName('cluster', 'cluster'),
  'ecs:PutClusterCapacityProviders': byName('cluster', 'cluster'),
  'ecs:DeleteCluster': byName('cluster', 'cluster'),
  'ecs:TagResource': byId('resourceArn'),
};
