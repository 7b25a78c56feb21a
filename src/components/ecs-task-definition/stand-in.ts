// A task definition such as a shared one could be, of which the playbook gives the family: what its services say they need.
import type { Target } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import type { ContainerSpec, TaskDefinitionSpec } from './schema.ts';

interface Other {
  readonly type: string;
  readonly spec: unknown;
}

/** @param others specs of the playbook's other components, references as their text */
export function standIn({ id, spec }: Target<TaskDefinitionSpec>, others: readonly Other[]): TaskDefinitionSpec {
  if (spec.containers !== undefined) return spec;
  const services = others.filter(({ spec: other, type }) => type === 'ecs/service' && runs(other, id, spec.family));
  const specs = services.map((each) => each.spec);
  const volumes = specs.flatMap((each) => textsIn(each, 'volumeConfigurations', 'name'));
  const usesInstances = specs.some((each) => memberOf(each, 'launchType') === 'EC2');
  const host = usesInstances ? { requiresCompatibilities: ['EC2' as const], memory: '512' } : {};
  return {
    ...host,
    ...(volumes.length === 0 ? {} : { volumes: volumes.map((name) => ({ name, configuredAtLaunch: true })) }),
    ...spec,
    containers: containersFor(spec.family, specs),
  };
}

function runs(spec: unknown, id: string, family: string): boolean {
  const named = memberOf(spec, 'taskDefinition');
  if (typeof named !== 'string') return false;
  return named.includes(`\${${id}.`) || new RegExp(`(^|/)${family}(:\\d+)?$`).test(named);
}

/** Each container that gets requests, with its ports; ports that a mesh calls by name belong to the first one. */
function containersFor(family: string, services: readonly unknown[]): ContainerSpec[] {
  const ports = new Map<string, Set<number>>();
  for (const service of services) {
    for (const each of [
      memberOf(service, 'loadBalancer'),
      ...listIn(service, 'loadBalancers'),
      ...listIn(service, 'serviceRegistries'),
    ]) {
      const name = memberOf(each, 'container') ?? memberOf(each, 'containerName');
      const port = memberOf(each, 'port') ?? memberOf(each, 'containerPort');
      if (typeof name !== 'string') continue;
      const known = ports.get(name) ?? new Set<number>();
      ports.set(name, typeof port === 'number' ? known.add(port) : known);
    }
  }
  const names = services.flatMap((each) => [
    ...textsIn(memberOf(each, 'serviceConnectConfiguration'), 'services', 'portName'),
    ...textsIn(each, 'vpcLatticeConfigurations', 'portName'),
  ]);
  const found = ports.size === 0 ? new Map([['app', new Set<number>()]]) : ports;
  const image = `registry.example/${family}:stand-in`;
  return [...found].map(([name, own], index): ContainerSpec => {
    const mapped = [...own].map((containerPort) => ({ containerPort }));
    const named =
      index > 0 ? [] : [...new Set(names)].map((each, at) => ({ name: each, containerPort: firstNamedPort + at }));
    return { name, image, ...(mapped.length + named.length === 0 ? {} : { ports: [...mapped, ...named] }) };
  });
}

/** Above those that playbooks give to their containers. */
const firstNamedPort = 20_000;

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = memberOf(value, name);
  return Array.isArray(found) ? found : [];
}

function textsIn(value: unknown, list: string, name: string): readonly string[] {
  return listIn(value, list).flatMap((each) => {
    const text = memberOf(each, name);
    return typeof text === 'string' ? [text] : [];
  });
}
