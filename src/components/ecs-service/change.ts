// The only file of this type that may change AWS.
import { CreateServiceCommand, DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { classify, isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { isOwnWork } from '../kit/changing.ts';
import { fromEcsTags, toEcsTags } from '../kit/ecs.ts';
import { diff } from './diff.ts';
import { toChange, toCreation } from './input.ts';
import { describe, stateOf } from './observe.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

export async function create(target: Target<ServiceSpec>, context: ChangeContext): Promise<Receipt> {
  try {
    const answer = await context.aws.client(ecs).send(
      new CreateServiceCommand({
        ...toCreation(target),
        // With the same token and settings AWS answers with the service that is there [captured].
        clientToken: context.token,
        tags: toEcsTags(context.tags),
      }),
    );
    return { arn: answer.service?.serviceArn ?? '' };
  } catch (error) {
    const existing = isAlreadyThere(error) ? await ownService(target, context) : undefined;
    if (existing === undefined) throw error;
    return { arn: existing.arn };
  }
}

/** An ACTIVE service has the name, and was not made with this token and these settings [captured]. */
function isAlreadyThere(error: unknown): boolean {
  return classify(error).message.includes('not idempotent');
}

/** The service of that name, when it is as wanted and an earlier try of this step made it. */
async function ownService(target: Target<ServiceSpec>, context: ChangeContext): Promise<ServiceState | undefined> {
  const { spec } = target;
  const [service] = (await describe(spec.cluster, [spec.name], context))?.services ?? [];
  if (service?.status !== 'ACTIVE' || !isOwnWork(fromEcsTags(service.tags), context.tags)) return undefined;
  const state = stateOf(service, []);
  return diff(spec, state).length === 0 ? state : undefined;
}

/** With no difference to mend, the same tasks are started anew: the remedy for a service that is up but not well. */
export async function update(
  target: Target<ServiceSpec>,
  state: ServiceState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  await context.aws.client(ecs).send(
    new UpdateServiceCommand({
      cluster: state.clusterArn,
      service: state.name,
      ...(differences.length === 0 ? { forceNewDeployment: true } : toChange(target, state, differences)),
    }),
  );
  return { arn: state.arn };
}

/** `force` spares the scaling down; its tasks are drained all the same [ECS API]. */
export async function remove(
  _target: Target<ServiceSpec>,
  state: ServiceState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws
      .client(ecs)
      .send(new DeleteServiceCommand({ cluster: state.clusterArn, service: state.name, force: true }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}
