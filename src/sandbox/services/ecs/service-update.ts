// UpdateService.
import type { CallContext, Input, Output } from '../../model.ts';
import { clusterOf, serviceKey } from './arns.ts';
import { checkShiftable, deploymentSettings } from './deployment-config.ts';
import { addDeployment } from './deployments.ts';
import { booleanOf, copyOf, integerOf, invalidParameter, recordsOf, textOf } from './input.ts';
import { desiredCountOf, specFrom } from './service-input.ts';
import { currentSpec, serviceOutput } from './service-output.ts';
import { activeService, indexService } from './service-records.ts';
import { checkControllerUpdate, checkDaemon, checkWhole } from './service-rules.ts';
import { ecsOf, type DeploymentSpec, type ServiceRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';
import { wakeService } from './wake.ts';

/** A desired count edits the PRIMARY deployment; only what tasks are made from makes a new one. */
export function updateService(input: Input, context: CallContext): Output {
  const { local, now, world } = context;
  const service = activeService(input, context);
  checkControllerUpdate(input, service);
  const desiredCount = desiredCountOf(input);
  const current = currentSpec(service);
  const force = booleanOf(input, 'forceNewDeployment') === true;
  const spec = service.taskSets === undefined ? specOf(input, service, current, context) : undefined;
  if (spec !== undefined && current !== undefined && !force) checkCapacityChange(spec, current);
  const changed = changedService(input, service, desiredCount);
  checkWhole(input, changed, spec ?? current);
  if (spec !== undefined) checkShiftable(changed.deploymentConfiguration, spec);
  Object.assign(service, changed);

  const primary = service.deployments[0];
  if (spec !== undefined && (force || JSON.stringify(spec) !== JSON.stringify(current))) {
    indexService(local, serviceKey(service.cluster, service.name), current, spec);
    addDeployment({ world, local, at: now }, service, spec);
  } else if (primary !== undefined && desiredCount !== undefined && primary.desiredCount !== desiredCount) {
    primary.desiredCount = desiredCount;
    primary.updatedAt = now;
    service.steadySince = null;
    service.steadyTold = false;
  }
  const answer = serviceOutput(service, context, false);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

function specOf(
  input: Input,
  service: ServiceRecord,
  current: DeploymentSpec | undefined,
  context: CallContext,
): DeploymentSpec {
  const spec = specFrom(input, clusterOf(context.local, service.cluster), context, current);
  if (service.schedulingStrategy === 'DAEMON') checkDaemon(input, false, spec);
  return spec;
}

/** What tasks run on changes with a new deployment that is asked for alone. */
function checkCapacityChange(spec: DeploymentSpec, current: DeploymentSpec): void {
  const before = JSON.stringify([current.launchType, current.capacityProviderStrategy]);
  if (before !== JSON.stringify([spec.launchType, spec.capacityProviderStrategy])) {
    throw invalidParameter(unverifiedTexts.forceForCapacity);
  }
}

/** The service with all that makes no new deployment. */
function changedService(input: Input, service: ServiceRecord, desiredCount: number | undefined): ServiceRecord {
  return {
    ...service,
    ...deploymentSettings(input, service, service.deploymentConfiguration),
    desiredCount: desiredCount ?? service.desiredCount,
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? service.placementConstraints),
    placementStrategy: copyOf(recordsOf(input, 'placementStrategy') ?? service.placementStrategy),
    healthCheckGracePeriodSeconds:
      integerOf(input, 'healthCheckGracePeriodSeconds') ?? service.healthCheckGracePeriodSeconds,
    enableECSManagedTags: booleanOf(input, 'enableECSManagedTags') ?? service.enableECSManagedTags,
    propagateTags: textOf(input, 'propagateTags') ?? service.propagateTags,
    enableExecuteCommand: booleanOf(input, 'enableExecuteCommand') ?? service.enableExecuteCommand,
    availabilityZoneRebalancing: textOf(input, 'availabilityZoneRebalancing') ?? service.availabilityZoneRebalancing,
  };
}
