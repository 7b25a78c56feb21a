// The embedded AWS behind `--sandbox`: a world in a file of the state directory.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSandbox, type OpenSandbox } from '../../rehearse/world/sandbox.ts';
import { Faults, loadWorldData, saveWorldData, setFaults, snapshot, type WorldData } from '../../sandbox/index.ts';
import { systemClock } from '../../util/clock.ts';
import { storageRemedy } from '../../util/storage-remedy.ts';
import { UserError } from '../exit.ts';
import { keptFaults } from './faults-file.ts';
import { cannotWrite, fileErrorCode } from '../state/state-files.ts';

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
 */
export function openEmbedded(stateDirectory: string, speed: number | undefined): EmbeddedAws {
  const file = join(stateDirectory, 'sandbox.json');
  const data = load(file);
  const save = (): void => {
    saveWorldData(file, snapshot(sandbox.world));
  };
  const faults = new Faults();
  const sandbox = openSandbox({
    startAt: Math.max(systemClock.now(), data?.now ?? 0),
    speed,
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
  setFaults(sandbox.world, faults, keptFaults(stateDirectory));
  return { ...sandbox, faults, save };
}

/** @throws the error when it is not one of the machine's */
export function asWorldFailure(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = fileErrorCode(cause);
  const message = error instanceof Error ? error.message : '';
  return new UserError(`${message}. ${storageRemedy(code, '')}`);
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
export function isDamaged(stateDirectory: string): boolean {
  try {
    loadWorldData(join(stateDirectory, 'sandbox.json'));
    return false;
  } catch (error) {
    return !(error instanceof Error && error.cause instanceof Error && 'code' in error.cause);
  }
}

function load(file: string): WorldData | undefined {
  try {
    return loadWorldData(file);
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
