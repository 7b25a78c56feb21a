// What a watch knows after a restart, kept in the state directory: when each schedule was last begun, so that what was missed is made
// up for, and of which it was told that its scans fail, so that the end of that is told too.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readRegularText } from '../../util/storage-read.ts';
import type { Failing } from '../../watch/failures.ts';
import type { WatchMemory } from '../../watch/supervisor.ts';
import { isMissing } from '../state/state-files.ts';

/** Instants in milliseconds since the epoch. */
const schema = z.object({
  version: z.literal(1),
  schedules: z.record(
    z.string(),
    z.object({
      lastDue: z.number().optional(),
      failing: z.object({ since: z.number(), toldAt: z.number() }).optional(),
    }),
  ),
});

type Known = z.infer<typeof schema>['schedules'][string];

export interface WatchFile extends WatchMemory {
  readonly failing: (schedule: string) => Failing | undefined;
  readonly setFailing: (schedule: string, failing: Failing | undefined) => void;
}

/**
 * @param fleet its name: watches of other fleets have other files
 * @param complain told once of what cannot be read or written; the watch goes on without it
 */
export function watchFileIn(stateDirectory: string, fleet: string, complain: (text: string) => void): WatchFile {
  const path = join(stateDirectory, 'watch', `${fleet}.json`);
  const schedules = new Map(Object.entries(readKnown(path, complain)));
  let complained = false;
  const set = (schedule: string, known: Known): void => {
    schedules.set(schedule, known);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const text = `${JSON.stringify({ version: 1, schedules: Object.fromEntries(schedules) })}\n`;
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      if (!complained)
        complain(`${path} cannot be written: ${wordsOf(error)}; a restart forgets what was missed and told`);
      complained = true;
    }
  };
  return {
    lastDue: (schedule) => schedules.get(schedule)?.lastDue,
    remember: (schedule, lastDue) => {
      set(schedule, { ...schedules.get(schedule), lastDue });
    },
    failing: (schedule) => schedules.get(schedule)?.failing,
    setFailing: (schedule, failing) => {
      const { lastDue } = schedules.get(schedule) ?? {};
      set(schedule, { ...(lastDue === undefined ? {} : { lastDue }), ...(failing === undefined ? {} : { failing }) });
    },
  };
}

function readKnown(path: string, complain: (text: string) => void): Readonly<Record<string, Known>> {
  try {
    const read = schema.safeParse(JSON.parse(readRegularText(path)));
    if (read.success) return read.data.schedules;
    complain(`${path} is damaged: what was missed is not made up for`);
  } catch (error) {
    if (!isMissing(error)) complain(`${path} cannot be read: ${wordsOf(error)}; what was missed is not made up for`);
  }
  return {};
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
