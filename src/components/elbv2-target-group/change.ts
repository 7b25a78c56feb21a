// The only file of this type that may change AWS.
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type ModifyTargetGroupInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow, toAttributes } from '../kit/changing.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { attributesIn, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

export async function create(target: Target<TargetGroupSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  // Repeating it with the same settings answers with the existing one [ELB API].
  const answer = await context.aws.client(elbv2).send(
    new CreateTargetGroupCommand({
      Name: spec.name,
      Port: spec.port,
      Protocol: spec.protocol,
      ProtocolVersion: spec.protocolVersion,
      TargetType: spec.targetType,
      VpcId: spec.vpc,
      ...healthCheckOf(spec),
      Tags: toAwsTags(context.tags),
    }),
  );
  const arn = answer.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await setAttributes(arn, spec, context);
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
    await context.aws
      .client(elbv2)
      .send(new ModifyTargetGroupCommand({ TargetGroupArn: state.arn, ...healthCheckOf(spec) }));
  }
  if (differsBelow(differences, 'attributes') || differsBelow(differences, 'deregistrationDelay')) {
    await setAttributes(state.arn, spec, context);
  }
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

async function setAttributes(arn: string, spec: TargetGroupSpec, context: ChangeContext): Promise<void> {
  const attributes = attributesIn(spec);
  if (Object.keys(attributes).length === 0) return;
  await context.aws
    .client(elbv2)
    .send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: toAttributes(attributes) }));
}

function healthCheckOf(spec: TargetGroupSpec): Omit<ModifyTargetGroupInput, 'TargetGroupArn'> {
  const check = spec.healthCheck;
  if (check === undefined) return {};
  // gRPC has codes of its own [ELB API, Matcher].
  const matcher = spec.protocolVersion === 'GRPC' ? { GrpcCode: check.matcher } : { HttpCode: check.matcher };
  return {
    HealthCheckPath: check.path,
    HealthCheckPort: check.port === undefined ? undefined : String(check.port),
    HealthCheckProtocol: check.protocol,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: check.matcher === undefined ? undefined : matcher,
  };
}
