// The key that saved plans are sealed with. It comes from the environment alone: not from a flag, which others see in the list
// of processes, and not from a file, which would lie beside the plans.
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';

const variable = 'RELIGHT_PLAN_KEY';

/** As many as 128 bits take in hex: a shorter one may be found by trying. */
const shortestKey = 32;

/** Undefined where none is set: then seals show damage, and not who made a plan. */
export function planKeyIn(io: Pick<Io, 'env'>): string | undefined {
  const key = io.env[variable];
  if (key === undefined || key === '') return undefined;
  if (key.length >= shortestKey) return key;
  throw new UserError(
    `${variable} has ${key.length} characters: a key needs ${shortestKey} or more. Make one: openssl rand -hex 32`,
  );
}
