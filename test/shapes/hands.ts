// What an operator, or Terraform, does with the SDK's clients: each call answered by what it made.
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as dns from '@aws-sdk/client-route-53';
import { SSMClient } from '@aws-sdk/client-ssm';
import { presume, sandboxClientConfig, type PresumedItem } from '../../src/sandbox/index.ts';
import type { Harness } from '../../src/rehearse/world/harness.ts';

export const account = '123456789012';
export const home = 'eu-west-1';

/** Keys and values, as AWS takes them in one way and in the other. */
const upperTags = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const lowerTags = (tags: Tags): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

type Tags = Readonly<Record<string, string>>;
type Attributes = Readonly<Record<string, string>>;

export function roleArn(name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

export function certificateArn(name: string, region = home): string {
  return `arn:aws:acm:${region}:${account}:certificate/${name}`;
}

function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`AWS did not tell ${what}`);
  return value;
}

export type Place = Pick<Harness, 'world' | 'clock'>;

export class Hands {
  readonly ecs: ecs.ECSClient;
  readonly elb: elb.ElasticLoadBalancingV2Client;
  readonly dns: dns.Route53Client;
  readonly ssm: SSMClient;
  readonly dynamodb: DynamoDBClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly rig: Place;
  /** Of every piece that can bear some, as a provider's default tags are. */
  readonly tags: Tags = { team: 'platform', 'managed-by': 'terraform', 'cost-centre': '42' };

  constructor(rig: Place) {
    this.rig = rig;
    const { world } = rig;
    this.ecs = new ecs.ECSClient(sandboxClientConfig(world, 'ecs', home));
    this.elb = this.elbIn(home);
    this.dns = new dns.Route53Client(sandboxClientConfig(world, 'route53', 'us-east-1'));
    this.ssm = new SSMClient(sandboxClientConfig(world, 'ssm', home));
    this.dynamodb = new DynamoDBClient(sandboxClientConfig(world, 'dynamodb', home));
    this.scaling = new ApplicationAutoScalingClient(sandboxClientConfig(world, 'application-autoscaling', home));
  }

  elbIn(region: string): elb.ElasticLoadBalancingV2Client {
    return new elb.ElasticLoadBalancingV2Client(sandboxClientConfig(this.rig.world, 'elasticloadbalancing', region));
  }

  holds(...items: readonly PresumedItem[]): void {
    presume(this.rig.world, [...items]);
  }

  async balancer(
    input: elb.CreateLoadBalancerCommandInput,
    attributes: Attributes = {},
    client = this.elb,
  ): Promise<elb.LoadBalancer & { LoadBalancerArn: string }> {
    const answer = await client.send(new elb.CreateLoadBalancerCommand({ Tags: upperTags(this.tags), ...input }));
    const made = given(answer.LoadBalancers?.[0], 'the load balancer');
    const LoadBalancerArn = given(made.LoadBalancerArn, 'its ARN');
    if (Object.keys(attributes).length > 0) {
      const Attributes = upperTags(attributes);
      await client.send(new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    }
    return { ...made, LoadBalancerArn };
  }

  async group(input: elb.CreateTargetGroupCommandInput, attributes: Attributes = {}): Promise<string> {
    const answer = await this.elb.send(
      new elb.CreateTargetGroupCommand({ VpcId: 'vpc-1', Tags: upperTags(this.tags), ...input }),
    );
    const TargetGroupArn = given(answer.TargetGroups?.[0]?.TargetGroupArn, 'the target group');
    if (Object.keys(attributes).length > 0) {
      const Attributes = upperTags(attributes);
      await this.elb.send(new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    }
    return TargetGroupArn;
  }

  /** @param certificates beside the default one */
  async listener(
    input: elb.CreateListenerCommandInput,
    attributes: Attributes = {},
    certificates: readonly string[] = [],
  ): Promise<string> {
    const answer = await this.elb.send(new elb.CreateListenerCommand({ Tags: upperTags(this.tags), ...input }));
    const ListenerArn = given(answer.Listeners?.[0]?.ListenerArn, 'the listener');
    if (Object.keys(attributes).length > 0) {
      const Attributes = upperTags(attributes);
      await this.elb.send(new elb.ModifyListenerAttributesCommand({ ListenerArn, Attributes }));
    }
    if (certificates.length > 0) {
      const Certificates = certificates.map((CertificateArn) => ({ CertificateArn }));
      await this.elb.send(new elb.AddListenerCertificatesCommand({ ListenerArn, Certificates }));
    }
    return ListenerArn;
  }

  async rule(input: elb.CreateRuleCommandInput): Promise<string> {
    const answer = await this.elb.send(new elb.CreateRuleCommand({ Tags: upperTags(this.tags), ...input }));
    return given(answer.Rules?.[0]?.RuleArn, 'the rule');
  }

  async cluster(input: ecs.CreateClusterCommandInput): Promise<void> {
    await this.ecs.send(new ecs.CreateClusterCommand({ tags: lowerTags(this.tags), ...input }));
  }

  /** A capacity provider of an Auto Scaling group of its name. */
  async provider(name: string, group: Partial<ecs.AutoScalingGroupProvider> = {}): Promise<void> {
    const autoScalingGroupArn = `arn:aws:autoscaling:${home}:${account}:autoScalingGroup:1-2-3:autoScalingGroupName/${name}`;
    const autoScalingGroupProvider = { autoScalingGroupArn, ...group };
    // A world presumes one where a playbook names it, and this one is as somebody made it.
    const { capacityProviders = [] } = await this.ecs.send(
      new ecs.DescribeCapacityProvidersCommand({ capacityProviders: [name] }),
    );
    if (capacityProviders.some(({ status }) => status === 'ACTIVE')) {
      await this.ecs.send(new ecs.DeleteCapacityProviderCommand({ capacityProvider: name }));
    }
    await this.ecs.send(
      new ecs.CreateCapacityProviderCommand({ name, autoScalingGroupProvider, tags: lowerTags(this.tags) }),
    );
  }

  async definition(input: ecs.RegisterTaskDefinitionCommandInput): Promise<string> {
    const answer = await this.ecs.send(new ecs.RegisterTaskDefinitionCommand({ tags: lowerTags(this.tags), ...input }));
    return given(answer.taskDefinition?.taskDefinitionArn, 'the task definition');
  }

  async service(input: ecs.CreateServiceCommandInput): Promise<void> {
    await this.ecs.send(new ecs.CreateServiceCommand({ tags: lowerTags(this.tags), ...input }));
  }

  /** @returns the zone's id */
  async zone(name: string): Promise<string> {
    const { HostedZones = [] } = await this.dns.send(new dns.ListHostedZonesByNameCommand({ DNSName: name }));
    const found = HostedZones.find((each) => each.Name === `${name}.`);
    return given(found?.Id, `the zone ${name}`).replace('/hostedzone/', '');
  }

  async records(zone: string, ...sets: readonly dns.ResourceRecordSet[]): Promise<void> {
    await this.dns.send(
      new dns.ChangeResourceRecordSetsCommand({
        HostedZoneId: await this.zone(zone),
        ChangeBatch: { Changes: sets.map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet })) },
      }),
    );
    await this.rig.clock.sleep(60_000);
  }

  async check(HealthCheckConfig: dns.HealthCheckConfig, name: string): Promise<string> {
    const answer = await this.dns.send(
      new dns.CreateHealthCheckCommand({ CallerReference: `terraform-${name}`, HealthCheckConfig }),
    );
    const id = given(answer.HealthCheck?.Id, 'the health check');
    await this.dns.send(
      new dns.ChangeTagsForResourceCommand({
        ResourceType: 'healthcheck',
        ResourceId: id,
        AddTags: upperTags({ ...this.tags, Name: name }),
      }),
    );
    return id;
  }

  async serviceOf(cluster: string, service: string): Promise<ecs.Service> {
    const answer = await this.ecs.send(
      new ecs.DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }),
    );
    return given(answer.services?.[0], `the service ${service}`);
  }

  async definitionOf(arn: string | undefined): Promise<{ taskDefinition: ecs.TaskDefinition; tags: ecs.Tag[] }> {
    const answer = await this.ecs.send(
      new ecs.DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
    );
    return { taskDefinition: given(answer.taskDefinition, 'the task definition'), tags: answer.tags ?? [] };
  }

  /** Waits until the service has one deployment, which is done, and as many tasks as it wants. */
  async rest(cluster: string, name: string): Promise<void> {
    for (let round = 0; round < 120; round += 1) {
      const { deployments = [], desiredCount, runningCount } = await this.serviceOf(cluster, name);
      const isDone = deployments.every((each) => each.rolloutState === 'COMPLETED' || each.rolloutState === undefined);
      await this.rig.clock.sleep(15_000);
      if (isDone && deployments.length <= 1 && desiredCount === runningCount) return;
    }
    throw new Error(`${name} does not come to rest`);
  }
}
