// The parts of a service that a spec says by AWS's names, and by what the items of its lists are told apart.
import { partAt, type ListKeys, type Part } from '../kit/members/part.ts';
import { members } from './members.ts';

/** The service, but for what has short names, other forms, or stands elsewhere (`tags`). */
export const servicePart = partAt(members, '', [
  'serviceName',
  'cluster',
  'taskDefinition',
  'desiredCount',
  'clientToken',
  'loadBalancers',
  'networkConfiguration',
  'launchType',
  'platformVersion',
  'schedulingStrategy',
  'deploymentConfiguration',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'propagateTags',
  'role',
  'tags',
]);

/** What a load balancer has beside the target group, the container and its port. */
export const balancerPart: Part = {
  data: members,
  shape: 'LoadBalancer',
  except: ['targetGroupArn', 'containerName', 'containerPort'],
};

/** How it is deployed, beside the percentages and the circuit breaker. */
export const deploymentPart: Part = {
  data: members,
  shape: 'DeploymentConfiguration',
  except: ['deploymentCircuitBreaker', 'maximumPercent', 'minimumHealthyPercent'],
};

export const breakerPart: Part = {
  data: members,
  shape: 'DeploymentCircuitBreaker',
  except: ['enable', 'rollback'],
};

/**
 * Lists that are not here are compared as a whole, in order: of placement strategies the first one counts. Items of sets would
 * stay beside those that take their place.
 */
export const keys: ListKeys = {
  loadBalancers: ['container', 'port'],
  'network.subnets': [],
  'network.securityGroups': [],
  serviceRegistries: [],
  capacityProviderStrategy: [],
  placementConstraints: [],
  volumeConfigurations: ['name'],
  'volumeConfigurations[*].managedEBSVolume.tagSpecifications': ['resourceType'],
  'volumeConfigurations[*].managedEBSVolume.tagSpecifications[*].tags': ['key'],
  vpcLatticeConfigurations: ['portName'],
  gatewayConnectors: ['portName'],
  'gatewayConnectors[*].filters.accessTypes': [],
  'monitoring.metricConfigurations[*].metricNames': [],
  'serviceConnectConfiguration.services': ['portName'],
  'serviceConnectConfiguration.services[*].clientAliases': [],
  'serviceConnectConfiguration.logConfiguration.secretOptions': ['name'],
  'deployment.alarms.alarmNames': [],
  'deployment.lifecycleHooks': [],
  'deployment.lifecycleHooks[*].lifecycleStages': [],
};
