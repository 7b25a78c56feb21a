// The only file of this type that may change AWS.
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { actionsDiffer, toAwsActions } from '../kit/elbv2-actions.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export async function create(target: Target<ListenerSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  // Repeating it with the same settings answers with the existing one; with others it is DuplicateListener [ELB API].
  const answer = await context.aws.client(elbv2).send(
    new CreateListenerCommand({
      LoadBalancerArn: spec.loadBalancer,
      Port: spec.port,
      Protocol: spec.protocol,
      Certificates: certificatesOf(spec),
      SslPolicy: spec.sslPolicy,
      DefaultActions: toAwsActions(spec),
      Tags: toAwsTags(context.tags),
    }),
  );
  return { arn: answer.Listeners?.[0]?.ListenerArn ?? '' };
}

/**
 * Protocol, certificate and policy go out together, since a change to HTTPS is refused without its certificate. Actions
 * are left out where they are as wanted, and stay as they are [ELB API, ModifyListener]: weights and stickiness that others
 * have set are not flattened by another change.
 */
export async function update(
  target: Target<ListenerSpec>,
  state: ListenerState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  if (differences.length === 0) return { arn: state.arn };
  const { spec } = target;
  await context.aws.client(elbv2).send(
    new ModifyListenerCommand({
      ListenerArn: state.arn,
      Protocol: spec.protocol,
      Certificates: certificatesOf(spec),
      SslPolicy: spec.sslPolicy,
      DefaultActions: actionsDiffer(differences) ? toAwsActions(spec, state.actions) : undefined,
    }),
  );
  return { arn: state.arn };
}

/** Its rules go with it. */
export async function remove(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(elbv2).send(new DeleteListenerCommand({ ListenerArn: state.arn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

function certificatesOf(spec: ListenerSpec): { CertificateArn: string }[] | undefined {
  return spec.certificate === undefined ? undefined : [{ CertificateArn: spec.certificate }];
}
