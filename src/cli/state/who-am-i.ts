// Who is at work, as this machine calls them: for approvals, consents, locks and what is kept for a team.
import { hostname, userInfo } from 'node:os';
import type { LockPerson } from '../../run/lock/record.ts';

/** `ann@laptop`: who is said to have decided. */
export function whoAmI(): string {
  return `${userName()}@${hostname()}`;
}

/** This process. */
export function lockPerson(): LockPerson {
  return { user: userName(), host: hostname(), pid: process.pid };
}

/** A user id without an entry in the system's list has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
