// DescribeServices and ListServices.
import type { CallContext, Input, Output } from '../../model.ts';
import { clusterOf, ecsArn, serviceOf } from './arns.ts';
import { includes, invalidParameter, pageOf, textOf, textsOf } from './input.ts';
import { serviceOutput } from './service-output.ts';
import { ecsOf } from './store.ts';

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
