// Which revision of a family its services run, or ran last, as their descriptions tell.
import type { Referring } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { nameIn } from '../kit/ecs.ts';

/** A revision that a service runs. */
export interface Running {
  /** ARN of the revision. */
  readonly revision: string;
  /** ARN of the service. */
  readonly service: string;
  /** False where the service has been deleted: what runs it no more can only be started from it. */
  readonly goesOn: boolean;
}

/**
 * The newest of the revisions of a family that its services run, or ran when they were deleted. A deployment that is under way
 * counts; of one that failed, what was completed before. Undefined where no service tells of any.
 */
export function runningOf(family: string, services: readonly Referring[]): Running | undefined {
  return services
    .flatMap(({ state }) => runningIn(state) ?? [])
    .filter(({ revision }) => nameIn(revision).startsWith(`${family}:`))
    .toSorted((left, right) => numberIn(right.revision) - numberIn(left.revision))[0];
}

/** Why the deployment of a revision that is still listed has failed; undefined where none has. */
export function listedFailure(revision: string, services: readonly Referring[]): string | undefined {
  for (const { state } of services) {
    const found = listIn(state, 'deployments').find(
      (each) => textIn(each, 'taskDefinition') === revision && textIn(each, 'rolloutState') === 'FAILED',
    );
    if (found === undefined) continue;
    const why = textIn(found, 'rolloutStateReason');
    return `its deployment by service ${textIn(state, 'name')} failed${why === '' ? '' : ` (${why})`}`;
  }
  return undefined;
}

/** The number behind the colon. */
export function numberIn(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(':') + 1));
}

/** @param state of a service: its members are those of DescribeServices, deployments in AWS's order [ECS API, Service] */
function runningIn(state: unknown): Running | undefined {
  const service = textIn(state, 'arn');
  const deployments = listIn(state, 'deployments');
  const primary = deployments.find((each) => textIn(each, 'status') === 'PRIMARY');
  const completed = deployments.find((each) => textIn(each, 'rolloutState') === 'COMPLETED');
  const counts = textIn(primary, 'rolloutState') === 'FAILED' ? (completed ?? primary) : primary;
  // Services that something else deploys have task sets instead.
  const taskSets = listIn(memberOf(state, 'description'), 'taskSets');
  const taskSet = taskSets.find((each) => textIn(each, 'status') === 'PRIMARY');
  const revision = [
    textIn(counts, 'taskDefinition'),
    textIn(state, 'taskDefinition'),
    textIn(taskSet, 'taskDefinition'),
  ];
  const found = revision.find((each) => each !== '');
  return found === undefined ? undefined : { revision: found, service, goesOn: textIn(state, 'status') === 'ACTIVE' };
}

function textIn(value: unknown, name: string): string {
  const found = memberOf(value, name);
  return typeof found === 'string' ? found : '';
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = memberOf(value, name);
  return Array.isArray(found) ? found : [];
}
