// Which container instances are there, and on which of them a DAEMON service has its tasks. Tasks of other services find room as if
// there were always more.
import type { RegionData } from '../../world-data.ts';
import { recordsOf, textOf } from './input.ts';
import { means, type Subjects } from './query-language.ts';
import { ecsOf, type ContainerInstance, type EcsStore, type Json, type ServiceRecord } from './store.ts';
import { wakeService } from './wake.ts';

/** Those of a cluster, in the order in which they came. */
export function instancesOf(local: RegionData, cluster: string): readonly ContainerInstance[] {
  return Object.values(ecsOf(local).containerInstances ?? {}).filter((each) => each.cluster === cluster);
}

/** Those that meet the constraints of a DAEMON service and of its tasks, and have the GPUs that one task needs. */
export function daemonInstances(
  local: RegionData,
  service: ServiceRecord,
  taskDefinition: string,
): readonly ContainerInstance[] {
  const body = ecsOf(local).taskDefinitions[taskDefinition]?.body ?? {};
  const constraints = [...service.placementConstraints, ...(recordsOf(body, 'placementConstraints') ?? [])];
  const gpus = gpusOf(body);
  return instancesOf(local, service.cluster).filter(
    (each) => each.gpus >= gpus && constraints.every((constraint) => isMet(constraint, subjectsOf(each))),
  );
}

/** Lets the DAEMON services of a cluster look at its instances again. */
export function wakeDaemons(ecs: EcsStore, cluster: string, now: number): void {
  for (const service of Object.values(ecs.services)) {
    if (service.cluster === cluster && service.schedulingStrategy === 'DAEMON') wakeService(ecs, service, now);
  }
}

/** How many GPUs a task needs. @param body of its definition */
export function gpusOf(body: Json): number {
  const wanted = (recordsOf(body, 'containerDefinitions') ?? []).flatMap(
    (container) => recordsOf(container, 'resourceRequirements') ?? [],
  );
  const counts = wanted.map((each) => (textOf(each, 'type') === 'GPU' ? Number(textOf(each, 'value')) : 0));
  return counts.reduce((sum, each) => sum + each, 0);
}

/** Those of AWS's own that are known here, and those that the world gives it. */
export function attributesOf({
  attributes,
  availabilityZone,
  instanceType,
}: ContainerInstance): Readonly<Record<string, string>> {
  return {
    'ecs.availability-zone': availabilityZone,
    'ecs.instance-type': instanceType,
    'ecs.os-type': 'linux',
    'ecs.cpu-architecture': 'x86_64',
    ...attributes,
  };
}

/** `distinctInstance` holds wherever there is one task on an instance; what an expression asks that is not known is taken to be so. */
function isMet({ expression }: Json, subjects: Subjects): boolean {
  return typeof expression !== 'string' || means(expression, subjects) !== false;
}

/** What an expression may ask of an instance. */
export function subjectsOf(instance: ContainerInstance): Subjects {
  const attributes = Object.entries(attributesOf(instance));
  return {
    agentConnected: 'true',
    ec2InstanceId: instance.host,
    ...Object.fromEntries(attributes.map(([name, value]) => [`attribute:${name}`, value] as const)),
  };
}
