// When each schedule was last begun, kept in the state directory: what was missed while nobody watched is made up for.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readRegularText } from '../../util/storage-read.ts';
import type { WatchMemory } from '../../watch/supervisor.ts';
import { isMissing } from '../state/state-files.ts';

const schema = z.object({ version: z.literal(1), lastDue: z.record(z.string(), z.number()) });

/**
 * @param fleet its name: watches of other fleets have other files
 * @param complain told once of what cannot be read or written; the watch goes on without it
 */
export function lastDueIn(stateDirectory: string, fleet: string, complain: (text: string) => void): WatchMemory {
  const path = join(stateDirectory, 'watch', `${fleet}.json`);
  const times = new Map(Object.entries(readTimes(path, complain)));
  let complained = false;
  return {
    lastDue: (schedule) => times.get(schedule),
    remember: (schedule, due) => {
      times.set(schedule, due);
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const text = `${JSON.stringify({ version: 1, lastDue: Object.fromEntries(times) })}\n`;
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        if (!complained)
          complain(`${path} cannot be written: ${wordsOf(error)}; after a restart nothing is made up for`);
        complained = true;
      }
    },
  };
}

function readTimes(path: string, complain: (text: string) => void): Readonly<Record<string, number>> {
  try {
    const read = schema.safeParse(JSON.parse(readRegularText(path)));
    if (read.success) return read.data.lastDue;
    complain(`${path} is damaged: what was missed is not made up for`);
  } catch (error) {
    if (!isMissing(error)) complain(`${path} cannot be read: ${wordsOf(error)}; what was missed is not made up for`);
  }
  return {};
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
