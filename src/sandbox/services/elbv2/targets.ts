// RegisterTargets, DeregisterTargets, DescribeTargetHealth.
import { isIPv4, isIPv6 } from 'node:net';
import type { CallContext, Input, Output } from '../../model.ts';
import { wakeServices } from '../ecs/wake.ts';
import { healthOfGroup, notRegistered, targetKey } from './health.ts';
import type { TargetHealth } from './health.ts';
import { invalid, numberOf, recordsOf, requiredText, textOf } from './input.ts';
import { atMost } from './limits.ts';
import { deregisterTarget, registerTarget } from './registration.ts';
import type { TargetGroupRecord } from './store.ts';
import { targetGroup } from './find.ts';
import { elbv2Times } from './timings.ts';

interface Target {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | null;
}

function targetsOf(input: Input, group: TargetGroupRecord): Target[] {
  return (recordsOf(input, 'Targets') ?? []).map((item) => ({
    id: requiredText(item, 'Id'),
    // Without a port the group's own is meant, also when deregistering.
    port: numberOf(item, 'Port', 1, 65_535) ?? group.port ?? 0,
    availabilityZone: textOf(item, 'AvailabilityZone') ?? null,
  }));
}

/** RFC 1918 and RFC 6598. The sandbox's subnets have no address ranges, so "from a VPC subnet" means these. */
function isPrivate(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  if (a === 10 || (a === 192 && b === 168)) return true;
  return (a === 172 && b >= 16 && b <= 31) || (a === 100 && b >= 64 && b <= 127);
}

function checkTarget(group: TargetGroupRecord, { id }: Target): void {
  if (group.targetType === 'instance' && !/^i-[0-9a-f]+$/.test(id)) throw invalid(`Instance ID '${id}' is not valid`);
  if (group.targetType !== 'ip' || (group.ipAddressType === 'ipv6' && isIPv6(id))) return;
  if (!isIPv4(id)) throw invalid(`The IP address '${id}' is not a valid IPv4 address`);
  if (!isPrivate(id)) {
    throw invalid(
      `The IP address '${id}' is not allowed, as it must be an address from a VPC subnet, RFC1918, or RFC6598`,
    );
  }
}

export function registerTargets(input: Input, { local, now }: CallContext): Output {
  const group = targetGroup(local, requiredText(input, 'TargetGroupArn'));
  const targets = targetsOf(input, group);
  if (targets.length === 0) throw invalid('A target must be specified');
  for (const target of targets) checkTarget(group, target);
  const keys = new Set([...Object.keys(group.targets), ...targets.map(({ id, port }) => targetKey(id, port))]);
  atMost('targets-per-target-group', keys.size, 'TooManyTargets');
  for (const target of targets) registerTarget(group, target, now);
  return {};
}

/** Succeeds for targets that are not registered. ECS registers its own again. */
export function deregisterTargets(input: Input, { local, now, world }: CallContext): Output {
  const group = targetGroup(local, requiredText(input, 'TargetGroupArn'));
  const targets = targetsOf(input, group);
  if (targets.length === 0) throw invalid('A target must be specified');
  for (const target of targets) deregisterTarget(group, target, now, elbv2Times(world));
  wakeServices(local, group.arn, now);
  return {};
}

const noOverride = {
  State: 'no_override',
  Reason: 'AdministrativeOverride.NoOverride',
  Description: 'No override is currently active on target',
};

function output(group: TargetGroupRecord, health: TargetHealth, registered: boolean): Output {
  const { id, port, availabilityZone, state, reason, description } = health;
  const zone = group.targetType === 'ip' && registered ? (availabilityZone ?? undefined) : undefined;
  const checkPort = group.healthCheck.port;
  return {
    Target: { Id: id, Port: port, AvailabilityZone: zone },
    // Of a target that is not registered too [moto, verified against AWS: test_describe_unknown_targets].
    HealthCheckPort: checkPort === 'traffic-port' ? String(port) : checkPort,
    TargetHealth: { State: state, Reason: reason ?? undefined, Description: description ?? undefined },
    AdministrativeOverride: registered && group.attachedAt !== null ? noOverride : undefined,
  };
}

export function describeTargetHealth(input: Input, { local, now, world }: CallContext): Output {
  const group = targetGroup(local, requiredText(input, 'TargetGroupArn'));
  const health = healthOfGroup(local, group, now, elbv2Times(world));
  const asked = targetsOf(input, group);
  if (asked.length === 0) return { TargetHealthDescriptions: health.map((item) => output(group, item, true)) };
  const byKey = new Map(health.map((item) => [targetKey(item.id, item.port), item]));
  return {
    TargetHealthDescriptions: asked.map((target) => {
      const found = byKey.get(targetKey(target.id, target.port));
      return found === undefined ? output(group, { ...target, ...notRegistered }, false) : output(group, found, true);
    }),
  };
}
