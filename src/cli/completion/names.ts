// Names that a shell completes: the components of a playbook, and the runs in a state directory. What cannot be read has none.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../../util/storage-read.ts';

/** A shell puts these into a line as they are: nothing else than letters, digits and a few signs. */
const plainName = /^[\w][\w.-]*$/;

/** Somebody waits for a key to be answered. */
const largestPlaybook = 1024 * 1024;

/** Ids of the components that a playbook names, as they stand in it; it need not be without mistakes. */
export async function componentsIn(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  const { readSource } = await import('../../playbook/yaml/source.ts');
  const read = readSource(file, readRegularFile(file, largestPlaybook));
  if (!read.ok) return [];
  const { value } = read.source;
  const components =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)['components']
      : undefined;
  if (typeof components !== 'object' || components === null || Array.isArray(components)) return [];
  return Object.keys(components).filter((id) => plainName.test(id));
}

/** Ids of the runs, the latest first. */
export function runsIn(stateDirectory: string): readonly string[] {
  return readdirSync(join(stateDirectory, 'runs'), { withFileTypes: true })
    .filter((each) => each.isDirectory() && plainName.test(each.name))
    .map((each) => each.name)
    .sort()
    .toReversed();
}
