// The only file of this type that may change AWS.
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  type ModifyIpPoolsInput,
  type SetSubnetsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { attributesToSend, differsBelow, toAttributes } from '../kit/changing.ts';
import { loadBalancerDefaults } from '../kit/elbv2-attributes.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { toInput } from '../kit/members/input.ts';
import { balancerPart } from './parts.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';
import { enforcement } from './settings.ts';
import { placesOf } from './subnets.ts';

export async function create({ spec }: Target<LoadBalancerSpec>, context: ChangeContext): Promise<Receipt> {
  const client = context.aws.client(elbv2);
  // Repeating it with the same settings answers with the existing one [ELB API].
  const answer = await client.send(
    new CreateLoadBalancerCommand({
      ...toInput(balancerPart, spec),
      Name: spec.name,
      Type: spec.type,
      Scheme: spec.scheme,
      ...placesOf(spec),
      SecurityGroups: spec.securityGroups,
      IpAddressType: spec.ipAddressType,
      Tags: toAwsTags(context.tags),
    }),
  );
  const made = answer.LoadBalancers?.[0];
  const arn = made?.LoadBalancerArn ?? '';
  if (spec[enforcement] !== undefined) {
    await setSecurityGroups(arn, spec, made?.SecurityGroups ?? [], context);
  }
  await setAttributes(arn, spec.attributes ?? {}, context);
  if (spec.minimumLoadBalancerCapacity !== undefined) await reserve(arn, spec, context);
  return { arn };
}

export async function update(
  { spec }: Target<LoadBalancerSpec>,
  state: LoadBalancerState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const client = context.aws.client(elbv2);
  const LoadBalancerArn = state.arn;
  const differs = (path: string): boolean => differsBelow(differences, path);
  const settings = toInput(balancerPart, spec) as Pick<
    SetSubnetsInput & ModifyIpPoolsInput,
    'EnablePrefixForIpv6SourceNat' | 'IpamPools'
  >;
  if (differs('subnets') || differs('subnetMappings') || differs('enablePrefixForIpv6SourceNat')) {
    const { EnablePrefixForIpv6SourceNat } = settings;
    await client.send(
      new SetSubnetsCommand({
        LoadBalancerArn,
        ...placesOf(spec, state),
        ...(EnablePrefixForIpv6SourceNat === undefined ? {} : { EnablePrefixForIpv6SourceNat }),
      }),
    );
  }
  if (differs('securityGroups') || differs(enforcement)) {
    await setSecurityGroups(state.arn, spec, state.securityGroups, context);
  }
  if (differs('ipAddressType')) {
    await client.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: spec.ipAddressType }));
  }
  if (differs('ipamPools')) {
    const { IpamPools } = settings;
    await client.send(
      new ModifyIpPoolsCommand({
        LoadBalancerArn,
        ...(IpamPools === undefined ? { RemoveIpamPools: ['ipv4'] } : { IpamPools }),
      }),
    );
  }
  if (differs('minimumLoadBalancerCapacity')) await reserve(state.arn, spec, context);
  if (differs('attributes')) {
    const wanted = attributesToSend(spec.attributes, differences, loadBalancerDefaults(state.type));
    await setAttributes(state.arn, wanted, context);
  }
  return { arn: state.arn };
}

/** Listeners and rules go with it; a missing one is success [ELB API]. */
export async function remove(
  _target: Target<LoadBalancerSpec>,
  state: LoadBalancerState,
  context: ChangeContext,
): Promise<Receipt> {
  await context.aws.client(elbv2).send(new DeleteLoadBalancerCommand({ LoadBalancerArn: state.arn }));
  return { arn: state.arn };
}

/** @param there sent along where the spec says nothing: the call takes all groups */
async function setSecurityGroups(
  arn: string,
  spec: LoadBalancerSpec,
  there: readonly string[],
  context: ChangeContext,
): Promise<void> {
  await context.aws.client(elbv2).send(
    new SetSecurityGroupsCommand({
      LoadBalancerArn: arn,
      SecurityGroups: [...(spec.securityGroups ?? there)],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: spec[enforcement],
    }),
  );
}

async function setAttributes(
  arn: string,
  attributes: Readonly<Record<string, string>>,
  context: ChangeContext,
): Promise<void> {
  if (Object.keys(attributes).length === 0) return;
  await context.aws
    .client(elbv2)
    .send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes: toAttributes(attributes) }));
}

/** Nothing said takes the reservation away. */
async function reserve(arn: string, spec: LoadBalancerSpec, context: ChangeContext): Promise<void> {
  const CapacityUnits = spec.minimumLoadBalancerCapacity?.capacityUnits;
  await context.aws.client(elbv2).send(
    new ModifyCapacityReservationCommand({
      LoadBalancerArn: arn,
      ...(CapacityUnits === undefined || CapacityUnits === 0
        ? { ResetCapacityReservation: true }
        : { MinimumLoadBalancerCapacity: { CapacityUnits } }),
    }),
  );
}
