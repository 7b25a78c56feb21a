// What a task needs beside AWS before it serves, and what becomes of one that waits for a name that is dark. Images, secrets
// and destinations of logs are reached by ECS's agent before the container starts: without them the task stops. What its
// variables and commands name the application asks for when it starts: it hangs, and does not answer its health checks; one
// that nobody checks ends. A task that had started before goes on.
import { leadsIn, type Reading } from '../../../util/leads.ts';
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { notingAnswers } from '../elbv2/answers.ts';
import { anyDark, darkToTasks, noteWaiting } from '../names/store.ts';
import { recordOf, recordsOf, textOf, textsOf } from './input.ts';
import { ecsOf, type Json, type TaskDefinitionRecord, type TaskRecord } from './store.ts';
import { waitTexts } from './unverified.ts';
import { wakeService } from './wake.ts';

interface Want {
  /** `environment LICENCE_BACKEND` */
  readonly what: string;
  readonly text: string;
  readonly reading: Reading;
  /** What ECS says of a task that stops for want of it; undefined: the container starts, and hangs. */
  readonly stops?: (container: string) => string;
}

/** What is to become of a task whose time to start has come. */
export type Start =
  | { readonly kind: 'runs' }
  /** It runs and does not answer, as long as one of these names is dark. */
  | { readonly kind: 'hangs'; readonly names: readonly string[] }
  | { readonly kind: 'stops'; readonly code: string; readonly reason: string };

const runs: Start = { kind: 'runs' };

/** @param holder the ARN under which it is told that it waits */
export function startOf(world: World, local: RegionData, task: TaskRecord, holder: string): Start {
  if (!anyDark(world)) return runs;
  const definition = ecsOf(local).taskDefinitions[task.taskDefinition];
  if (definition === undefined) return runs;
  const hangs = new Set<string>();
  let stopped: string | undefined;
  for (const { container, wants } of wantsOf(definition)) {
    for (const { reading, stops, text, what } of wants) {
      for (const name of darkToTasks(world, leadsIn(text, reading))) {
        noteWaiting(world, name, holder, what);
        if (stops === undefined) hangs.add(name);
        else stopped ??= stops(container);
      }
    }
  }
  if (stopped !== undefined) return { kind: 'stops', code: 'TaskFailedToStart', reason: stopped };
  if (hangs.size === 0) return runs;
  if (task.targets.length > 0) return { kind: 'hangs', names: [...hangs] };
  return { kind: 'stops', code: 'EssentialContainerExited', reason: 'Essential container in task exited' };
}

/** A name has lit up: what waited for it goes on. */
export function endWaiting(world: World, region: string, name: string, at: number): void {
  const local = world.region(region);
  const ecs = ecsOf(local);
  notingAnswers(local, at, () => {
    for (const task of Object.values(ecs.tasks)) {
      if (task.waitsFor !== undefined) task.waitsFor = task.waitsFor.filter((each) => each !== name);
    }
  });
  for (const service of Object.values(ecs.services)) if (service.status !== 'INACTIVE') wakeService(ecs, service, at);
}

/** In the words of AWS's description. */
function wantsOf({ body }: TaskDefinitionRecord): readonly { container: string; wants: readonly Want[] }[] {
  const containers = recordsOf(body, 'containerDefinitions') ?? [];
  return containers.map((each) => {
    const container = textOf(each, 'name') ?? '';
    const whose = containers.length === 1 ? '' : ` of container ${container}`;
    return { container, wants: ofContainer(each).map((want) => ({ ...want, what: `${want.what}${whose}` })) };
  });
}

function ofContainer(container: Json): readonly Want[] {
  const logs = recordOf(container, 'logConfiguration') ?? {};
  const credentials = recordOf(container, 'repositoryCredentials');
  const health = recordOf(container, 'healthCheck');
  const secrets = [...(recordsOf(container, 'secrets') ?? []), ...(recordsOf(logs, 'secretOptions') ?? [])];
  const image = textOf(container, 'image') ?? '';
  const secret = (what: string, text: string | undefined): Want => ({
    what,
    text: text ?? '',
    reading: 'name',
    stops: () => waitTexts.secret,
  });
  const asText = (what: string, text: string): Want => ({ what, text: asSaid(text), reading: 'text' });
  return [
    { what: 'image', text: image, reading: 'image', stops: () => waitTexts.image(image) },
    ...secrets.map((each) => secret(`secret ${textOf(each, 'name') ?? ''}`, textOf(each, 'valueFrom'))),
    ...(credentials === undefined
      ? []
      : [secret('repositoryCredentials.credentialsParameter', textOf(credentials, 'credentialsParameter'))]),
    ...(recordsOf(container, 'environment') ?? []).map((each) =>
      asText(`environment ${textOf(each, 'name') ?? ''}`, textOf(each, 'value') ?? ''),
    ),
    ...(textsOf(container, 'entryPoint') ?? []).map((line) => asText('entryPoint', line)),
    ...(textsOf(container, 'command') ?? []).map((line) => asText('command', line)),
    ...(health === undefined ? [] : (textsOf(health, 'command') ?? [])).map((line) =>
      asText('health check command', line),
    ),
    ...logWants(logs),
  ];
}

/** Docker opens the destination before it starts the container; with FireLens a container of the task does it later. */
function logWants(logs: Json): readonly Want[] {
  const driver = textOf(logs, 'logDriver');
  const options = recordOf(logs, 'options');
  if (driver === undefined || driver === 'awslogs' || options === undefined) return [];
  return Object.entries(options).map(([name, value]) => ({
    what: `log destination ${name}`,
    text: asSaid(String(value)),
    reading: 'hosts',
    ...(driver === 'awsfirelens' ? {} : { stops: (container: string) => waitTexts.log(container) }),
  }));
}

/** What reads like a reference of a playbook is the application's own here. */
function asSaid(text: string): string {
  return text.replaceAll('${', '$${');
}
