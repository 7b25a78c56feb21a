// The only file of this type that may change AWS.
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type LoadBalancer,
  type NetworkConfiguration,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { classify, isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow, isOwnWork } from '../kit/changing.ts';
import { fromEcsTags, toEcsTags } from '../kit/ecs.ts';
import { diff } from './diff.ts';
import { describe, stateOf } from './observe.ts';
import { loadBalancersIn, type ServiceSpec, type ServiceState } from './schema.ts';

export async function create(target: Target<ServiceSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    const answer = await context.aws.client(ecs).send(
      new CreateServiceCommand({
        cluster: spec.cluster,
        serviceName: spec.name,
        // With the same token and settings AWS answers with the service that is there [captured].
        clientToken: context.token,
        taskDefinition: spec.taskDefinition,
        desiredCount: spec.schedulingStrategy === 'DAEMON' ? undefined : (spec.desiredCount ?? 1),
        loadBalancers: toAwsLoadBalancers(spec),
        networkConfiguration: toAwsNetwork(spec, undefined),
        launchType: spec.launchType ?? 'FARGATE',
        platformVersion: spec.platformVersion,
        schedulingStrategy: spec.schedulingStrategy,
        deploymentConfiguration: toAwsDeployment(spec, undefined),
        healthCheckGracePeriodSeconds: spec.healthCheckGracePeriod,
        enableExecuteCommand: spec.enableExecuteCommand,
        propagateTags: spec.propagateTags,
        tags: toEcsTags(context.tags),
      }),
    );
    return { arn: answer.service?.serviceArn ?? '' };
  } catch (error) {
    const existing = isAlreadyThere(error) ? await ownService(target, context) : undefined;
    if (existing === undefined) throw error;
    return { arn: existing.arn };
  }
}

/** An ACTIVE service has the name, and was not made with this token and these settings [captured]. */
function isAlreadyThere(error: unknown): boolean {
  return classify(error).message.includes('not idempotent');
}

/** The service of that name, when it is as wanted and an earlier try of this step made it. */
async function ownService(target: Target<ServiceSpec>, context: ChangeContext): Promise<ServiceState | undefined> {
  const { spec } = target;
  const [service] = (await describe(spec.cluster, [spec.name], context))?.services ?? [];
  if (service?.status !== 'ACTIVE' || !isOwnWork(fromEcsTags(service.tags), context.tags)) return undefined;
  const state = stateOf(service, []);
  return diff(spec, state).length === 0 ? state : undefined;
}

/** With no difference to mend, the same tasks are started anew: the remedy for a service that is up but not well. */
export async function update(
  target: Target<ServiceSpec>,
  state: ServiceState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  await context.aws.client(ecs).send(
    new UpdateServiceCommand({
      cluster: state.clusterArn,
      service: state.name,
      ...(differences.length === 0 ? { forceNewDeployment: true } : changesOf(target.spec, state, differences)),
    }),
  );
  return { arn: state.arn };
}

/** Only what differs is sent: UpdateService leaves alone what it is not told [ECS API]. */
function changesOf(
  spec: ServiceSpec,
  state: ServiceState,
  differences: readonly Difference[],
): Partial<UpdateServiceCommandInput> {
  const differs = (path: string): boolean => differsBelow(differences, path);
  const { taskDefinition, desiredCount, platformVersion, healthCheckGracePeriod, enableExecuteCommand } = spec;
  return {
    ...(differs('taskDefinition') ? { taskDefinition } : {}),
    ...(differs('desiredCount') ? { desiredCount } : {}),
    ...(differs('loadBalancer') || differs('loadBalancers') ? { loadBalancers: toAwsLoadBalancers(spec) } : {}),
    ...(differs('network') ? { networkConfiguration: toAwsNetwork(spec, state) } : {}),
    ...(differs('platformVersion') ? { platformVersion } : {}),
    ...(differs('deployment') ? { deploymentConfiguration: toAwsDeployment(spec, state) } : {}),
    ...(differs('healthCheckGracePeriod') ? { healthCheckGracePeriodSeconds: healthCheckGracePeriod } : {}),
    ...(differs('enableExecuteCommand') ? { enableExecuteCommand } : {}),
    ...(differs('propagateTags') ? { propagateTags: spec.propagateTags } : {}),
  };
}

/** `force` spares the scaling down; its tasks are drained all the same [ECS API]. */
export async function remove(
  _target: Target<ServiceSpec>,
  state: ServiceState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws
      .client(ecs)
      .send(new DeleteServiceCommand({ cluster: state.clusterArn, service: state.name, force: true }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

function toAwsLoadBalancers(spec: ServiceSpec): LoadBalancer[] | undefined {
  return loadBalancersIn(spec)?.map((each) => ({
    targetGroupArn: each.targetGroup,
    containerName: each.container,
    containerPort: each.port,
  }));
}

/** The configuration is replaced as a whole, so what the spec leaves open is sent as it is. */
function toAwsNetwork(spec: ServiceSpec, state: ServiceState | undefined): NetworkConfiguration | undefined {
  if (spec.network === undefined) return undefined;
  const { subnets, securityGroups, assignPublicIp } = { ...state?.network, ...spec.network };
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      securityGroups: securityGroups && [...securityGroups],
      assignPublicIp: assignPublicIp === true ? 'ENABLED' : 'DISABLED',
    },
  };
}

function toAwsDeployment(spec: ServiceSpec, state: ServiceState | undefined): DeploymentConfiguration | undefined {
  if (spec.deployment === undefined) return undefined;
  return {
    minimumHealthyPercent: spec.deployment.minimumHealthyPercent ?? state?.minimumHealthyPercent,
    maximumPercent: spec.deployment.maximumPercent ?? state?.maximumPercent,
    deploymentCircuitBreaker: spec.deployment.circuitBreaker ?? state?.circuitBreaker,
  };
}
