// Target groups: create (idempotent by equal settings), describe, change, delete with its lag.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { wakeServices } from '../ecs/wake.ts';
import { networkOf } from '../network/store.ts';
import { attributesOutput, changeAttributes, targetGroupDefaults } from './attributes.ts';
import { loadBalancer, targetGroup } from './find.ts';
import { healthCheckFrom, healthCheckOutput } from './health-check.ts';
import { invalid, numberOf, pageOf, requiredText, textOf, textsOf } from './input.ts';
import { atMost } from './limits.ts';
import { targetGroupsOf } from './lookup.ts';
import { checkTargetGroupName, isArnOf } from './names.ts';
import { elbv2Of, type TargetGroupRecord } from './store.ts';
import { tagsOf } from './tags.ts';
import { elbv2Times } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';

/** What CreateTargetGroup answers: it tells no load balancers, even when the group is in use. */
function output(group: TargetGroupRecord): Output {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol ?? undefined,
    Port: group.port ?? undefined,
    VpcId: group.vpc ?? undefined,
    ...healthCheckOutput(group.healthCheck, group.targetType),
    TargetType: group.targetType,
    ProtocolVersion: group.protocolVersion ?? undefined,
    IpAddressType: group.ipAddressType ?? undefined,
  };
}

function fullOutput(group: TargetGroupRecord): Output {
  return { ...output(group), LoadBalancerArns: [...new Set(Object.values(group.usedBy))] };
}

type Settings = Pick<
  TargetGroupRecord,
  'protocol' | 'protocolVersion' | 'port' | 'vpc' | 'targetType' | 'ipAddressType' | 'healthCheck'
>;

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];

function settingsOf(input: Input, local: RegionData): Settings {
  const targetType = textOf(input, 'TargetType') ?? 'instance';
  if (!['instance', 'ip', 'lambda', 'alb'].includes(targetType)) {
    throw invalid(`'${targetType}' is not a valid target type`);
  }
  if (targetType === 'lambda') {
    const unfit = ['Protocol', 'ProtocolVersion', 'Port', 'VpcId', 'HealthCheckProtocol', 'HealthCheckPort'].find(
      (name) => input[name] !== undefined,
    );
    if (unfit !== undefined) throw invalid(unverifiedTexts.notForLambda(unfit));
    const group = { protocol: null, protocolVersion: null, targetType };
    return { ...group, port: null, vpc: null, ipAddressType: null, healthCheck: healthCheckFrom(input, group) };
  }
  const protocol = textOf(input, 'Protocol');
  if (protocol === undefined) throw invalid('A protocol must be specified');
  if (!protocols.includes(protocol)) throw invalid(`'${protocol}' is not a valid protocol`);
  const port = numberOf(input, 'Port', 1, 65_535);
  if (port === undefined) throw invalid('A port must be specified');
  const vpc = textOf(input, 'VpcId');
  if (vpc === undefined) throw invalid('A VPC ID must be specified');
  if (networkOf(local).vpcs[vpc] === undefined) throw invalid(unverifiedTexts.vpcNotFound(vpc));
  // "The target type alb is supported for TCP and TLS" [ELB API, CreateTargetGroup].
  if (targetType === 'alb' && protocol !== 'TCP' && protocol !== 'TLS') {
    throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.albProtocol(protocol));
  }
  const protocolVersion = versionOf(input, protocol);
  return {
    protocol,
    protocolVersion,
    port,
    vpc,
    targetType,
    ipAddressType: textOf(input, 'IpAddressType') ?? 'ipv4',
    healthCheck: healthCheckFrom(input, { protocol, protocolVersion, targetType }),
  };
}

/** Of HTTP and HTTPS groups alone [ELB API, ProtocolVersion]. */
function versionOf(input: Input, protocol: string): string | null {
  // Terraform says an empty one where nobody named any [recorded].
  const version = textOf(input, 'ProtocolVersion') || undefined;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    if (version !== undefined) throw invalid(unverifiedTexts.versionOfOther(protocol));
    return null;
  }
  if (version !== undefined && !['GRPC', 'HTTP1', 'HTTP2'].includes(version)) {
    throw invalid(unverifiedTexts.protocolVersion(version));
  }
  return version ?? 'HTTP1';
}

function sameSettings(group: TargetGroupRecord, settings: Settings): boolean {
  const { protocol, protocolVersion, port, vpc, targetType, ipAddressType, healthCheck } = group;
  const existing: Settings = { protocol, protocolVersion, port, vpc, targetType, ipAddressType, healthCheck };
  return JSON.stringify(existing) === JSON.stringify(settings);
}

export function createTargetGroup(input: Input, { local, now, region, world }: CallContext): Output {
  const { targetGroups, targetGroupNames } = elbv2Of(local);
  const name = requiredText(input, 'Name');
  checkTargetGroupName(name);
  const settings = settingsOf(input, local);
  const tags = tagsOf(input);
  const existing = targetGroups[targetGroupNames[name] ?? ''];
  if (existing !== undefined) {
    // Tags are not compared: a repeat without them was answered with the tagged group.
    if (sameSettings(existing, settings)) return { TargetGroups: [output(existing)] };
    const text = `A target group with the same name '${name}' exists, but with different settings`;
    throw new AwsError('DuplicateTargetGroupName', text);
  }
  atMost('target-groups', Object.keys(targetGroups).length + 1, 'TooManyTargetGroups');
  const group: TargetGroupRecord = {
    arn: `arn:aws:elasticloadbalancing:${region}:${world.data.account}:targetgroup/${name}/${world.hex(16)}`,
    name,
    ...settings,
    createdAt: now,
    attributes: targetGroupDefaults(settings.protocol, settings.targetType),
    targets: {},
    usedBy: {},
    attachedAt: null,
    detachedAt: null,
    tags,
  };
  targetGroups[group.arn] = group;
  targetGroupNames[name] = group.arn;
  return { TargetGroups: [output(group)] };
}

export function describeTargetGroups(input: Input, { local }: CallContext): Output {
  const { targetGroups, targetGroupNames } = elbv2Of(local);
  const arns = textsOf(input, 'TargetGroupArns') ?? [];
  const names = textsOf(input, 'Names') ?? [];
  const balancerArn = textOf(input, 'LoadBalancerArn');
  if ([arns.length > 0, names.length > 0, balancerArn !== undefined].filter(Boolean).length > 1) {
    throw invalid('Only one of target group ARNs, target group names or a load balancer ARN can be specified');
  }
  let found: TargetGroupRecord[];
  if (arns.length > 0) {
    found = [...new Set(arns)].map((arn) => targetGroup(local, arn));
  } else if (names.length > 0) {
    const missing = names.filter((name) => targetGroupNames[name] === undefined);
    if (missing.length > 0) throw new AwsError('TargetGroupNotFound', unverifiedTexts.targetGroupsByName(missing));
    found = [...new Set(names)].flatMap((name) => targetGroups[targetGroupNames[name] ?? ''] ?? []);
  } else if (balancerArn !== undefined) {
    found = targetGroupsOf(local, loadBalancer(local, balancerArn)).flatMap((arn) => targetGroups[arn] ?? []);
  } else {
    found = Object.values(targetGroups);
  }
  const page = pageOf(found, (item) => item.arn, input);
  return { TargetGroups: page.items.map(fullOutput), NextMarker: page.next };
}

export function modifyTargetGroup(input: Input, { local, now }: CallContext): Output {
  const group = targetGroup(local, requiredText(input, 'TargetGroupArn'));
  group.healthCheck = healthCheckFrom(input, group, group.healthCheck);
  wakeServices(local, group.arn, now);
  return { TargetGroups: [fullOutput(group)] };
}

/** Refused while a listener or rule forwards to it and for some seconds after; an ECS service does not protect it. */
export function deleteTargetGroup(input: Input, { local, now, world }: CallContext): Output {
  const { targetGroups, targetGroupNames } = elbv2Of(local);
  const arn = requiredText(input, 'TargetGroupArn');
  if (!isArnOf('targetgroup', arn)) throw invalid(`'${arn}' is not a valid target group ARN`);
  const group = targetGroups[arn];
  if (group === undefined) return {};
  const lagging = group.detachedAt !== null && now < group.detachedAt + elbv2Times(world).targetGroupRelease;
  if (group.attachedAt !== null || lagging) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  // Keys of plain JSON records.
  /* eslint-disable @typescript-eslint/no-dynamic-delete */
  delete targetGroups[arn];
  delete targetGroupNames[group.name];
  /* eslint-enable @typescript-eslint/no-dynamic-delete */
  wakeServices(local, arn, now);
  return {};
}

export function describeTargetGroupAttributes(input: Input, { local }: CallContext): Output {
  return { Attributes: attributesOutput(targetGroup(local, requiredText(input, 'TargetGroupArn')).attributes) };
}

/** Answers with all attributes, not only those changed. */
export function modifyTargetGroupAttributes(input: Input, { local }: CallContext): Output {
  const { attributes, protocol, targetType } = targetGroup(local, requiredText(input, 'TargetGroupArn'));
  changeAttributes('Target group', attributes, targetGroupDefaults(protocol, targetType), input);
  return { Attributes: attributesOutput(attributes) };
}
