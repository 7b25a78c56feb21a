// Compares a spec with the latest revision. AWS completes a definition (host ports, intervals), so only what the spec
// says is compared; containers, environments and secrets are told in full, and one too many is a difference.
import type { ContainerDefinition, KeyValuePair, PortMapping } from '@aws-sdk/client-ecs';
import type { Difference } from '../contract.ts';
import { field, said, unordered, wholeMap } from '../kit/compare.ts';
import { means } from '../kit/ecs.ts';
import { withSecretsHidden } from '../kit/secrets.ts';
import { cpuUnits, environmentOf, mebibytes, plainMembers, portsOf } from './definition.ts';
import type { ContainerSpec, TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export function diff(spec: TaskDefinitionSpec, state: TaskDefinitionState): readonly Difference[] {
  return [
    ...containersDiff(spec.containers, state.containers),
    ...field('cpu', cpuUnits(spec.cpu), state.cpu),
    ...field('memory', mebibytes(spec.memory), state.memory),
    ...field('networkMode', spec.networkMode, state.networkMode),
    ...unordered('requiresCompatibilities', spec.requiresCompatibilities, state.requiresCompatibilities),
    ...role('executionRole', spec.executionRole, state.executionRole),
    ...role('taskRole', spec.taskRole, state.taskRole),
    ...said('runtimePlatform', spec.runtimePlatform, state.runtimePlatform),
    ...volumesDiff(spec, state),
  ];
}

function role(path: string, desired: string | undefined, actual: string | undefined): readonly Difference[] {
  return desired !== undefined && means(desired, actual) ? [] : field(path, desired, actual);
}

function containersDiff(
  desired: readonly ContainerSpec[] | undefined,
  actual: readonly ContainerDefinition[],
): readonly Difference[] {
  if (desired === undefined) return [];
  return [
    ...unordered('containers', desired.map(nameOf), actual.map(nameOf)),
    ...desired.flatMap((container, index) => {
      const there = actual.find((each) => each.name === container.name);
      return there === undefined ? [] : containerDiff(`containers[${index}]`, container, there);
    }),
  ];
}

function containerDiff(path: string, spec: ContainerSpec, actual: ContainerDefinition): readonly Difference[] {
  return [
    ...plainMembers.flatMap((member) => said(`${path}.${member}`, spec[member], actual[member])),
    ...portsDiff(path, spec, actual.portMappings ?? []),
    ...withSecretsHidden(
      wholeMap(`${path}.environment`, spec.environment && environmentOf(spec), valuesByName(actual.environment)),
    ),
    ...wholeMap(
      `${path}.secrets`,
      spec.secrets,
      Object.fromEntries((actual.secrets ?? []).map((each) => [each.name ?? '', each.valueFrom ?? ''])),
    ),
  ];
}

/** AWS fills in the host port, so it is compared only where the spec names one. */
function portsDiff(path: string, spec: ContainerSpec, actual: readonly PortMapping[]): readonly Difference[] {
  const desired = portsOf(spec);
  if (desired === undefined) return [];
  if (spec.port !== undefined && actual.length === 1) {
    return field(`${path}.port`, wordsOf(desired[0], false), wordsOf(actual[0], false));
  }
  const withHost = desired.some((each) => each.hostPort !== undefined);
  return unordered(
    spec.port === undefined ? `${path}.ports` : `${path}.port`,
    desired.map((each) => wordsOf(each, withHost)),
    actual.map((each) => wordsOf(each, withHost)),
  );
}

/** `8080/tcp`, or `8080:80/tcp` with the host port first. */
function wordsOf(mapping: PortMapping | undefined, withHost: boolean): string {
  const host = withHost ? `${mapping?.hostPort ?? mapping?.containerPort ?? ''}:` : '';
  return `${host}${mapping?.containerPort ?? ''}/${mapping?.protocol ?? 'tcp'}`;
}

function volumesDiff(spec: TaskDefinitionSpec, state: TaskDefinitionState): readonly Difference[] {
  if (spec.volumes === undefined) return [];
  return [
    ...unordered('volumes', spec.volumes.map(nameOf), state.volumes.map(nameOf)),
    ...spec.volumes.flatMap((volume, index) => {
      const there = state.volumes.find((each) => each.name === volume.name);
      return there === undefined ? [] : said(`volumes[${index}]`, volume, there);
    }),
  ];
}

function nameOf(each: { readonly name?: string | undefined }): string {
  return each.name ?? '';
}

function valuesByName(pairs: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map((each) => [each.name ?? '', each.value ?? '']));
}
