// Load balancers: create (idempotent by equal settings), describe, delete, and their settings.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { attributesOutput, changeAttributes, loadBalancerDefaults } from './attributes.ts';
import { loadBalancer } from './find.ts';
import { releaseInterfaces } from './interfaces.ts';
import { invalid, pageOf, requiredText, textOf, textsOf } from './input.ts';
import { atMost } from './limits.ts';
import { removeListener } from './listeners.ts';
import { loadBalancerState } from './lookup.ts';
import { checkLoadBalancerName, isArnOf, loadBalancerArn } from './names.ts';
import { placement, securityGroups } from './network.ts';
import { elbv2Of, type LoadBalancerRecord, type LoadBalancerType } from './store.ts';
import { tagsOf } from './tags.ts';
import { elbv2Times } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';
import { canonicalHostedZoneId } from './zones.ts';

function typeOf(input: Input): LoadBalancerType {
  const type = textOf(input, 'Type') ?? 'application';
  if (type === 'application' || type === 'network') return type;
  throw invalid(`Load balancer type '${type}' is outside the sandbox, which has 'application' and 'network'`);
}

function schemeOf(input: Input): LoadBalancerRecord['scheme'] {
  const scheme = textOf(input, 'Scheme') ?? 'internet-facing';
  if (scheme === 'internet-facing' || scheme === 'internal') return scheme;
  throw new AwsError('InvalidScheme', `The scheme '${scheme}' is not valid`);
}

function zonesOutput(balancer: LoadBalancerRecord): Output[] {
  return balancer.subnets.map(({ subnet, zone, address }) => ({
    ZoneName: zone,
    SubnetId: subnet,
    LoadBalancerAddresses: address === undefined ? [] : [address],
  }));
}

function output(balancer: LoadBalancerRecord, { local, now, world }: CallContext): Output {
  const code = loadBalancerState(local, balancer, now, elbv2Times(world));
  const grouped = balancer.type === 'application' || balancer.securityGroups.length > 0;
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: balancer.canonicalHostedZoneId,
    CreatedTime: timestamp(balancer.createdAt),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpc,
    State: { Code: code, Reason: code === 'failed' ? unverifiedTexts.loadBalancerFailed : undefined },
    Type: balancer.type,
    AvailabilityZones: zonesOutput(balancer),
    SecurityGroups: grouped ? balancer.securityGroups : undefined,
    IpAddressType: balancer.ipAddressType,
    ...balancer.further,
  };
}

/** Members that are told as they were given. */
function furtherOf(input: Input): Pick<LoadBalancerRecord, 'further'> {
  const names = ['CustomerOwnedIpv4Pool', 'IpamPools', 'EnablePrefixForIpv6SourceNat'];
  const given = names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]] as const);
  return given.length === 0 ? {} : { further: Object.fromEntries(given) };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** A DNS name is never given out twice: the one of a deleted load balancer stays dead. */
function dnsName(
  name: string,
  id: string,
  settings: Pick<LoadBalancerRecord, 'type' | 'scheme'>,
  context: CallContext,
) {
  if (settings.type === 'network') return `${name}-${id}.elb.${context.region}.amazonaws.com`;
  const prefix = settings.scheme === 'internal' ? 'internal-' : '';
  return `${prefix}${name}-${context.world.digits(10)}.${context.region}.elb.amazonaws.com`;
}

export function createLoadBalancer(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const name = requiredText(input, 'Name');
  checkLoadBalancerName(name);
  const type = typeOf(input);
  const scheme = schemeOf(input);
  const ipAddressType = textOf(input, 'IpAddressType') ?? 'ipv4';
  const { vpc, subnets } = placement(local, type, input);
  const groups = securityGroups(local, type, vpc, input);
  const tags = tagsOf(input);

  const key = `${type}/${name}`;
  const existing = elbv2Of(local).loadBalancers[elbv2Of(local).loadBalancerNames[key] ?? ''];
  if (existing !== undefined) {
    const same =
      existing.scheme === scheme &&
      existing.ipAddressType === ipAddressType &&
      sameSet(
        existing.subnets.map(({ subnet }) => subnet),
        subnets.map(({ subnet }) => subnet),
      ) &&
      sameSet(existing.securityGroups, groups);
    if (same) return { LoadBalancers: [output(existing, context)] };
    const text = `A load balancer with the same name '${name}' exists, but with different settings`;
    throw new AwsError('DuplicateLoadBalancerName', text);
  }
  const count = Object.values(elbv2Of(local).loadBalancers).filter((other) => other.type === type).length;
  atMost(`${type}-load-balancers`, count + 1, 'TooManyLoadBalancers');

  const id = world.hex(16);
  const balancer: LoadBalancerRecord = {
    arn: loadBalancerArn(region, world.data.account, { type, name, id }),
    name,
    type,
    scheme,
    ipAddressType,
    dnsName: dnsName(name, id, { type, scheme }, context),
    canonicalHostedZoneId: canonicalHostedZoneId(type, region),
    vpc,
    subnets,
    securityGroups: groups,
    createdAt: now,
    attributes: loadBalancerDefaults(type),
    listeners: [],
    tags,
    ...furtherOf(input),
  };
  elbv2Of(local).loadBalancers[balancer.arn] = balancer;
  elbv2Of(local).loadBalancerNames[key] = balancer.arn;
  elbv2Of(local).dnsNames[balancer.dnsName.toLowerCase()] = balancer.arn;
  return { LoadBalancers: [{ ...output(balancer, context), State: { Code: 'provisioning' } }] };
}

export function describeLoadBalancers(input: Input, context: CallContext): Output {
  const { loadBalancers, loadBalancerNames } = elbv2Of(context.local);
  const arns = textsOf(input, 'LoadBalancerArns');
  const names = textsOf(input, 'Names');
  if (arns !== undefined && arns.length > 0 && names !== undefined && names.length > 0) {
    throw invalid('Load balancer names and load balancer ARNs cannot be specified at the same time');
  }
  if ((arns?.length ?? 0) > 20 || (names?.length ?? 0) > 20) {
    throw invalid('A maximum of 20 load balancers can be specified');
  }
  if (arns !== undefined && arns.length > 0) {
    const found = [...new Set(arns)].map((arn) => loadBalancer(context.local, arn));
    return { LoadBalancers: found.map((item) => output(item, context)) };
  }
  if (names !== undefined && names.length > 0) {
    const missing: string[] = [];
    const found: LoadBalancerRecord[] = [];
    for (const name of new Set(names)) {
      // An application and a network load balancer may share a name.
      const both = [`application/${name}`, `network/${name}`].map((key) => loadBalancers[loadBalancerNames[key] ?? '']);
      const there = both.filter((item) => item !== undefined);
      if (there.length === 0) missing.push(name);
      found.push(...there);
    }
    if (missing.length > 0) {
      throw new AwsError('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
    }
    return { LoadBalancers: found.map((item) => output(item, context)) };
  }
  const page = pageOf(Object.values(loadBalancers), (item) => item.arn, input);
  return { LoadBalancers: page.items.map((item) => output(item, context)), NextMarker: page.next };
}

/** Deleting what is not there succeeds. Listeners and rules go with it, target groups stay. */
export function deleteLoadBalancer(input: Input, context: CallContext): Output {
  const elbv2 = elbv2Of(context.local);
  const arn = requiredText(input, 'LoadBalancerArn');
  if (!isArnOf('loadbalancer', arn)) throw invalid(`'${arn}' is not a valid load balancer ARN`);
  const balancer = elbv2.loadBalancers[arn];
  if (balancer === undefined) return {};
  if (balancer.attributes['deletion_protection.enabled'] === 'true') {
    const text = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    throw new AwsError('OperationNotPermitted', text);
  }
  for (const listener of [...balancer.listeners]) removeListener(listener, context);
  releaseInterfaces(context.world, context.local, balancer, context.now);
  // Keys of plain JSON records.
  /* eslint-disable @typescript-eslint/no-dynamic-delete */
  delete elbv2.loadBalancers[arn];
  delete elbv2.loadBalancerNames[`${balancer.type}/${balancer.name}`];
  delete elbv2.dnsNames[balancer.dnsName.toLowerCase()];
  /* eslint-enable @typescript-eslint/no-dynamic-delete */
  return {};
}

export function describeLoadBalancerAttributes(input: Input, { local }: CallContext): Output {
  return { Attributes: attributesOutput(loadBalancer(local, requiredText(input, 'LoadBalancerArn')).attributes) };
}

export function modifyLoadBalancerAttributes(input: Input, { local }: CallContext): Output {
  const { attributes, type } = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  changeAttributes('Load balancer', attributes, loadBalancerDefaults(type), input);
  return { Attributes: attributesOutput(attributes) };
}

export function setSecurityGroups(input: Input, { local }: CallContext): Output {
  const balancer = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  const groups = securityGroups(local, balancer.type, balancer.vpc, input);
  // [NLB user guide, "Security groups": none at creation, none later]
  if (balancer.type === 'network' && balancer.securityGroups.length === 0 && groups.length > 0) {
    throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.groupsOfNetwork);
  }
  balancer.securityGroups = groups;
  const rule = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic';
  const enforced = textOf(input, rule);
  if (enforced !== undefined) balancer.further = { ...balancer.further, [rule]: enforced };
  return { SecurityGroupIds: balancer.securityGroups, [rule]: enforced };
}

export function setSubnets(input: Input, { local }: CallContext): Output {
  const balancer = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  const { vpc, subnets } = placement(local, balancer.type, input);
  if (vpc !== balancer.vpc) throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.subnetVpc);
  balancer.subnets = subnets;
  balancer.ipAddressType = textOf(input, 'IpAddressType') ?? balancer.ipAddressType;
  balancer.further = { ...balancer.further, ...furtherOf(input).further };
  return { AvailabilityZones: zonesOutput(balancer), IpAddressType: balancer.ipAddressType };
}

export function setIpAddressType(input: Input, { local }: CallContext): Output {
  const balancer = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  balancer.ipAddressType = requiredText(input, 'IpAddressType');
  return { IpAddressType: balancer.ipAddressType };
}
