// What a service is made from, as CreateService, UpdateService and CreateTaskSet check it.
import type { CallContext, Input } from '../../model.ts';
import { checkKept, checkNames, loadBalancersFrom, registriesFrom } from './balancers-input.ts';
import { clientError, copyOf, invalidParameter, integerOf, recordOf, recordsOf, textOf } from './input.ts';
import { launchFrom, onFargate, platformVersionFrom } from './launch-input.ts';
import { checkNetworkMode, checkPublicAddress, networkFrom } from './network-input.ts';
import { ecsOf, type ClusterRecord, type DeploymentSpec } from './store.ts';
import { runnableTaskDefinition } from './task-definitions.ts';

/** What the request asks for on top of what runs now. */
export function specFrom(
  input: Input,
  cluster: ClusterRecord,
  { local }: CallContext,
  current?: DeploymentSpec,
): DeploymentSpec {
  const given = textOf(input, 'taskDefinition');
  if (given === undefined && current === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  const definition =
    given === undefined
      ? ecsOf(local).taskDefinitions[current?.taskDefinition ?? '']
      : runnableTaskDefinition(local, given);
  if (definition === undefined) throw clientError('TaskDefinition not found.');
  const launch = launchFrom(input, cluster, local, current);
  const platformVersion = platformVersionFrom(input, launch, definition, current?.platformVersion);
  const network = recordOf(input, 'networkConfiguration');
  const networkConfiguration =
    network === undefined ? (current?.networkConfiguration ?? null) : networkFrom(network, local);
  checkNetworkMode(definition.networkMode, networkConfiguration, network);
  checkPublicAddress(networkConfiguration, onFargate(launch));
  const balancers = recordsOf(input, 'loadBalancers');
  const kept = current?.loadBalancers ?? [];
  if (balancers === undefined) checkKept(kept, definition);
  const lattice = recordsOf(input, 'vpcLatticeConfigurations') ?? current?.vpcLatticeConfigurations ?? [];
  const spec: DeploymentSpec = {
    taskDefinition: definition.arn,
    ...launch,
    platformVersion,
    networkConfiguration,
    loadBalancers: balancers === undefined ? kept : loadBalancersFrom(balancers, definition, local),
    serviceRegistries: registriesFrom(
      recordsOf(input, 'serviceRegistries') ?? current?.serviceRegistries ?? [],
      definition,
    ),
    serviceConnectConfiguration: copyOf(
      recordOf(input, 'serviceConnectConfiguration') ?? current?.serviceConnectConfiguration ?? null,
    ),
    volumeConfigurations: copyOf(recordsOf(input, 'volumeConfigurations') ?? current?.volumeConfigurations ?? []),
    ...(lattice.length > 0 ? { vpcLatticeConfigurations: copyOf(lattice) } : {}),
  };
  checkNames(spec, definition, cluster);
  return spec;
}

export function desiredCountOf(input: Input): number | undefined {
  const count = integerOf(input, 'desiredCount');
  if (count !== undefined && count < 0) throw invalidParameter('Task count can not be lesser than 0');
  return count;
}
