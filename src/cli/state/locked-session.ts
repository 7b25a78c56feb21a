// A session that nobody else has while a command works.
import type { Playbook } from '../../playbook/model.ts';
import type { Io } from '../terminal/io.ts';
import { lockToTake, underTargetLock, underWorldLock, type Held, type LockOptions } from './locking.ts';
import { openCliSession, type CliSession } from '../place/session.ts';

/** A session for changes, and its lock. */
export interface Locked extends Held {
  readonly cli: CliSession;
}

/** Opens a session for changes and does the work while holding its lock. */
export async function inLockedSession<Result>(
  playbook: Playbook,
  command: string,
  options: LockOptions,
  io: Io,
  work: (locked: Locked) => Promise<Result>,
): Promise<Result> {
  const lock = lockToTake(playbook, options, io);
  if (options.sandbox === true) {
    // Before the world is read: what another process is about to write would be lost.
    return underWorldLock(
      command,
      options,
      io,
      // The world's lock is that of all playbooks: what a run of another one leaves says nothing.
      async (held) => work({ ...held, beside: undefined, cli: await openCliSession(playbook, 'change', options, io) }),
      { unchanged: true },
    );
  }
  const cli = await openCliSession(playbook, 'change', options, io);
  const { identity } = cli.session;
  return underTargetLock({ playbook, command, lock, access: cli.access, identity }, options, io, (held) =>
    work({ ...held, cli }),
  );
}
