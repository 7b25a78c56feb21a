// Which hosts are AWS's own, of which service and region. Only those that AWS serves its APIs on: below amazonaws.com there
// are machines and load balancers of everybody too (`ec2-1-2-3-4.eu-west-1.compute.amazonaws.com`).
import { awsServices } from '../services/index.ts';
import type { AwsService } from '../services/service.ts';

interface Partition {
  readonly name: string;
  readonly regions: RegExp;
  /** The usual one, and the one of dual stack [AWS SDKs, partitions.json]. */
  readonly suffixes: readonly [string, string];
}

const partitions: readonly Partition[] = [
  { name: 'aws-cn', regions: /^cn-/, suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'] },
  { name: 'aws-us-gov', regions: /^us-gov(-|$)/, suffixes: ['amazonaws.com', 'api.aws'] },
  { name: 'aws-eusc', regions: /^eusc-/, suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'] },
  { name: 'aws-iso', regions: /^us-iso-/, suffixes: ['c2s.ic.gov', 'api.aws.ic.gov'] },
  { name: 'aws-iso-b', regions: /^us-isob-/, suffixes: ['sc2s.sgov.gov', 'api.aws.scloud'] },
  { name: 'aws-iso-e', regions: /^eu-isoe-/, suffixes: ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'] },
  { name: 'aws-iso-f', regions: /^us-isof-/, suffixes: ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'] },
];
const usual: Partition = { name: 'aws', regions: /./, suffixes: ['amazonaws.com', 'api.aws'] };

/** The partition that a region lies in: the second part of its ARNs. */
export function partitionOf(region: string): string {
  return (partitions.find((each) => each.regions.test(region)) ?? usual).name;
}

export interface AwsHost {
  readonly service: AwsService;
  /** Undefined for one that serves all regions. */
  readonly region: string | undefined;
  readonly partition: string;
}

/**
 * Undefined for all that is not an API endpoint of AWS, VPC endpoints, FIPS and dual stack included.
 *
 * @param services whose endpoints are known
 */
export function awsHostOf(hostname: string, services: readonly AwsService[] = awsServices): AwsHost | undefined {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  for (const suffix of suffixes) {
    if (!host.endsWith(`.${suffix}`)) continue;
    return serviceIn(host.slice(0, -suffix.length - 1), suffix, services);
  }
  return undefined;
}

/** The longest first, since one ends another. */
const suffixes: readonly string[] = [...new Set([...partitions, usual].flatMap((each) => each.suffixes))].sort(
  (one, other) => other.length - one.length,
);

function serviceIn(rest: string, suffix: string, services: readonly AwsService[]): AwsHost | undefined {
  const labels = rest.split('.');
  // `vpce-0abc-def.ecs.eu-west-1.vpce` is an interface endpoint; of `vpce-svc-...` nobody knows what is behind it.
  if (labels.at(-1) === 'vpce') {
    if (labels.length !== 4 || !/^vpce-(?!svc-)/.test(labels[0] ?? '')) return undefined;
    labels.pop();
    labels.shift();
  } else if (labels.length === 3 && /^\d{12}$/.test(labels[0] ?? '') && labels[1] === 'ddb') {
    // `123456789012.ddb.eu-west-1`: DynamoDB's endpoints by account.
    labels.splice(0, 2, 'dynamodb');
  }
  const [name = '', region, ...more] = labels;
  // Hosts begin with the name that signatures have, in all services here [AWS General Reference, service endpoints].
  const service = services.find((each) => each.signingName === name.replace(/-fips$/, ''));
  if (service === undefined || more.length > 0) return undefined;
  const place = region === 'global' ? undefined : region;
  const partition = place === undefined ? partitionBy(suffix) : partitionOf(place);
  if (!suffixesOf(partition).includes(suffix)) return undefined;
  return { service, region: place, partition };
}

function partitionBy(suffix: string): string {
  return usual.suffixes.includes(suffix)
    ? usual.name
    : (partitions.find((each) => each.suffixes.includes(suffix)) ?? usual).name;
}

function suffixesOf(partition: string): readonly string[] {
  return (partitions.find((each) => each.name === partition) ?? usual).suffixes;
}

/** Why a host of AWS is not the right one for a service in a region; undefined when it is. */
export function wrongHost(host: AwsHost, service: AwsService, region: string): string | undefined {
  if (host.service !== service) return `it is AWS's endpoint of ${host.service.name}`;
  const partition = partitionOf(region);
  if (host.partition !== partition) return `it lies in ${host.partition}, and ${region} in ${partition}`;
  // The global endpoint of STS serves a whole partition, as those of account-wide services do.
  if (service.accountWide || host.region === undefined || host.region === region) return undefined;
  return `it is AWS's endpoint in ${host.region}, and the region is ${region}`;
}

/** Whether a host is the one that AWS's SDKs take when nothing is named. */
export function isUsualHost(hostname: string, service: AwsService, region: string): boolean {
  const [suffix] = (partitions.find((each) => each.regions.test(region)) ?? usual).suffixes;
  const name = service.signingName;
  return hostname === (service.accountWide ? `${name}.${suffix}` : `${name}.${region}.${suffix}`);
}
