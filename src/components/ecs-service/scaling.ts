// What AWS deletes with a service: its scalable target, with the policies and scheduled actions of it
// [hashicorp/terraform-provider-aws#10432, #14254].
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { classify, isNotOffered, type AwsFailure } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { applicationAutoScaling } from '../../aws/services/application-autoscaling.ts';
import { listText } from '../../util/words.ts';
import type { CascadedPiece, ReadContext, Target } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { allPages, chunks } from '../kit/observing.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

/** [Application Auto Scaling API, DescribeScalableTargets] */
const targetsPerCall = 50;
/** So many policies are named. */
const mostNamed = 5;

const ofServices = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const registerAgain = 'relight does not put it back, nor what is scheduled on it: register it again afterwards';

/**
 * The auto scaling of a service, whether it was seen or might not be: who lets it go, lets it go. Of one that is being deleted it
 * has gone already.
 */
export async function cascade(
  _target: Target<ServiceSpec>,
  { clusterArn, name, status }: ServiceState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  if (status !== 'ACTIVE') return [];
  const id = idOf({ clusterArn, name });
  const piece = { kind: 'piece', id, tags: undefined } as const;
  try {
    const bounds = await boundsOf(id, context);
    if (bounds === undefined) return [];
    return [{ ...piece, what: `auto scaling (${bounds}, ${await policiesOf(id, context)})`, lost: registerAgain }];
  } catch (error) {
    const why = unseenFor(error);
    const what = `the auto scaling that it may have and nobody could see (${why})`;
    const lost = `${registerAgain}, or allow application-autoscaling:DescribeScalableTargets and look first`;
    return [{ ...piece, what, lost }];
  }
}

/** What of a service's auto scaling was seen, in words, and what failed where it could not be. */
export async function scalingSeen(
  state: Pick<ServiceState, 'clusterArn' | 'name'>,
  context: ReadContext,
): Promise<{ readonly what: string | undefined; readonly failed: readonly unknown[] }> {
  const id = idOf(state);
  let bounds: string | undefined;
  try {
    bounds = await boundsOf(id, context);
    if (bounds === undefined) return { what: undefined, failed: [] };
    return { what: `auto scaling (${bounds}, ${await policyNames(id, context)})`, failed: [] };
  } catch (error) {
    if (isOwnFault(error)) throw error;
    return { what: bounds === undefined ? undefined : `auto scaling (${bounds})`, failed: [error] };
  }
}

function idOf({ clusterArn, name }: Pick<ServiceState, 'clusterArn' | 'name'>): string {
  return `service/${nameIn(clusterArn)}/${name}`;
}

/** `scalable target 2 to 10`; undefined where there is none. */
async function boundsOf(id: string, context: ReadContext): Promise<string | undefined> {
  const ask = await context.once('scalable targets of ecs services', () => Promise.resolve(gathering(context)));
  const found = await ask(id);
  return found && `scalable target ${String(found.MinCapacity)} to ${String(found.MaxCapacity)}`;
}

async function policiesOf(id: string, context: ReadContext): Promise<string> {
  try {
    return await policyNames(id, context);
  } catch (error) {
    return `policies that nobody could see: ${unseenFor(error)}`;
  }
}

/** `policies cpu and requests`; what is scheduled is not asked for. */
async function policyNames(id: string, context: ReadContext): Promise<string> {
  const policies = await allPages(
    (each) => each.PolicyARN,
    async (token: string | undefined) => {
      const input = { ...ofServices, ResourceId: id, NextToken: token };
      const answer = await context.limit(() =>
        context.aws.client(applicationAutoScaling).send(new DescribeScalingPoliciesCommand(input)),
      );
      return { items: answer.ScalingPolicies ?? [], next: answer.NextToken };
    },
  );
  const names = policies.map((each) => each.PolicyName ?? '').toSorted();
  if (names.length === 0) return 'no policies';
  const more = names.length - mostNamed;
  const named = listText([...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])]);
  return `${names.length === 1 ? 'policy' : 'policies'} ${named}`;
}

/** Why nobody will see it, however often it is asked. @throws what was thrown where it may be seen later */
function unseenFor(error: unknown): string {
  if (isOwnFault(error)) throw error;
  const problem = classify(error);
  if (!isLasting(problem)) throw error;
  return `${problem.code}: ${problem.message}`;
}

/** Who has no permission, or no such service, is not helped by waiting. Of another place than the target's nothing is believed. */
function isLasting(problem: AwsFailure): boolean {
  if (problem.code === 'AnotherPlace') return false;
  return (
    problem.class === 'denied' || problem.class === 'invalid' || isNotOffered(problem) || problem.code === 'NoEndpoint'
  );
}

type Ask = (id: string) => Promise<ScalableTarget | undefined>;

/** All services that are asked about in one turn share their reads. */
function gathering(context: ReadContext): Ask {
  let waiting: { readonly ids: Set<string>; readonly answer: Promise<readonly ScalableTarget[]> } | undefined;
  const begin = (): NonNullable<typeof waiting> => {
    const ids = new Set<string>();
    const answer = Promise.resolve().then(async () => {
      waiting = undefined;
      return (await Promise.all(chunks([...ids], targetsPerCall).map((each) => targetsOf(each, context)))).flat();
    });
    return { ids, answer };
  };
  return async (id) => {
    waiting ??= begin();
    waiting.ids.add(id);
    return (await waiting.answer).find((each) => each.ResourceId === id);
  };
}

function targetsOf(ids: readonly string[], context: ReadContext): Promise<readonly ScalableTarget[]> {
  return allPages(
    (each) => each.ResourceId,
    async (token: string | undefined) => {
      const input = { ...ofServices, ResourceIds: [...ids], NextToken: token };
      const answer = await context.limit(() =>
        context.aws.client(applicationAutoScaling).send(new DescribeScalableTargetsCommand(input)),
      );
      return { items: answer.ScalableTargets ?? [], next: answer.NextToken };
    },
  );
}
