// What proves the answers of ECS. Missing pieces are no errors there but entries under `failures` [ECS API].
import {
  answersFor,
  bears,
  belongs,
  isAbout,
  lastPart,
  lists,
  listsTexts,
  pagesBy,
  sameEnd,
  type Proof,
} from './rules.ts';

/** `api` and `api:7` are asked for; told is `arn:...:task-definition/api:7`. */
function isRevisionOf(own: string, of: string): boolean {
  const [told, asked] = [lastPart(own), lastPart(of)];
  return asked.includes(':') ? told === asked : told.startsWith(`${asked}:`);
}

/** A service's ARN does not name its cluster where the account has kept the short form [ECS developer guide, ARNs]. */
const cluster = belongs('cluster', 'services', 'clusterArn', sameEnd);

export const ecsProofs: Readonly<Record<string, Proof>> = {
  DescribeClusters: {
    rules: [
      lists('clusters', 'clusterArn', 'clusterName', 'status'),
      answersFor({
        asked: 'clusters',
        list: 'clusters',
        by: ['clusterArn', 'clusterName'],
        refused: 'failures',
        same: sameEnd,
      }),
    ],
  },
  DescribeServices: {
    rules: [
      lists('services', 'serviceArn', 'serviceName', 'status', 'clusterArn'),
      cluster,
      answersFor({
        asked: 'services',
        list: 'services',
        by: ['serviceArn', 'serviceName'],
        refused: 'failures',
        same: sameEnd,
      }),
    ],
  },
  DescribeTaskDefinition: {
    rules: [
      bears('taskDefinition.taskDefinitionArn', 'taskDefinition.family', 'taskDefinition.status'),
      isAbout('taskDefinition', 'taskDefinition.taskDefinitionArn', isRevisionOf),
    ],
  },
  // A prefix is asked for, so that other families may be told too [ECS API].
  ListTaskDefinitions: {
    rules: [
      listsTexts('taskDefinitionArns'),
      belongs('familyPrefix', 'taskDefinitionArns', '', (own, of) => lastPart(own).startsWith(of)),
    ],
    paging: pagesBy('nextToken', 'nextToken'),
  },
  CreateCluster: { rules: [bears('cluster.clusterArn')] },
  UpdateCluster: { rules: [bears('cluster.clusterArn')] },
  DeleteCluster: { rules: [bears('cluster.clusterArn')] },
  CreateService: { rules: [bears('service.serviceArn')] },
  UpdateService: { rules: [bears('service.serviceArn')] },
  DeleteService: { rules: [bears('service.serviceArn')] },
  RegisterTaskDefinition: { rules: [bears('taskDefinition.taskDefinitionArn')] },
  DeregisterTaskDefinition: { rules: [bears('taskDefinition.taskDefinitionArn')] },
};
