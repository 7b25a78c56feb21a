// Looks at services by name, 10 a call in each cluster, and at the targets of the active ones. A missing service is no
// error but an entry under `failures`.
import { DescribeServicesCommand, type Failure, type Service } from '@aws-sdk/client-ecs';
import { classify, isNotFound } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { failureOf } from '../kit/ecs-failures.ts';
import { fromEcsTags, nameIn } from '../kit/ecs.ts';
import {
  absent,
  inWords,
  observeChunks,
  present,
  unknownAnswer,
  unknownFrom,
  type Observations,
} from '../kit/observing.ts';
import { readiness } from './readiness.ts';
import { servicesPerCall } from './calls.ts';
import type { ServiceSpec, ServiceState, TargetsState } from './schema.ts';
import { targetsOf } from './targets.ts';
import { groupBy } from '../../util/group-by.ts';

export async function observe(
  targets: readonly Target<ServiceSpec>[],
  context: ReadContext,
): Promise<Observations<ServiceState>> {
  const answers = await Promise.all(
    [...groupBy(targets, (target) => target.spec.cluster)].map(([cluster, members]) =>
      observeChunks(members, servicesPerCall, context, (chunk) => observeIn(cluster, chunk, context)),
    ),
  );
  return new Map(answers.flatMap((each) => [...each]));
}

async function observeIn(
  cluster: string,
  chunk: readonly Target<ServiceSpec>[],
  context: ReadContext,
): Promise<Observations<ServiceState>> {
  const answer = await describe(
    cluster,
    chunk.map((target) => target.spec.name),
    context,
  );
  return new Map(
    await Promise.all(
      chunk.map(async ({ id, spec }): Promise<[string, Observation<ServiceState>]> => {
        if (answer === undefined) return [id, absent(context, `cluster ${nameIn(cluster)} does not exist`)];
        const service = answer.services.find((each) => each.serviceName === spec.name);
        const failure = answer.failures.find((each) => nameIn(each.arn ?? '') === spec.name);
        return [id, await observationOf(spec, service, failure, context)];
      }),
    ),
  );
}

interface Description {
  readonly services: readonly Service[];
  readonly failures: readonly Failure[];
}

/** Undefined when the cluster does not exist, and so none of its services. */
export async function describe(
  cluster: string,
  names: readonly string[],
  context: ReadContext,
): Promise<Description | undefined> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeServicesCommand({ cluster, services: [...names], include: ['TAGS'] })),
    );
    return { services: answer.services ?? [], failures: answer.failures ?? [] };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function observationOf(
  { name, taskDefinition: wanted }: ServiceSpec,
  service: Service | undefined,
  failure: Failure | undefined,
  context: ReadContext,
): Promise<Observation<ServiceState>> {
  if (service === undefined) {
    if (failure?.reason === 'MISSING') return absent(context);
    return unknownAnswer(`DescribeServices said ${failure?.reason ?? 'nothing'} of ${name}`, context);
  }
  // A deleted service stays describable for a while, and its name is free again [ECS API, DeleteService].
  if (service.status === 'INACTIVE') {
    const remains = { state: stateOf(service, []), tags: fromEcsTags(service.tags) };
    return { ...absent(context, 'deleted, AWS still lists it as INACTIVE'), remains };
  }
  try {
    const untold = stateOf(service, []);
    // Before its rollout is over, nothing that its targets say would make it ready.
    if (context.waiting === true && service.status === 'ACTIVE' && readiness(untold).kind !== 'ready') {
      return { ...present(untold, fromEcsTags(service.tags), context), partial: true };
    }
    const targets = service.status === 'ACTIVE' ? await targetsOf(service, context) : [];
    const state = { ...stateOf(service, targets), ...(await triedBefore(wanted, service, context)) };
    return present(state, fromEcsTags(service.tags), context);
  } catch (error) {
    return unknownFrom(error, context);
  }
}

/**
 * Whether the revision that the playbook wants, where another one runs, had its own deployment taken back: DescribeServices tells
 * that for some minutes only.
 */
async function triedBefore(
  wanted: string | undefined,
  { serviceArn, status, taskDefinition = '' }: Service,
  context: ReadContext,
): Promise<Pick<ServiceState, 'failed' | 'untold'>> {
  if (status !== 'ACTIVE' || wanted === undefined || serviceArn === undefined) return {};
  // What another component still has to tell is no revision yet.
  if (!/:\d+$/.test(wanted) || nameIn(wanted) === nameIn(taskDefinition)) return {};
  try {
    return (await failureOf(wanted, serviceArn, context)) === undefined ? {} : { failed: wanted };
  } catch (error) {
    if (isOwnFault(error)) throw error;
    const { code, message } = classify(error);
    return { untold: { revision: wanted, why: `${code}: ${message}` } };
  }
}

export function stateOf(service: Service, targets: readonly TargetsState[]): ServiceState {
  const { events, ...lasting } = service;
  const vpc = service.networkConfiguration?.awsvpcConfiguration;
  const deployment = service.deploymentConfiguration;
  return {
    arn: service.serviceArn ?? '',
    name: service.serviceName ?? '',
    clusterArn: service.clusterArn ?? '',
    status: service.status ?? '',
    taskDefinition: service.taskDefinition ?? '',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    launchType: service.launchType,
    platformVersion: service.platformVersion,
    schedulingStrategy: service.schedulingStrategy,
    loadBalancers: (service.loadBalancers ?? []).map((each) => ({
      targetGroup: each.targetGroupArn ?? '',
      container: each.containerName ?? '',
      port: each.containerPort ?? 0,
    })),
    network: vpc && {
      subnets: vpc.subnets ?? [],
      securityGroups: vpc.securityGroups ?? [],
      assignPublicIp: vpc.assignPublicIp === 'ENABLED',
    },
    minimumHealthyPercent: deployment?.minimumHealthyPercent,
    maximumPercent: deployment?.maximumPercent,
    circuitBreaker: {
      enable: deployment?.deploymentCircuitBreaker?.enable ?? false,
      rollback: deployment?.deploymentCircuitBreaker?.rollback ?? false,
    },
    healthCheckGracePeriod: service.healthCheckGracePeriodSeconds,
    enableExecuteCommand: service.enableExecuteCommand ?? false,
    propagateTags: service.propagateTags,
    deployments: (service.deployments ?? []).map((each) => ({
      id: each.id ?? '',
      status: each.status ?? '',
      rolloutState: each.rolloutState,
      rolloutStateReason: inWords(each.rolloutStateReason),
      taskDefinition: each.taskDefinition ?? '',
      failedTasks: each.failedTasks ?? 0,
    })),
    targets,
    lastEvent: inWords(events?.[0]?.message),
    description: toJson(lasting),
  };
}
