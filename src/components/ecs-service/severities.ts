// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  {
    field: 'network.assignPublicIp',
    wanted: [false],
    severity: 'critical',
    means: 'its tasks have public addresses',
  },
  { field: 'network', severity: 'high' },
  { field: 'enableExecuteCommand', wanted: [false], severity: 'high', means: 'commands can be run in its containers' },
  {
    field: 'deployment.circuitBreaker.enable',
    wanted: [true],
    severity: 'high',
    means: 'a deployment that fails is not stopped',
  },
  {
    field: 'deployment.circuitBreaker.rollback',
    wanted: [true],
    severity: 'high',
    means: 'a deployment that fails is not rolled back',
  },
  { field: 'taskDefinition', severity: 'high', means: 'something else runs than is meant to' },
  { field: 'desiredCount', severity: 'high' },
  { field: 'loadBalancer', severity: 'high', means: 'requests do not reach it as they are to' },
  { field: 'loadBalancers', severity: 'high', means: 'requests do not reach it as they are to' },
  { field: 'role', severity: 'high' },
  { field: 'propagateTags', severity: 'low' },
  { field: 'enableECSManagedTags', severity: 'low' },
];
