// What an undo takes back and what it cannot bring back, for people.
import type { Undone } from '../plan/plan.ts';
import { table, type Paint } from './paint.ts';

/** `run 20261122-061017-482b8734d`, those that are undone with it, and whether its playbook has changed since. */
export function undoneText({ run, earlier = [], playbookChanged }: Undone): string {
  const one = earlier.length === 1;
  const chain =
    earlier.length === 0 ? '' : `, and with it the ${one ? 'run' : 'runs'} that it went on with: ${earlier.join(', ')}`;
  const changed = playbookChanged
    ? '; the playbook has changed since, or was given other parameters: what was comes from the run’s images'
    : '';
  return `run ${run}${chain}${changed}`;
}

/** One line for each thing that does not come back as it was. */
export function notRestoredLines({ notRestored }: Undone, paint: Paint): readonly string[] {
  return table(
    notRestored.map(({ component, what, because }) => [`  ${paint.warn('!')} ${component}`, what, paint.dim(because)]),
  );
}
