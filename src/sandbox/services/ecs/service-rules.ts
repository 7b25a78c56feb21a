// What a service's scheduling strategy, its deployment controller and its other members say of each other. Texts without
// a remark in unverified.ts are quoted from AWS in public issues.
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import { booleanOf, integerOf, invalidParameter, recordOf, recordsOf, textOf } from './input.ts';
import { onFargate } from './launch-input.ts';
import type { DeploymentSpec, ServiceRecord } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';
import { checkConstraints } from './placement-input.ts';

/** Members that a service of an external controller has in its task sets alone [API reference "CreateTaskSet"]. */
const ofTaskSets = ['launchType', 'platformVersion', 'capacityProviderStrategy', 'loadBalancers', 'serviceRegistries'];

/** What CreateService says that its deployment controller does not take. */
export function checkControllerCreate(input: Input, controller: string, strategy: string): void {
  if (controller === 'ECS') return;
  if (strategy === 'DAEMON') throw invalidParameter(texts.daemonController(controller));
  if (controller === 'CODE_DEPLOY') {
    if ((recordsOf(input, 'loadBalancers') ?? []).length === 0) throw invalidParameter(texts.codeDeployBalancer);
    return;
  }
  if (textOf(input, 'taskDefinition') !== undefined) throw invalidParameter('TaskDefinition must be blank.');
  for (const member of ofTaskSets) {
    const value = input[member];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    throw invalidParameter(texts.mustBeBlank(member));
  }
}

/** What UpdateService says for a service that something else deploys [API reference "UpdateService"]. */
export function checkControllerUpdate(input: Input, service: ServiceRecord): void {
  const wanted = textOf(recordOf(input, 'deploymentController') ?? {}, 'type');
  const controller = service.deploymentController;
  if (wanted !== undefined && wanted !== controller) {
    throw new AwsError(
      notModelledCode,
      'The sandbox does not model deploymentController, and would rather refuse it than drop it: a service keeps the controller that it was made with',
    );
  }
  if (controller === 'ECS') return;
  const remedy = controller === 'CODE_DEPLOY' ? ' Use AWS CodeDeploy to trigger a new deployment.' : '';
  const refuse = (what: string): never => {
    throw invalidParameter(
      `Unable to update ${what} on services with ${controller === 'CODE_DEPLOY' ? 'a' : 'an'} ${controller} deployment controller.${remedy}`,
    );
  };
  const given = (member: string): boolean => input[member] !== undefined && input[member] !== null;
  if (given('taskDefinition')) refuse('task definition');
  if (given('networkConfiguration')) refuse('network parameters');
  for (const [member, what] of Object.entries(texts.controlledMembers)) if (given(member)) refuse(what);
  if (controller === 'EXTERNAL' && given('deploymentConfiguration')) refuse('deployment configuration');
  if (booleanOf(input, 'forceNewDeployment') === true) {
    throw invalidParameter(
      `Cannot force a new deployment on services with ${controller === 'CODE_DEPLOY' ? 'a' : 'an'} ${controller} deployment controller.${remedy}`,
    );
  }
}

/** What DAEMON services do not have. */
export function checkDaemon(input: Input, creating: boolean, spec: DeploymentSpec): void {
  if (integerOf(input, 'desiredCount') !== undefined) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if (spec.capacityProviderStrategy.length > 0) {
    throw invalidParameter(
      `Specifying a capacity provider strategy is not supported when you ${creating ? 'create' : 'update'} a service using the DAEMON scheduling strategy.`,
    );
  }
  if (onFargate(spec)) throw invalidParameter(texts.daemonFargate);
  if ((recordsOf(input, 'placementStrategy') ?? []).length > 0) throw invalidParameter(texts.daemonPlacement);
  if (spec.volumeConfigurations.length > 0) throw invalidParameter(texts.daemonVolumes);
}

/**
 * What a service as it is to be must hold, whether it is created or changed.
 *
 * @param spec undefined for a service that has its tasks in task sets
 */
export function checkWhole(input: Input, service: ServiceRecord, spec: DeploymentSpec | undefined): void {
  const { maximumPercent, schedulingStrategy } = service;
  const fargate = spec !== undefined && onFargate(spec);
  if (fargate && service.placementConstraints.length + service.placementStrategy.length > 0) {
    throw invalidParameter(texts.fargatePlacement);
  }
  checkConstraints(input, invalidParameter);
  if (service.placementConstraints.length > 10) throw invalidParameter(texts.tooManyConstraints);
  if (service.placementStrategy.length > 5) throw invalidParameter(texts.tooManyStrategies);
  const grace = service.healthCheckGracePeriodSeconds;
  if (grace < 0) throw invalidParameter(texts.gracePeriod);
  const asked = integerOf(input, 'healthCheckGracePeriodSeconds');
  if (asked !== undefined && asked > 0 && spec !== undefined && spec.loadBalancers.length === 0) {
    // Pasted: hashicorp/terraform-provider-aws#31104.
    throw invalidParameter('Health check grace period is only valid for services configured to use load balancers');
  }
  if (textOf(input, 'availabilityZoneRebalancing') === 'ENABLED') {
    const fixed = schedulingStrategy === 'DAEMON' || spec?.launchType === 'EXTERNAL' || maximumPercent <= 100;
    if (fixed) throw invalidParameter(texts.rebalancing);
  }
}

/** Where a service's tasks can be moved between zones at all [API reference "CreateService"]. */
export function usualRebalancing(strategy: string, maximumPercent: number): string {
  return strategy === 'DAEMON' || maximumPercent <= 100 ? 'DISABLED' : 'ENABLED';
}
