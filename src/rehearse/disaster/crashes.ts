// Crashes of one recovery: played once, copied at each of its journal records, and gone on with from there by a process that
// knows nothing but the world and the journal. Two such copies that are the same have the same future, which is played once.
import { createHash } from 'node:crypto';
import { imagesIn, type Parts } from '../world/attempt.ts';
import type { RehearsalEnvironment } from '../world/environment.ts';
import type { Harness, Past } from '../world/harness.ts';
import { watch, type Watch } from '../world/watch.ts';
import { snapshot, type WorldData } from '../../sandbox/index.ts';
import type { Performance, Simulated } from './performance.ts';
import type { Script } from './script.ts';
import { ended, sceneOf, type PlayedScene } from './simulate.ts';
import { leftBy, Stage } from './stage.ts';

export interface AfterCrash {
  readonly performance: Performance;
  /** The same for crashes of which the same comes: a digest of all that decides it. */
  readonly future: string;
}

export interface Crashes {
  /**
   * What becomes of it when its process dies right after its nth journal record, and the command is typed again.
   *
   * @returns undefined where it writes no so many
   */
  readonly after: (record: number) => Promise<AfterCrash | undefined>;
}

/** One instant of the recovery: the world and all that a later process can read, and what is told of it in the end. */
interface Instant {
  readonly killed: Simulated;
  /** Of the world, as JSON: a copy is made when it is gone on with. */
  readonly data: string;
  readonly past: Past;
  readonly clients: Watch;
}

/**
 * Plays a recovery with a copy of what is left after each of its journal records.
 *
 * @param script in which nothing happens but that the first process dies: the nth record is asked for by `after`
 * @param parts what the recoveries are made of
 */
export async function crashesOf(environment: RehearsalEnvironment, script: Script, parts?: Parts): Promise<Crashes> {
  const scene = await sceneOf(environment, script);
  const harness = environment.harness(scene, parts === undefined ? {} : { parts });
  const startedAt = harness.clock.now();
  const clients = watch(harness.world, harness.playbook, environment.paths);
  harness.witnesses.add(clients.tell);
  const instants: Instant[] = [];
  const stage = new Stage(harness, undefined, [], (left) => {
    instants.push(instantOf(harness, clients, left));
  });
  await stage.play({ ...script, command: { ...script.command, attempts: 1, dieAfter: undefined } });
  const futures = new Map<string, Promise<Performance>>();

  return {
    after: async (record) => {
      const instant = instants[record - 1];
      if (instant === undefined) return undefined;
      const key = keyOf(instant, script);
      const dying = { ...script, command: { ...script.command, dieAfter: record } };
      const future = futures.get(key) ?? goOn(instant, { environment, script: dying, scene, startedAt, parts });
      futures.set(key, future);
      const { played, ...rest } = await future;
      const [, ...later] = played;
      return {
        performance: { ...rest, script: dying, played: [instant.killed, ...later] },
        future: key,
      };
    },
  };
}

function instantOf(harness: Harness, clients: Watch, killed: Simulated): Instant {
  const { attempt, callsBefore, records } = killed;
  const soFar = [...records];
  const died: Simulated = {
    ...killed,
    attempt: attempt.kind === 'killed' ? { ...attempt, records: soFar } : attempt,
    records: soFar,
    callsBefore: [...callsBefore],
  };
  // In the copy nobody asks anything before it is gone on with, so that what clients have seen by now stays as it is.
  const frozen = clients.goOnIn(harness.world);
  return { killed: died, data: JSON.stringify(snapshot(harness.world)), past: harness.past(), clients: frozen };
}

/** Same world, same calls before it, same reading of the journal: the same future. */
function keyOf({ data, killed, past }: Instant, { command }: Script): string {
  const read = [leftBy([killed], command.kind) ?? null, [...imagesIn(past.journals)]];
  const text = `${past.wire.length} ${JSON.stringify(read)} ${data}`;
  return createHash('sha256').update(text).digest('hex');
}

interface Going {
  readonly environment: RehearsalEnvironment;
  readonly script: Script;
  readonly scene: PlayedScene;
  readonly startedAt: number;
  readonly parts: Parts | undefined;
}

async function goOn({ clients, data, killed, past }: Instant, going: Going): Promise<Performance> {
  const { environment, parts, scene, script, startedAt } = going;
  const world = { data: JSON.parse(data) as WorldData, rules: scene.rules };
  const harness = environment.harness(world, { past, ...(parts === undefined ? {} : { parts }) });
  const watching = clients.goOnIn(harness.world);
  harness.witnesses.add(watching.tell);
  const stage = new Stage(harness, undefined, []);
  await stage.goOn(script, killed);
  return ended({ clients: watching, environment, harness, scene, script, stage, startedAt });
}
