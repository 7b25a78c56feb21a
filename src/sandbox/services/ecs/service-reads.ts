// DescribeServices, ListServices and the reads of deployments and revisions.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { afterKind, clusterOf, ecsArn, lastPart, serviceKey, serviceOf } from './arns.ts';
import { includes, integerOf, invalidParameter, pageOf, recordOf, textOf, textsOf } from './input.ts';
import { revisionArn, revisionOutput, serviceOutput } from './service-output.ts';
import { ecsOf, type ServiceDeploymentRecord, type ServiceRecord } from './store.ts';

/** A service that is not there is a failure in the answer, no error. INACTIVE ones are there until they are purged. */
export function describeServices(input: Input, context: CallContext): Output {
  const { local, region, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const asked = textsOf(input, 'services') ?? [];
  if (asked.length < 1 || asked.length > 10) throw invalidParameter('services must contain between 1 and 10 entries');
  const services: Output[] = [];
  const failures: Output[] = [];
  for (const given of asked) {
    const service = serviceOf(local, cluster, given);
    if (service !== undefined && service.cluster === cluster.name) {
      services.push(serviceOutput(service, context, includes(input, 'TAGS')));
    } else {
      const arn = given.startsWith('arn:') ? given : ecsArn(world, region, `service/${cluster.name}/${given}`);
      failures.push({ arn, reason: 'MISSING' });
    }
  }
  return { services, failures };
}

/** ACTIVE services only: DRAINING and INACTIVE ones are hidden. */
export function listServices(input: Input, { local }: CallContext): Output {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const launchType = textOf(input, 'launchType');
  const strategy = textOf(input, 'schedulingStrategy');
  const arns: string[] = [];
  for (const key of Object.values(cluster.services)) {
    const service = ecsOf(local).services[key];
    if (service?.status !== 'ACTIVE') continue;
    if (launchType !== undefined && service.deployments[0]?.spec.launchType !== launchType) continue;
    if (strategy !== undefined && service.schedulingStrategy !== strategy) continue;
    arns.push(service.arn);
  }
  const page = pageOf(arns, input, 10);
  return { serviceArns: page.items, nextToken: page.next };
}

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
  const target = revisionArn(context, service, entry.revision);
  const counts: unknown = revisions.find((item: { arn?: unknown }) => item.arn === target);
  return {
    serviceDeploymentArn: deploymentArn(context, service, entry.id),
    serviceArn: service.arn,
    clusterArn: current['clusterArn'],
    createdAt: timestamp(entry.createdAt),
    startedAt: timestamp(entry.createdAt),
    finishedAt: entry.finishedAt === null ? undefined : timestamp(entry.finishedAt),
    updatedAt: timestamp(entry.finishedAt ?? entry.createdAt),
    sourceServiceRevisions: entry.sourceRevisions.map((id) => ({ arn: revisionArn(context, service, id) })),
    targetServiceRevision: counts ?? { arn: target, requestedTaskCount: 0, runningTaskCount: 0, pendingTaskCount: 0 },
    status: entry.status,
    statusReason: entry.statusReason ?? undefined,
    deploymentConfiguration: service.deploymentConfiguration,
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
