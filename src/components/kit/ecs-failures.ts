// Whether a revision was deployed by a service and failed: ECS tells it in the service's deployments, for 90 days.
import { DescribeServiceRevisionsCommand, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import type { ServiceDeploymentBrief, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ReadContext } from '../contract.ts';
import { nameIn } from './ecs.ts';
import { inWords } from './observing.ts';

/** Deployments that were ended, or taken back [ECS API, ServiceDeployment]. */
const failed: readonly ServiceDeploymentStatus[] = [
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

/** Of the latest ones: a revision is deployed soon after it was registered. [ECS API, DescribeServiceRevisions] */
const looksBack = 20;

/**
 * Why the last deployment of a revision by a service failed, in words; undefined where it was not deployed, or succeeded.
 *
 * @param revision its ARN, or `family:revision`
 * @param service its ARN; of one that is gone nothing can be told
 */
export async function failureOf(revision: string, service: string, context: ReadContext): Promise<string | undefined> {
  const cluster = service.split('/').at(-2);
  const deployments = await latest(service, cluster, context);
  const isBad = ({ status }: ServiceDeploymentBrief): boolean => status !== undefined && failed.includes(status);
  // Without a failed one there is nothing to ask.
  if (!deployments.some(isBad)) return undefined;
  const targets = [...new Set(deployments.flatMap((each) => each.targetServiceRevisionArn ?? []))];
  const definitions = await definitionsOf(targets, context);
  // The newest first: one that has failed once may have succeeded since [ECS API, ListServiceDeployments].
  const last = deployments.find(
    (each) => nameIn(definitions.get(each.targetServiceRevisionArn ?? '') ?? '') === nameIn(revision),
  );
  const found = last !== undefined && isBad(last) ? last : undefined;
  if (found === undefined) return undefined;
  const why = inWords(found.statusReason);
  return `its deployment by service ${nameIn(service)} was rolled back${why === undefined ? '' : ` (${why})`}`;
}

async function latest(
  service: string,
  cluster: string | undefined,
  context: ReadContext,
): Promise<readonly ServiceDeploymentBrief[]> {
  try {
    const answer = await context.once(`ecs deployments of ${service}`, () =>
      context.limit(() =>
        context.aws.client(ecs).send(new ListServiceDeploymentsCommand({ service, cluster, maxResults: looksBack })),
      ),
    );
    return answer.serviceDeployments ?? [];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Their task definitions, by ARN; those that AWS has forgotten are left out. */
async function definitionsOf(
  revisions: readonly string[],
  context: ReadContext,
): Promise<ReadonlyMap<string, string | undefined>> {
  const answer = await context.limit(() =>
    context.aws.client(ecs).send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...revisions] })),
  );
  const found = answer.serviceRevisions ?? [];
  return new Map(found.map((each) => [each.serviceRevisionArn ?? '', each.taskDefinition]));
}
