// What `relight capture` has to know of a task definition.
import { sameJson } from '../kit/compare.ts';
import type { CapturedParam, Capturing } from '../contract.ts';
import { needsOf } from './needs.ts';
import type { ContainerSpec, TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export const capturing: Partial<Capturing<TaskDefinitionSpec, TaskDefinitionState>> = {
  tellApart: ({ family }) => family,
  private: ['containers[*].environment'],
  places: ['containers[*].secrets', 'containers[*].logConfiguration.secretOptions'],
  needs: (spec) =>
    needsOf(spec)
      .filter(({ kind }) => kind === 'secret' || kind === 'parameter' || kind === 'log-group')
      .map(({ kind, name }) => `${words[kind as keyof typeof words]} ${shortName(name)}`),
  params: ({ containers = [] }) =>
    containers.map(({ name }, index): CapturedParam => ({
      name: containers.length === 1 ? 'image' : `${name}-image`,
      type: 'string',
      description: `Image of container ${name}.`,
      path: ['containers', index, 'image'],
    })),
  isUsual,
  shortly: ({ containers, ...spec }) => ({
    ...spec,
    ...(containers === undefined ? {} : { containers: containers.map(shortContainer) }),
  }),
};

const words = { secret: 'secret', parameter: 'parameter', 'log-group': 'log group' } as const;

/** The name within an ARN of a secret, without the six characters that Secrets Manager adds [Secrets Manager guide]. */
function shortName(name: string): string {
  const [, secret] = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:([^:]+)/.exec(name) ?? [];
  if (secret !== undefined) return secret.replace(/-[A-Za-z0-9]{6}$/, '');
  const [, parameter] = /^arn:[^:]+:ssm:[^:]*:\d*:parameter(\/.+)$/.exec(name) ?? [];
  return parameter ?? name;
}

/** [ECS API, ContainerDefinition, TaskDefinition; as a task definition is told that says none of it] */
function isUsual(path: string, value: unknown): boolean {
  if (isEmpty(value)) return true;
  // What relight registers where nobody says it.
  if (path === 'networkMode') return value === 'awsvpc';
  if (path === 'requiresCompatibilities') return sameJson(value, ['FARGATE']);
  if (/^containers\[\d+\]\.essential$/.test(path)) return value === true;
  if (/^containers\[\d+\]\.cpu$/.test(path)) return value === 0;
  return false;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** One plain port is said as such. */
function shortContainer({ ports, ...spec }: ContainerSpec): ContainerSpec {
  const [only, ...others] = ports ?? [];
  if (only === undefined) return spec;
  const { containerPort, hostPort, protocol, ...beside } = only;
  const isPlain =
    others.length === 0 &&
    containerPort !== undefined &&
    (hostPort === undefined || hostPort === containerPort) &&
    (protocol === undefined || protocol === 'tcp') &&
    Object.keys(beside).length === 0;
  return isPlain ? { ...spec, port: containerPort } : { ...spec, ports };
}
