// The only file of this type that may change AWS.
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { attributesToSend, differsBelow, toAttributes } from '../kit/changing.ts';
import { targetGroupDefaults } from '../kit/elbv2-attributes.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { toInput } from '../kit/members/input.ts';
import { drainKey } from '../kit/target-timing.ts';
import { checkToSend, toAwsCheck } from './health-check.ts';
import { groupPart } from './parts.ts';
import { attributesIn, plainly, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

export async function create(
  { spec, whole = false }: Target<TargetGroupSpec>,
  context: ChangeContext,
): Promise<Receipt> {
  // Repeating it with the same settings answers with the existing one [ELB API].
  const answer = await context.aws.client(elbv2).send(
    new CreateTargetGroupCommand({
      ...toInput(groupPart, spec),
      Name: spec.name,
      Port: spec.port,
      Protocol: spec.protocol,
      ProtocolVersion: spec.protocolVersion,
      TargetType: spec.targetType ?? (whole ? undefined : 'ip'),
      VpcId: spec.vpc,
      ...toAwsCheck(spec.healthCheck, spec.protocolVersion),
      Tags: toAwsTags(context.tags),
    }),
  );
  const arn = answer.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await setAttributes(arn, attributesIn(spec), context);
  return { arn };
}

export async function update(
  target: Target<TargetGroupSpec>,
  state: TargetGroupState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  if (differsBelow(differences, 'healthCheck')) {
    const check = toAwsCheck(checkToSend(spec, state, differences), state.protocolVersion);
    await context.aws.client(elbv2).send(new ModifyTargetGroupCommand({ TargetGroupArn: state.arn, ...check }));
  }
  // A delay is an attribute by a short name.
  const plain = differences.map((each) =>
    each.path === 'deregistrationDelay' ? { ...each, path: `attributes.${drainKey}` } : each,
  );
  const usual = targetGroupDefaults(state.protocol, state.targetType);
  await setAttributes(state.arn, attributesToSend(plainly(spec).attributes, plain, usual), context);
  return { arn: state.arn };
}

/** A missing one is success; one that is still referred to is refused with ResourceInUse, for some seconds longer [captured]. */
export async function remove(
  _target: Target<TargetGroupSpec>,
  state: TargetGroupState,
  context: ChangeContext,
): Promise<Receipt> {
  await context.aws.client(elbv2).send(new DeleteTargetGroupCommand({ TargetGroupArn: state.arn }));
  return { arn: state.arn };
}

async function setAttributes(
  arn: string,
  attributes: Readonly<Record<string, string>>,
  context: ChangeContext,
): Promise<void> {
  if (Object.keys(attributes).length === 0) return;
  await context.aws
    .client(elbv2)
    .send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: toAttributes(attributes) }));
}
