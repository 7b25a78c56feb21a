// Compares a spec with the latest revision: only what the spec says. A container, a port, a variable or a secret that AWS has
// and the spec does not name is no difference: it stays.
import type { ContainerDefinition, KeyValuePair, PortMapping } from '@aws-sdk/client-ecs';
import type { Difference } from '../contract.ts';
import { field, namedEntries, unordered } from '../kit/compare.ts';
import { means } from '../kit/ecs.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { fromOutput } from '../kit/members/output.ts';
import { withSecretsHidden } from '../kit/secrets.ts';
import { cpuUnits, environmentOf, mebibytes, portsOf } from './definition.ts';
import { settingsOf } from './facts.ts';
import { containerPart, keys, portPart, taskPart } from './parts.ts';
import type { ContainerSpec, TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export function diff(spec: TaskDefinitionSpec, state: TaskDefinitionState): readonly Difference[] {
  return [
    ...containersDiff(spec.containers, state.containers),
    ...field('cpu', cpuUnits(spec.cpu), state.cpu),
    ...field('memory', mebibytes(spec.memory), state.memory),
    ...saidDiff(taskPart, '', spec, settingsOf(state), keys),
    ...role('executionRole', spec.executionRole, state.executionRole),
    ...role('taskRole', spec.taskRole, state.taskRole),
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
  const there = actual.map(nameOf);
  return [
    // What is there stays.
    ...unordered('containers', [...new Set([...there, ...desired.map(nameOf)])], there),
    ...desired.flatMap((container, index) => {
      const found = actual.find((each) => each.name === container.name);
      return found === undefined ? [] : containerDiff(`containers[${index}]`, container, found);
    }),
  ];
}

function containerDiff(path: string, spec: ContainerSpec, actual: ContainerDefinition): readonly Difference[] {
  return [
    ...saidDiff(containerPart, path, spec, fromOutput(containerPart, actual), keys),
    ...portsDiff(path, spec, actual.portMappings ?? []),
    ...withSecretsHidden(
      namedEntries(`${path}.environment`, spec.environment && environmentOf(spec), valuesByName(actual.environment)),
    ),
    ...namedEntries(
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
  const withHost = desired.some((each) => each.hostPort !== undefined);
  // One port may be there twice, under two names.
  const stay = [...actual];
  for (const each of desired) {
    const at = stay.findIndex((there) => wordsOf(there, false) === wordsOf(each, false));
    if (at >= 0) stay.splice(at, 1);
  }
  return [
    ...unordered(
      spec.port === undefined ? `${path}.ports` : `${path}.port`,
      [...stay, ...desired].map((each) => wordsOf(each, withHost)),
      actual.map((each) => wordsOf(each, withHost)),
    ),
    ...desired.flatMap((mapping, index) => {
      const found = actual.find((each) => wordsOf(each, false) === wordsOf(mapping, false));
      if (found === undefined) return [];
      return saidDiff(portPart, `${path}.ports[${index}]`, mapping, fromOutput(portPart, found), keys);
    }),
  ];
}

/** `8080/tcp`, or `8080:80/tcp` with the host port first; a range has no host port of the author's. */
function wordsOf(mapping: PortMapping | undefined, withHost: boolean): string {
  const { containerPort, containerPortRange, hostPort, protocol = 'tcp' } = mapping ?? {};
  if (containerPortRange !== undefined) return `${containerPortRange}/${protocol}`;
  const host = withHost ? `${hostPort ?? containerPort ?? ''}:` : '';
  return `${host}${containerPort ?? ''}/${protocol}`;
}

function nameOf(each: { readonly name?: string | undefined }): string {
  return each.name ?? '';
}

function valuesByName(pairs: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map((each) => [each.name ?? '', each.value ?? '']));
}
