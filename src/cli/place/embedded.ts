// The embedded AWS behind `--sandbox`: a world in a file of the state directory.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentType } from '../../components/contract.ts';
import { plugsOf, worldServices } from '../../rehearse/world/plugs.ts';
import { openSandbox, type OpenSandbox } from '../../rehearse/world/sandbox.ts';
import { Faults, loadWorldData, saveWorldData, setFaults, snapshot, type WorldData } from '../../sandbox/index.ts';
import { systemClock } from '../../util/clock.ts';
import { UserError } from '../exit.ts';
import { keptFaults } from './faults-file.ts';
import { asWorldFailure } from './world-failure.ts';
import { cannotWrite } from '../state/state-files.ts';

type Types = ReadonlyMap<string, ComponentType>;

export interface EmbeddedAws extends OpenSandbox {
  readonly save: () => void;
  /** The rules that `sandbox fault` set; each command counts calls and time anew. */
  readonly faults: Faults;
}

/**
 * Opens the world of a state directory, an empty one when there is none. Its time goes on where it stopped, or is the
 * present if that is later. Every change is saved before the next thing happens.
 *
 * @param speed AWS seconds per real second; undefined: waits take no time
 * @param types whose pieces are to live in it
 */
export function openEmbedded(stateDirectory: string, speed: number | undefined, types: Types): EmbeddedAws {
  const file = join(stateDirectory, 'sandbox.json');
  const data = load(file, types);
  const save = (): void => {
    saveWorldData(file, snapshot(sandbox.world));
  };
  const faults = new Faults();
  const sandbox = openSandbox({
    startAt: Math.max(systemClock.now(), data?.now ?? 0),
    speed,
    services: plugsOf(types),
    ...(data === undefined ? {} : { data }),
    transportOptions: {
      faults,
      onCall: ({ mutating }) => {
        if (!mutating) return;
        try {
          save();
        } catch (error) {
          // The call was carried out all the same; whoever ends the command saves once more, and is told.
          asWorldFailure(error);
        }
      },
    },
  });
  setFaults(sandbox.world, faults, keptFaults(stateDirectory, sandbox.world.services));
  return { ...sandbox, faults, save };
}

/** Takes a world away, also one that cannot be read. */
export function removeEmbedded(stateDirectory: string): void {
  const file = join(stateDirectory, 'sandbox.json');
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw new UserError(cannotWrite(error, file, stateDirectory));
  }
}

/** Whether the world of a state directory is damaged: not when there is none, or when it cannot be read at all. */
export function isDamaged(stateDirectory: string, types: Types): boolean {
  try {
    loadWorldData(join(stateDirectory, 'sandbox.json'), worldServices(types));
    return false;
  } catch (error) {
    return !(error instanceof Error && error.cause instanceof Error && 'code' in error.cause);
  }
}

function load(file: string, types: Types): WorldData | undefined {
  try {
    return loadWorldData(file, worldServices(types));
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
