// Files that hold a list of faults, as people write them (YAML or JSON) and as the embedded sandbox keeps them.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../playbook/diagnostic.ts';
import { readSource } from '../../playbook/yaml/source.ts';
import { readFaults, writeFault, type Fault, type Services } from '../../sandbox/index.ts';
import { readNamedFile, readRegularText } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
import { cannotRead, isMissing } from '../state/state-files.ts';

/** @throws UserError that names every mistake with file, line and column */
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
  const source = readSource(path, text);
  const told = (place: Place, problem: string): string =>
    `${path}:${String(place.line)}:${String(place.column)}: ${problem}`;
  const mistakes = source.problems.map(({ expected, message, place }) =>
    told(place, expected === undefined ? message : `${message}; expected ${expected}`),
  );
  if (source.ok) {
    const read = readFaults(source.source.value, services);
    if (read.ok && mistakes.length === 0) return read.faults;
    if (!read.ok) {
      read.problems.forEach((problem, index) => {
        mistakes.push(told(source.source.locate(read.paths[index] ?? [], 'value'), problem));
      });
    }
  }
  throw new UserError(mistakes.join('\n'));
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
