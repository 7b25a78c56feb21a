// Small playbooks that provide and need names: one task definition each, with what its one container says.
import { loadPlaybook } from '../../src/engine.ts';
import type { Playbook } from '../../src/playbook/model.ts';

export interface Service {
  readonly provides?: readonly unknown[];
  readonly needs?: readonly unknown[];
  /** Members of the container beside its name and image. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Components beside its tasks. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly verify?: readonly unknown[];
  /** As in `loadPlaybook`. */
  readonly open?: readonly string[];
}

/** JSON is YAML: each member on a line of its own. */
export function serviceText(name: string, service: Service): string {
  const { beside = {}, container = {}, needs = [], provides = [], verify = [] } = service;
  const tasks = {
    type: 'ecs/task-definition',
    spec: { family: name, containers: [{ name: 'web', image: 'public.example/web:1', ...container }] },
  };
  const document = {
    apiVersion: 'relight/v1',
    kind: 'Playbook',
    metadata: { name },
    target: { account: '123456789012', region: 'eu-west-1' },
    provides,
    recovery: { needs },
    components: { tasks, ...beside },
    verify,
  };
  return JSON.stringify(document, null, 1);
}

/** @throws Error when it is not sound */
export function serviceOf(name: string, service: Service = {}): Playbook {
  const bytes = Buffer.from(serviceText(name, service));
  const result = loadPlaybook({ bytes, file: `${name}.yaml`, open: service.open ?? [] });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.playbook;
}
