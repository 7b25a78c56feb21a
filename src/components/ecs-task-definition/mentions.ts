// What the containers of a task speak of. Images and secrets are fetched before a container starts, and of most log drivers
// the destination is reached then; what variables and commands name is the application's to ask for.
import type { Mention } from '../contract.ts';
import { isMap } from '../kit/members/maps.ts';
import { mention } from '../kit/mentions.ts';
import type { ContainerSpec, TaskDefinitionSpec } from './schema.ts';

type Path = Mention['path'];

export function mentions({ containers = [] }: TaskDefinitionSpec): readonly Mention[] {
  const only = containers.length === 1;
  return containers.flatMap((each, index) => {
    const whose = only ? '' : ` of container ${each.name}`;
    return ofContainer(each, ['containers', index], whose);
  });
}

function ofContainer(container: ContainerSpec, path: Path, whose: string): readonly Mention[] {
  const {
    command = [],
    entryPoint = [],
    environment = {},
    healthCheck,
    image,
    logConfiguration,
    secrets = {},
  } = container;
  const asSecret = (name: string) =>
    ({ kind: 'secret', what: `secret ${name}${whose}`, reading: 'name', holds: 'recovery' }) as const;
  const lines = (of: string, said: readonly string[]): readonly Mention[] =>
    said.flatMap((line, index) =>
      mention(
        { kind: 'command', what: `${of}${whose}`, reading: 'text', holds: 'running' },
        [...path, of, index],
        line,
      ),
    );
  const { repositoryCredentials } = container as { readonly repositoryCredentials?: unknown };
  return [
    ...mention(
      { kind: 'image', what: `image${whose}`, reading: 'image', holds: 'recovery' },
      [...path, 'image'],
      image,
    ),
    ...(isMap(repositoryCredentials)
      ? Object.entries(repositoryCredentials).flatMap(([name, said]) =>
          mention(asSecret(`repositoryCredentials.${name}`), [...path, 'repositoryCredentials', name], said),
        )
      : []),
    ...Object.entries(secrets).flatMap(([name, said]) => mention(asSecret(name), [...path, 'secrets', name], said)),
    ...Object.entries(environment).flatMap(([name, said]) =>
      mention(
        { kind: 'environment', what: `environment ${name}${whose}`, reading: 'text', holds: 'running' },
        [...path, 'environment', name],
        said,
      ),
    ),
    ...lines('entryPoint', entryPoint),
    ...lines('command', command),
    ...(healthCheck?.command ?? []).flatMap((line, index) =>
      mention(
        { kind: 'health-check', what: `health check command${whose}`, reading: 'text', holds: 'recovery' },
        [...path, 'healthCheck', 'command', index],
        line,
      ),
    ),
    ...logs(logConfiguration, [...path, 'logConfiguration'], whose),
    ...(logConfiguration?.secretOptions ?? []).flatMap(({ name, valueFrom }, index) =>
      mention(asSecret(name), [...path, 'logConfiguration', 'secretOptions', index, 'valueFrom'], valueFrom),
    ),
  ];
}

/** Log groups are AWS's own; FireLens hands over to a container of the same task, which has to reach the destination. */
function logs(logging: ContainerSpec['logConfiguration'], path: Path, whose: string): readonly Mention[] {
  if (logging === undefined || logging.logDriver === 'awslogs') return [];
  const holds = logging.logDriver === 'awsfirelens' ? 'running' : 'recovery';
  return Object.entries(logging.options ?? {}).flatMap(([name, said]) =>
    mention(
      { kind: 'log', what: `log destination ${name}${whose}`, reading: 'hosts', holds },
      [...path, 'options', name],
      said,
    ),
  );
}
