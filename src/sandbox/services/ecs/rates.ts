// "Request throttling for the Amazon ECS API" in the AWS documentation.
import { rate } from '../../rate.ts';

export const ecsRates = [
  rate('cluster-modify', 20, 1, /^(Create|Delete|Update|Put)Cluster/),
  rate('cluster-read', 50, 20, /^(DescribeClusters|ListClusters)$/),
  rate('task-definition-modify', 20, 1, /^(Register|Deregister)TaskDefinition$/),
  rate('task-definition-delete', 5, 1, /^DeleteTaskDefinitions$/),
  rate('task-definition-read', 50, 20, /^(Describe|List)TaskDefinition/),
  rate('deployment-read', 50, 20, /^(Describe|List)Service(Deployments|Revisions)$/),
  rate('services-by-namespace', 10, 1, /^ListServicesByNamespace$/),
  rate('service-read', 100, 20, /^(DescribeServices|ListServices|DescribeTaskSets)$/),
  rate('service-modify', 50, 5, /^(Create|Update|Delete|Stop)(Service|TaskSet)/),
  rate('capacity-provider-modify', 10, 1, /^(Create|Update|Delete)CapacityProvider$/),
  rate('capacity-provider-read', 50, 20, /^DescribeCapacityProviders$/),
  rate('setting-modify', 10, 1, /^(Put|Delete)AccountSetting/),
  rate('setting-read', 50, 20, /^ListAccountSettings$/),
  rate('cluster-resource-read', 100, 20, /^(Describe|List)(Tasks|ContainerInstances)$/),
  rate('tag-modify', 20, 10, /^(Tag|Untag)Resource$/),
  rate('tag-read', 50, 20, /^ListTagsForResource$/),
  rate('cluster-resource-modify', 100, 40, /^(RunTask|StartTask|StopTask|\w+ContainerInstances?\w*)$/),
];
