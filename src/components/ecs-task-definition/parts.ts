// The parts of a task definition that a spec says by AWS's names, and by what the items of its lists are told apart.
import { partAt, type ListKeys, type Part } from '../kit/members/part.ts';
import { members } from './members.ts';

/** The task, but for what has short names, other forms, or stands elsewhere (`tags`). */
export const taskPart = partAt(members, '', [
  'family',
  'containerDefinitions',
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'tags',
]);

export const containerPart: Part = {
  data: members,
  shape: 'ContainerDefinition',
  except: ['portMappings', 'environment', 'secrets'],
};

/** What a port mapping has beside the ports: what Service Connect calls it, and speaks. */
export const portPart: Part = {
  data: members,
  shape: 'PortMapping',
  except: ['containerPort', 'hostPort', 'protocol', 'containerPortRange'],
};

export const volumePart: Part = { data: members, shape: 'Volume', except: [] };

/** Lists that are not here are compared as a whole, in order: of environment files the first one counts. */
export const keys: ListKeys = {
  requiresCompatibilities: [],
  volumes: ['name'],
  placementConstraints: [],
  inferenceAccelerators: ['deviceName'],
  'proxyConfiguration.properties': ['name'],
  containers: ['name'],
  'containers[*].ports': ['containerPort', 'containerPortRange', 'protocol'],
  'containers[*].dependsOn': ['containerName'],
  'containers[*].mountPoints': ['containerPath'],
  'containers[*].volumesFrom': ['sourceContainer'],
  'containers[*].ulimits': ['name'],
  'containers[*].systemControls': ['namespace'],
  'containers[*].resourceRequirements': ['type'],
  'containers[*].extraHosts': ['hostname'],
  'containers[*].logConfiguration.secretOptions': ['name'],
  'containers[*].restartPolicy.ignoredExitCodes': [],
  'containers[*].linuxParameters.capabilities.add': [],
  'containers[*].linuxParameters.capabilities.drop': [],
  'containers[*].linuxParameters.devices': ['hostPath'],
  'containers[*].linuxParameters.devices[*].permissions': [],
  'containers[*].linuxParameters.tmpfs': ['containerPath'],
};
