// What tasks are made from, as deployments, task sets and service revisions tell it.
import type { Output } from '../../model.ts';
import { onFargate } from './launch-input.ts';
import type { DeploymentSpec } from './store.ts';

interface Platform {
  readonly launchType: string | undefined;
  readonly capacityProviderStrategy: Output[] | undefined;
  readonly platformVersion: string | undefined;
  readonly platformFamily: string | undefined;
  readonly networkConfiguration: Output | undefined;
}

/** LATEST is resolved for each deployment; the service itself goes on saying LATEST. */
export function platform(spec: DeploymentSpec): Platform {
  const fargate = onFargate(spec);
  return {
    launchType: spec.launchType ?? undefined,
    capacityProviderStrategy: spec.capacityProviderStrategy.length > 0 ? spec.capacityProviderStrategy : undefined,
    platformVersion: fargate ? resolvedVersion(spec.platformVersion) : undefined,
    platformFamily: fargate ? 'Linux' : undefined,
    networkConfiguration: spec.networkConfiguration ?? undefined,
  };
}

/** The version that LATEST means. */
export function resolvedVersion(version: string | null): string {
  return version === null || version === 'LATEST' ? '1.4.0' : version;
}

/** Members of deployments and revisions alike, task sets have none of them. */
export function connections(spec: DeploymentSpec): Output {
  return {
    serviceConnectConfiguration: spec.serviceConnectConfiguration ?? undefined,
    volumeConfigurations: spec.volumeConfigurations.length > 0 ? spec.volumeConfigurations : undefined,
    vpcLatticeConfigurations: spec.vpcLatticeConfigurations,
  };
}
