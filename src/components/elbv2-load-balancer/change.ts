// The only file of this type that may change AWS.
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow, toAttributes } from '../kit/changing.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

export async function create(target: Target<LoadBalancerSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  // Repeating it with the same settings answers with the existing one [ELB API].
  const answer = await context.aws.client(elbv2).send(
    new CreateLoadBalancerCommand({
      Name: spec.name,
      Type: spec.type,
      Scheme: spec.scheme,
      Subnets: spec.subnets,
      SecurityGroups: spec.securityGroups,
      IpAddressType: spec.ipAddressType,
      Tags: toAwsTags(context.tags),
    }),
  );
  const arn = answer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  if (spec.attributes !== undefined) {
    await context.aws
      .client(elbv2)
      .send(
        new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes: toAttributes(spec.attributes) }),
      );
  }
  return { arn };
}

export async function update(
  target: Target<LoadBalancerSpec>,
  state: LoadBalancerState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  const LoadBalancerArn = state.arn;
  if (differsBelow(differences, 'subnets')) {
    await context.aws.client(elbv2).send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: spec.subnets }));
  }
  if (differsBelow(differences, 'securityGroups')) {
    await context.aws
      .client(elbv2)
      .send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: spec.securityGroups }));
  }
  if (differsBelow(differences, 'ipAddressType')) {
    await context.aws
      .client(elbv2)
      .send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: spec.ipAddressType }));
  }
  if (differsBelow(differences, 'attributes')) {
    await context.aws
      .client(elbv2)
      .send(
        new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: toAttributes(spec.attributes ?? {}) }),
      );
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
