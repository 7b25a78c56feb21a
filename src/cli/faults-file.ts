// Files that hold a list of faults, as people write them (YAML or JSON) and as the embedded sandbox keeps them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readFaults, writeFault, type Fault } from '../sandbox/index.ts';
import { UserError } from './exit.ts';

/** @throws UserError that names the file and every mistake in it */
export function readFaultsFile(path: string): readonly Fault[] {
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = readFaults(value);
  if (!read.ok) throw new UserError(read.problems.map((problem) => `${path}: ${problem}`).join('\n'));
  return read.faults;
}

/** The rules that the embedded sandbox of a state directory is to obey. */
export function keptFaults(stateDirectory: string): readonly Fault[] {
  try {
    return readFaultsFile(fileIn(stateDirectory));
  } catch (error) {
    if (error instanceof UserError && error.message.includes('ENOENT')) return [];
    throw error;
  }
}

export function keepFaults(stateDirectory: string, faults: readonly Fault[]): void {
  const file = fileIn(stateDirectory);
  if (faults.length === 0) rmSync(file, { force: true });
  else
    writeFileSync(file, `${JSON.stringify({ version: 1, faults: faults.map(writeFault) }, null, 2)}\n`, {
      mode: 0o600,
    });
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'sandbox-faults.json');
}
