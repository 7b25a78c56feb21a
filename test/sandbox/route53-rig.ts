// A world with a Route 53 client, and short ways to write records into it, for the tests of the sandbox's Route 53.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as sdk from '@aws-sdk/client-route-53';
import { expect } from 'vitest';
import { createWorld, instantTimings, sandboxClientConfig, VirtualClock } from '../../src/sandbox/index.ts';
import type { Timings, World } from '../../src/sandbox/index.ts';
import { presume } from '../../src/sandbox/presume.ts';
import { authoritativeAnswer } from '../../src/sandbox/services/route53/answers.ts';

export const start = Date.UTC(2026, 0, 1);

export interface Rig {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly client: sdk.Route53Client;
}

export function rig(timings?: Partial<Timings>): Rig {
  const clock = new VirtualClock(start);
  const world = createWorld({
    clock,
    ...(timings === undefined ? {} : { timings: { ...instantTimings, ...timings } }),
  });
  return { clock, world, client: new sdk.Route53Client(sandboxClientConfig(world, 'route53')) };
}

export interface ZoneRig extends Rig {
  readonly zone: string;
}

/** A world with the zone example.com, long in sync. */
export async function zoneRig(timings?: Partial<Timings>): Promise<ZoneRig> {
  const made = rig(timings);
  const { HostedZone } = await made.client.send(
    new sdk.CreateHostedZoneCommand({ Name: 'Example.com', CallerReference: 'zone-1' }),
  );
  made.clock.advance(60_000);
  return { ...made, zone: bare(HostedZone?.Id) };
}

export function bare(id: string | undefined): string {
  return (id ?? '').replace(/^\/\w+\//, '');
}

type Action = 'CREATE' | 'UPSERT' | 'DELETE';

export function change(Action: Action, ResourceRecordSet: sdk.ResourceRecordSet): sdk.Change {
  return { Action, ResourceRecordSet };
}

export async function submit({ client, zone }: ZoneRig, ...Changes: sdk.Change[]): Promise<sdk.ChangeInfo | undefined> {
  const { ChangeInfo } = await client.send(
    new sdk.ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } }),
  );
  return ChangeInfo;
}

/** Submits and lets the zone accept the next batch. */
export async function apply(made: ZoneRig, ...changes: sdk.Change[]): Promise<void> {
  await submit(made, ...changes);
  made.clock.advance(1000);
}

export async function list({ client, zone }: ZoneRig): Promise<sdk.ResourceRecordSet[]> {
  const { ResourceRecordSets } = await client.send(new sdk.ListResourceRecordSetsCommand({ HostedZoneId: zone }));
  return ResourceRecordSets ?? [];
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

export async function failure(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof sdk.Route53ServiceException) {
      return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode };
    }
    throw error;
  }
  throw new Error('expected the call to fail');
}

export async function refusal(made: ZoneRig, ...changes: sdk.Change[]): Promise<string> {
  const { name, message, status } = await failure(submit(made, ...changes));
  expect({ name, status }).toEqual({ name: 'InvalidChangeBatch', status: 400 });
  return message;
}

export function a(Name: string, ...values: string[]): sdk.ResourceRecordSet {
  return { Name, Type: 'A', TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) };
}

export function cname(Name: string, Value: string): sdk.ResourceRecordSet {
  return { Name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value }] };
}

export function weighted(SetIdentifier: string, Weight: number, value: string, TTL = 60): sdk.ResourceRecordSet {
  return { ...a('w.example.com', value), SetIdentifier, Weight, TTL };
}

export function answerOf({ clock, world }: Rig, name: string, type: string): string[] | string {
  const answer = authoritativeAnswer(world, clock.now(), name, type);
  return answer.kind === 'records' ? answer.records.flatMap((record) => record.values ?? []) : answer.kind;
}

export interface Balancer {
  readonly client: elb.ElasticLoadBalancingV2Client;
  readonly arn: string;
  readonly dnsName: string;
  readonly zone: string;
}

/** An application load balancer in eu-west-1 that answers every request on port 80 with 200. */
export async function createBalancer({ world }: Rig): Promise<Balancer> {
  presume(world, [
    { kind: 'subnet', id: 'subnet-a', vpc: 'vpc-web', availabilityZone: 'eu-west-1a' },
    { kind: 'subnet', id: 'subnet-b', vpc: 'vpc-web', availabilityZone: 'eu-west-1b' },
    { kind: 'security-group', id: 'sg-web', vpc: 'vpc-web' },
  ]);
  const client = new elb.ElasticLoadBalancingV2Client(sandboxClientConfig(world, 'elasticloadbalancing'));
  const { LoadBalancers: made } = await client.send(
    new elb.CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-a', 'subnet-b'], SecurityGroups: ['sg-web'] }),
  );
  const { LoadBalancerArn: arn = '', DNSName: dnsName = '', CanonicalHostedZoneId: zone = '' } = made?.[0] ?? {};
  await client.send(
    new elb.CreateListenerCommand({
      LoadBalancerArn: arn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
    }),
  );
  return { client, arn, dnsName, zone };
}

export const http: sdk.HealthCheckConfig = {
  Type: 'HTTP',
  FullyQualifiedDomainName: 'web.example.com',
  ResourcePath: '/health',
};

export async function createCheck(
  { client }: Rig,
  CallerReference = 'ref-1',
  HealthCheckConfig: sdk.HealthCheckConfig = http,
): Promise<sdk.CreateHealthCheckCommandOutput> {
  return client.send(new sdk.CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
}

/** Names of the record sets beside those of the apex. */
export async function names(made: ZoneRig): Promise<(string | undefined)[]> {
  return (await list(made)).map(({ Name }) => Name).filter((name) => name !== 'example.com.');
}
