// The only file of this type that may change AWS.
import {
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
  type ResettableElementName,
} from '@aws-sdk/client-route-53';
import { isNotFound } from '../../aws/errors.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { refusal } from '../kit/changing.ts';
import { toInput } from '../kit/members/input.ts';
import { callerReference } from './reference.ts';
import { checkPart } from './parts.ts';
import { usualOf } from './usual.ts';
import { awsType, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

/** Tags are a call of their own [Route 53 API]: what is made and not yet tagged is known by its caller reference. */
export async function create(target: Target<HealthCheckSpec>, context: ChangeContext): Promise<Receipt> {
  const id = await make(target, context);
  await tag(id, context);
  return { healthCheckId: id };
}

async function tag(id: string, context: ChangeContext): Promise<void> {
  await context.aws.client(route53).send(
    new ChangeTagsForResourceCommand({
      ResourceType: 'healthcheck',
      ResourceId: id,
      AddTags: Object.entries(context.tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/** Repeated with the same reference and settings it answers with the existing one [Route 53 API, CreateHealthCheck]. */
async function make({ id, spec }: Target<HealthCheckSpec>, context: ChangeContext): Promise<string> {
  const answer = await context.aws.client(route53).send(
    new CreateHealthCheckCommand({
      CallerReference: callerReference({ playbook: context.scope.playbook, component: id }, context.token),
      HealthCheckConfig: {
        Type: awsType(spec),
        IPAddress: spec.ipAddress,
        RequestInterval: spec.interval,
        MeasureLatency: spec.measureLatency,
        ...toInput(checkPart, spec),
        ...changeable(spec),
      },
    }),
  );
  return answer.HealthCheck?.Id ?? '';
}

/** What AWS takes away by name [API reference "UpdateHealthCheck"]. */
const resettable: Readonly<Record<string, ResettableElementName>> = {
  fqdn: 'FullyQualifiedDomainName',
  path: 'ResourcePath',
  regions: 'Regions',
  childHealthChecks: 'ChildHealthChecks',
};

/** The version makes AWS refuse the update when someone else changed the check since it was seen. */
export async function update(
  { spec }: Target<HealthCheckSpec>,
  state: HealthCheckState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  if (state.untagged === true) await tag(state.id, context);
  if (differences.every((each) => each.path === 'tags')) return { healthCheckId: state.id };
  const gone = differences.flatMap(({ desired, path }) => (desired === undefined ? [path] : []));
  if (gone.includes('searchString')) {
    throw refusal(
      'InvalidInput',
      `health check ${state.id} cannot be changed to search no text: it has to be made again`,
    );
  }
  const reset = gone.flatMap((path) => resettable[path] ?? []);
  // What cannot be reset gets what AWS gives to a new one.
  const usual = Object.fromEntries(Object.entries(usualOf(spec.protocol)).filter(([word]) => gone.includes(word)));
  await context.aws.client(route53).send(
    new UpdateHealthCheckCommand({
      HealthCheckId: state.id,
      HealthCheckVersion: state.version,
      IPAddress: spec.ipAddress,
      ...changeable({ ...usual, ...spec }),
      ...(reset.length === 0 ? {} : { ResetElements: reset }),
    }),
  );
  return { healthCheckId: state.id };
}

export async function remove(
  _target: Target<HealthCheckSpec>,
  state: HealthCheckState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(route53).send(new DeleteHealthCheckCommand({ HealthCheckId: state.id }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { healthCheckId: state.id };
}

/** What both create and update take. A routing control is chosen once. */
function changeable(spec: HealthCheckSpec): Omit<HealthCheckConfig, 'Type'> {
  const further = Object.entries(toInput(checkPart, spec)).filter(([name]) => name !== 'RoutingControlArn');
  return {
    FullyQualifiedDomainName: spec.fqdn,
    Port: spec.port,
    ResourcePath: spec.path,
    SearchString: spec.searchString,
    FailureThreshold: spec.failureThreshold,
    EnableSNI: spec.enableSni,
    Inverted: spec.inverted,
    Disabled: spec.disabled,
    Regions: spec.regions,
    ...Object.fromEntries(further),
  };
}
