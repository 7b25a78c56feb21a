// Files that hold a list of faults, as people write them (YAML or JSON) and as the embedded sandbox keeps them.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readFaults, writeFault, type Fault, type Services } from '../../sandbox/index.ts';
import { readNamedFile, readRegularText } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
import { cannotRead, isMissing } from '../state/state-files.ts';

/** @throws UserError that names the file and every mistake in it */
export function readFaultsFile(path: string, services: Services): readonly Fault[] {
  let text: string;
  try {
    text = readNamedFile(path).toString('utf8');
  } catch (error) {
    throw new UserError(isMissing(error) ? `${path}: no such file` : cannotRead(error, path));
  }
  return faultsIn(text, path, services);
}

function faultsIn(text: string, path: string, services: Services): readonly Fault[] {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UserError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = readFaults(value, services);
  if (!read.ok) throw new UserError(read.problems.map((problem) => `${path}: ${problem}`).join('\n'));
  return read.faults;
}

/** The rules that the embedded sandbox of a state directory is to obey. */
export function keptFaults(stateDirectory: string, services: Services): readonly Fault[] {
  const file = fileIn(stateDirectory);
  let text: string;
  try {
    text = readRegularText(file);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(cannotRead(error, file, stateDirectory));
  }
  return faultsIn(text, file, services);
}

export function keepFaults(stateDirectory: string, faults: readonly Fault[]): void {
  const file = fileIn(stateDirectory);
  // In its place, never into what stands there: a pipe would be waited for.
  rmSync(file, { force: true });
  if (faults.length === 0) return;
  const text = `${JSON.stringify({ version: 1, faults: faults.map(writeFault) }, null, 2)}\n`;
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'sandbox-faults.json');
}
