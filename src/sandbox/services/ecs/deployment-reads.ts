// ListServiceDeployments, DescribeServiceDeployments, DescribeServiceRevisions.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { afterKind, clusterOf, ecsArn, lastPart, serviceKey, serviceOf } from './arns.ts';
import { circuitThreshold } from './deployments.ts';
import { integerOf, invalidParameter, isJson, pageOf, recordOf, textOf, textsOf } from './input.ts';
import { revisionArn, revisionOutput, serviceOutput } from './service-output.ts';
import { ecsOf, type Json, type ServiceDeploymentRecord, type ServiceRecord } from './store.ts';
import { shiftsTraffic } from './traffic.ts';

function deploymentArn({ world, region }: CallContext, service: ServiceRecord, id: string): string {
  return ecsArn(world, region, `service-deployment/${service.cluster}/${service.name}/${id}`);
}

/** How long DescribeServiceDeployments and ListServiceDeployments look back. */
const deploymentsKept = 90 * 24 * 3_600_000;

export function listServiceDeployments(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const service = serviceOf(local, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const statuses = textsOf(input, 'status') ?? [];
  const range = recordOf(input, 'createdAt') ?? {};
  const after = instantOf(range['after']) ?? now - deploymentsKept;
  const before = instantOf(range['before']) ?? now;
  const size = integerOf(input, 'maxResults');
  const found = service.history.filter(
    (entry) =>
      (statuses.length === 0 || statuses.includes(entry.status)) &&
      entry.createdAt >= after &&
      entry.createdAt <= before,
  );
  const byId = new Map(found.map((entry) => [entry.id, entry]));
  const page = pageOf([...byId.keys()], size === undefined ? { ...input, maxResults: 20 } : input, 20);
  return {
    serviceDeployments: page.items.flatMap((id) => {
      const entry = byId.get(id);
      if (entry === undefined) return [];
      return [
        {
          serviceDeploymentArn: deploymentArn(context, service, id),
          serviceArn: service.arn,
          clusterArn: ecsArn(world, region, `cluster/${service.cluster}`),
          startedAt: timestamp(entry.createdAt),
          createdAt: timestamp(entry.createdAt),
          finishedAt: entry.finishedAt === null ? undefined : timestamp(entry.finishedAt),
          targetServiceRevisionArn: revisionArn(context, service, entry.revision),
          status: entry.status,
          statusReason: entry.statusReason ?? undefined,
        },
      ];
    }),
    nextToken: page.next,
  };
}

/** A timestamp of a JSON request, which is epoch seconds. */
function instantOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined;
}

function serviceOfPath(path: string, { local }: CallContext): ServiceRecord | undefined {
  const [cluster = '', name = ''] = path.split('/');
  return ecsOf(local).services[serviceKey(cluster, name)];
}

function checkCount(arns: readonly string[], member: string): void {
  if (arns.length < 1 || arns.length > 20) throw invalidParameter(`${member} must contain between 1 and 20 entries`);
}

function deploymentOutput(service: ServiceRecord, entry: ServiceDeploymentRecord, context: CallContext): Output {
  const current = serviceOutput(service, context, false);
  const revisions = Array.isArray(current['currentServiceRevisions']) ? current['currentServiceRevisions'] : [];
  const summary = (id: string): Output => {
    const arn = revisionArn(context, service, id);
    const counts: unknown = revisions.find((item: { arn?: unknown }) => item.arn === arn);
    const none = { arn, requestedTaskCount: 0, runningTaskCount: 0, pendingTaskCount: 0 };
    const weight = service.deployments.find((each) => each.id === id)?.shift?.weight;
    return { ...none, ...(isJson(counts) ? counts : {}), requestedProductionTrafficWeight: weight };
  };
  const configuration = entry.deploymentConfiguration ?? service.deploymentConfiguration;
  const { rollback } = entry;
  return {
    serviceDeploymentArn: deploymentArn(context, service, entry.id),
    serviceArn: service.arn,
    clusterArn: current['clusterArn'],
    createdAt: timestamp(entry.createdAt),
    startedAt: timestamp(entry.createdAt),
    finishedAt: entry.finishedAt === null ? undefined : timestamp(entry.finishedAt),
    stoppedAt: entry.stoppedAt === undefined ? undefined : timestamp(entry.stoppedAt),
    updatedAt: timestamp(entry.finishedAt ?? rollback?.startedAt ?? entry.createdAt),
    sourceServiceRevisions: entry.sourceRevisions.map(summary),
    targetServiceRevision: summary(entry.revision),
    status: entry.status,
    statusReason: entry.statusReason ?? undefined,
    lifecycleStage: entry.finishedAt === null ? stageOf(service) : undefined,
    deploymentConfiguration: configuration,
    rollback:
      rollback === undefined
        ? undefined
        : {
            reason: rollback.reason,
            startedAt: timestamp(rollback.startedAt),
            serviceRevisionArn: revisionArn(context, service, rollback.revision),
          },
    deploymentCircuitBreaker: breakerOf(service, entry, configuration),
    alarms: alarmsOf(entry, configuration),
  };
}

/** How far a deployment that shifts traffic is; lifecycle hooks are kept and never called. */
function stageOf(service: ServiceRecord): string | undefined {
  const shift = service.deployments[0]?.shift;
  if (shift === undefined || !shiftsTraffic(service)) return undefined;
  if (shift.bakedAt === null) return 'SCALE_UP';
  if (shift.weight < 100) return 'PRODUCTION_TRAFFIC_SHIFT';
  return service.deployments.length > 1 ? 'BAKE_TIME' : 'CLEAN_UP';
}

function breakerOf(service: ServiceRecord, entry: ServiceDeploymentRecord, configuration: Json): Output {
  const enabled = recordOf(configuration, 'deploymentCircuitBreaker')?.['enable'] === true;
  const running = service.deployments.find(({ id }) => id === entry.revision);
  const monitored = entry.finishedAt === null ? 'MONITORING' : 'MONITORING_COMPLETE';
  return {
    status: !enabled ? 'DISABLED' : entry.broken === true ? 'TRIGGERED' : monitored,
    failureCount: entry.failedTasks ?? running?.failedTasks ?? 0,
    threshold: circuitThreshold(service.desiredCount),
  };
}

/** Nothing ever alarms: there is no CloudWatch. */
function alarmsOf(entry: ServiceDeploymentRecord, configuration: Json): Output | undefined {
  const alarms = recordOf(configuration, 'alarms');
  if (alarms?.['enable'] !== true) return undefined;
  return {
    status: entry.finishedAt === null ? 'MONITORING' : 'MONITORING_COMPLETE',
    alarmNames: alarms['alarmNames'],
    triggeredAlarmNames: [],
  };
}

export function describeServiceDeployments(input: Input, context: CallContext): Output {
  const asked = textsOf(input, 'serviceDeploymentArns') ?? [];
  checkCount(asked, 'serviceDeploymentArns');
  const serviceDeployments: Output[] = [];
  const failures: Output[] = [];
  for (const arn of asked) {
    const service = serviceOfPath(afterKind(arn), context);
    const entry = service?.history.find(({ id }) => id === lastPart(arn));
    if (service === undefined || entry === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceDeployments.push(deploymentOutput(service, entry, context));
  }
  return { serviceDeployments, failures };
}

/** Readable while the service is DRAINING, refused when it is INACTIVE. */
export function describeServiceRevisions(input: Input, context: CallContext): Output {
  const asked = textsOf(input, 'serviceRevisionArns') ?? [];
  checkCount(asked, 'serviceRevisionArns');
  const serviceRevisions: Output[] = [];
  const failures: Output[] = [];
  for (const arn of asked) {
    const service = serviceOfPath(afterKind(arn), context);
    if (service?.status === 'INACTIVE') {
      throw invalidParameter('Cannot call DescribeServiceRevisions for a service that is INACTIVE');
    }
    const revision = service === undefined ? undefined : revisionOutput(service, lastPart(arn), context);
    if (revision === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceRevisions.push(revision);
  }
  return { serviceRevisions, failures };
}
