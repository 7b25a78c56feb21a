// Plays a script: the disaster, the recovery, and whatever happens in the middle of it, all on one virtual clock.
import type { Playbook } from '../../playbook/model.ts';
import type { Parts } from '../world/attempt.ts';
import { endOf, type Ending, type RehearsalEnvironment, type Scene } from '../world/environment.ts';
import type { Harness } from '../world/harness.ts';
import { memoryLock } from '../world/memory-lock.ts';
import { passes, watch, type Watch, type Witnessed } from '../world/watch.ts';
import { setFaults } from '../../sandbox/index.ts';
import { darknessOf, waitsIn } from './darkness.ts';
import type { Performance } from './performance.ts';
import type { Script } from './script.ts';
import { Stage } from './stage.ts';

/** @param parts what the recoveries are made of */
export async function simulate(environment: RehearsalEnvironment, script: Script, parts?: Parts): Promise<Performance> {
  const scene = await sceneOf(environment, script);
  const harness = environment.harness(scene, parts === undefined ? {} : { parts });
  const lock = script.locked === true && parts?.lock !== false ? memoryLock() : undefined;
  const { dark = [] } = script;
  const stage = new Stage(harness, lock, dark);
  for (const name of dark) setFaults(harness.world, harness.faults, [darknessOf(name, harness.playbook)]);
  for (const fault of script.faults) stage.setFault(fault);
  const startedAt = harness.clock.now();
  const clients = watch(harness.world, harness.playbook, environment.paths);
  harness.witnesses.add(clients.tell);
  await stage.play(script);
  return ended({ clients, environment, harness, scene, script, stage, startedAt });
}

export function sceneOf(environment: RehearsalEnvironment, { deployed, disaster }: Script): Promise<PlayedScene> {
  return deployed ? environment.scene(disaster) : Promise.resolve({ marks: [], data: environment.seeded, rules: [] });
}

export type PlayedScene = Pick<Scene, 'marks' | 'data' | 'rules'>;

export interface Played {
  readonly environment: RehearsalEnvironment;
  readonly script: Script;
  readonly scene: PlayedScene;
  readonly harness: Harness;
  readonly stage: Stage;
  readonly clients: Watch;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Looks at what has come of it when all commands have ended. */
export async function ended(played: Played): Promise<Performance> {
  const { clients, environment, harness, scene, script, stage, startedAt } = played;
  harness.witnesses.delete(clients.tell);
  const endedAt = harness.clock.now();
  const told = stage.told();
  // No fault hits the looks at the end; what is stuck in AWS then is stuck for them too.
  harness.faults.clear();
  const end = await endingOf(played, told.wire);
  const waits = waitsIn(harness.world, script.dark ?? [], harness.playbook, end);
  const witnessed = ownDoing(
    clients.witnessed(),
    () => environment.harness({ data: scene.data, rules: [] }),
    harness.playbook,
  );
  return { script, marks: scene.marks, ...told, waits, startedAt, endedAt, end, witnessed };
}

/** Nobody has changed anything, so it is what it was before, that much later. */
function endingOf({ environment, harness, scene, script }: Played, wire: Performance['wire']): Promise<Ending> {
  const { command, dark = [], faults, happenings } = script;
  const untouched =
    dark.length === 0 &&
    faults.length === 0 &&
    happenings.length === 0 &&
    command.saved === undefined &&
    wire.every(({ mutating }) => !mutating);
  return untouched && environment.endUntouched !== undefined
    ? environment.endUntouched(scene, harness.clock.now(), command.kind)
    : endOf(harness, command.kind);
}

/** What falls silent where nobody recovers anything, as time goes by, is not the recovery's doing. */
function ownDoing(witnessed: Witnessed, untouched: () => Harness, playbook: Playbook): Witnessed {
  if (witnessed.silences.length === 0) return witnessed;
  const { clock, world } = untouched();
  const silences = witnessed.silences.filter(({ at, check }) => {
    clock.advance(at - clock.now());
    return passes(world, playbook, check);
  });
  return { ...witnessed, silences };
}
