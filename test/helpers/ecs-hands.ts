// What pipelines and people do to ECS past relight, with the clients that they have.
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type TaskDefinition,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { ecs } from '../../src/aws/services/ecs.ts';
import type { Rig } from './rig.ts';

/** A service, by its cluster and name. */
export interface Named {
  readonly cluster: string;
  readonly service: string;
}

/** Registers a revision, and tells its ARN. */
export async function register(rig: Rig, input: RegisterTaskDefinitionCommandInput): Promise<string> {
  const answer = await rig.operator.client(ecs).send(new RegisterTaskDefinitionCommand(input));
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

/** The newest revision once more with another image, as a pipeline registers it. */
export async function registerImage(rig: Rig, family: string, image: string): Promise<string> {
  const { taskDefinition } = await rig.operator
    .client(ecs)
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
  const told = Object.entries(taskDefinition ?? {});
  const definition: Partial<TaskDefinition> = Object.fromEntries(
    told.filter(([word]) => word !== 'compatibilities' && word !== 'registeredAt'),
  );
  const containerDefinitions = definition.containerDefinitions?.map((each) => ({ ...each, image }));
  return register(rig, { ...definition, family, containerDefinitions });
}

export async function describeService(rig: Rig, { cluster, service }: Named): Promise<Service> {
  const { services = [] } = await rig.operator
    .client(ecs)
    .send(new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }));
  const [found] = services;
  if (found === undefined) throw new Error(`no service ${service}`);
  return found;
}

/** Changes a service, and waits until it is at rest. */
export async function updateService(
  rig: Rig,
  named: Named,
  input: Partial<UpdateServiceCommandInput>,
): Promise<Service> {
  await rig.operator.client(ecs).send(new UpdateServiceCommand({ ...named, ...input }));
  return atRest(rig, named);
}

/** Waits until a service has one deployment, which is done. */
export async function atRest(rig: Rig, named: Named): Promise<Service> {
  for (let round = 0; round < 120; round += 1) {
    const service = await describeService(rig, named);
    const [deployment, ...others] = service.deployments ?? [];
    if (others.length === 0 && deployment?.rolloutState === 'COMPLETED') return service;
    await rig.clock.sleep(10_000);
  }
  throw new Error(`${named.service} does not come to rest`);
}

/** Deploys a revision and takes it back while it is under way; waits until the one before runs again. */
export async function deployInVain(rig: Rig, named: Named, taskDefinition: string): Promise<void> {
  const client = rig.operator.client(ecs);
  await client.send(new UpdateServiceCommand({ ...named, taskDefinition }));
  await rig.clock.sleep(10_000);
  const { serviceDeployments } = await client.send(new ListServiceDeploymentsCommand(named));
  const serviceDeploymentArn = serviceDeployments?.[0]?.serviceDeploymentArn;
  await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  await atRest(rig, named);
}
