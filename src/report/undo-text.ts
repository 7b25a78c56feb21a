// What an undo takes back and what it cannot bring back, for people.
import type { Undone } from '../plan/plan.ts';
import { table, type Paint } from './paint.ts';

/** `run 20261122-061017-482b8734d`, and whether its playbook has changed since. */
export function undoneText({ run, playbookChanged }: Undone): string {
  const changed = playbookChanged
    ? '; the playbook has changed since, or was given other parameters: what was comes from the run’s images'
    : '';
  return `run ${run}${changed}`;
}

/** One line for each thing that does not come back as it was. */
export function notRestoredLines({ notRestored }: Undone, paint: Paint): readonly string[] {
  return table(
    notRestored.map(({ component, what, because }) => [`  ${paint.warn('!')} ${component}`, what, paint.dim(because)]),
  );
}
