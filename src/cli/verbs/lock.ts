// relight lock: who holds a playbook's lock, and making them stop.
import { hostname } from 'node:os';
import type { Playbook } from '../../playbook/model.ts';
import { breakLock, type Broken } from '../../run/lock/acquire.ts';
import { ownerText, personText, type LockOwner, type LockRecord } from '../../run/lock/record.ts';
import type { LockStore } from '../../run/lock/store.ts';
import { unreachable } from '../../util/unreachable.ts';
import { heldOf, isHeld } from '../state/earlier-locks.ts';
import { askWhetherTo } from '../changing/question.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import {
  asUserError,
  lockClocks,
  lockPlaceOf,
  lockStoreOf,
  newStamp,
  worldLockStore,
  type LockOption,
  type TargetLocks,
} from '../state/locking.ts';
import { lockPerson } from '../state/who-am-i.ts';
import type { ApprovalOptions, GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook } from '../place/session.ts';
import { jsonText, linesText } from '../../util/shown.ts';

export type LockOptions = GlobalOptions & LockOption;

export async function lockShow(file: string, options: LockOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const { store, record } = await foundFor(playbook, options, io);
  if (options.json === true) {
    io.out(jsonText({ version: 1, place: store.place, ...stateOf(record) }));
  } else {
    io.out(`${lockText(record)}\n  ${store.place}\n`);
  }
  return exitCodes.fine;
}

export async function lockBreak(file: string, options: LockOptions & ApprovalOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const { store, record } = await foundFor(playbook, options, io);
  if (isHeld(record)) {
    if (options.json !== true) io.out(`${lockText(record)}\n  ${store.place}\n`);
    await approveBreak(playbook, record.owner, options, io);
  }
  const broken = await breakLock({
    store,
    clocks: lockClocks(),
    stamp: newStamp,
    by: lockPerson(),
    onWait: (_, milliseconds) => {
      io.err(
        `the holder is asked to stop; waiting until it has, or up to ${milliseconds / 1000} s for a sign of life\n`,
      );
    },
  }).catch((error: unknown) => {
    throw asUserError(error);
  });
  const holder = broken.kind === 'free' ? null : broken.holder.owner;
  if (options.json === true) {
    io.out(jsonText({ version: 1, place: store.place, outcome: broken.kind, holder }));
  } else {
    io.out(linesText([brokenText(broken)]));
  }
  return broken.kind === 'taken' ? exitCodes.refused : exitCodes.fine;
}

interface Found {
  readonly store: LockStore;
  readonly record: LockRecord | undefined;
}

async function foundFor(playbook: Playbook, options: LockOptions, io: Io): Promise<Found> {
  const { earlier, store } = await locksFor(playbook, options, io);
  try {
    return await heldOf(store, earlier);
  } catch (error) {
    throw asUserError(error);
  }
}

/** AWS is asked only where the lock lies there. */
async function locksFor(playbook: Playbook, options: LockOptions, io: Io): Promise<TargetLocks> {
  const place = lockPlaceOf(playbook, options, io);
  if (options.sandbox === true) return { store: worldLockStore(options, io), earlier: [] };
  if (place.kind === 'file') {
    const access = { region: playbook.target.region, mode: 'read', clock: lockClocks().contender } as const;
    return lockStoreOf(playbook, place, { access, identity: undefined }, io);
  }
  const cli = await openCliSession(playbook, 'read', options, io);
  return lockStoreOf(playbook, place, { access: cli.access, identity: cli.session.identity }, io);
}

function stateOf(record: LockRecord | undefined): object {
  if (record === undefined) return { state: 'free', fence: 0, owner: null, breaker: null, lastHolder: null };
  const { breaker, fence, leaseMs, owner, state, touchedAt } = record;
  return {
    state,
    fence,
    owner: isHeld(record) ? owner : null,
    breaker: isHeld(record) ? breaker : null,
    lastHolder: owner,
    leaseSeconds: leaseMs / 1000,
    touchedAt,
  };
}

function lockText(record: LockRecord | undefined): string {
  if (record === undefined) return 'free: nobody has ever held it';
  if (record.state === 'free') return `free; last held by ${ownerText(record.owner)}`;
  const { breaker, leaseMs, owner, touchedAt } = record;
  const asked = breaker === null ? '' : `\n  asked to stop by ${personText(breaker)} at ${breaker.at}`;
  const gone = seemsGone(owner)
    ? `\n  this machine has no such process any more: a run can take the lock over ${leaseMs / 1000} s after it first looks`
    : '';
  return (
    `held by ${ownerText(owner)}\n` +
    `  last sign of life ${touchedAt} by its own clock; without one for ${leaseMs / 1000} s others may take it${asked}${gone}`
  );
}

/** A hint for people: process ids are used again, and host names are not unique. */
function seemsGone({ host, pid }: LockOwner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ESRCH';
  }
}

function brokenText(broken: Broken): string {
  switch (broken.kind) {
    case 'free':
      return 'the lock is free: there is nothing to break';
    case 'stopped':
      return `${personText(broken.holder.owner)} has stopped and given the lock back: it is free`;
    case 'dead':
      return `${personText(broken.holder.owner)} gave no sign of life: the lock is free`;
    case 'taken':
      return `another run has the lock now: ${ownerText(broken.holder.owner)}`;
    default:
      return unreachable(broken);
  }
}

async function approveBreak(playbook: Playbook, holder: LockOwner, options: ApprovalOptions, io: Io): Promise<void> {
  const question = `Make the run of ${personText(holder)} stop in the middle of its work?`;
  const how = await askWhetherTo(
    {
      environment: playbook.target.environment,
      playbook: playbook.metadata.name,
      usual: `${question} [y/N] `,
      inProduction: `This is PRODUCTION. ${question} Type the playbook's name: `,
      otherwise: ' The lock stays.',
    },
    options,
    io,
  );
  if (how === undefined) throw new UserError('refused: not approved. The lock stays.', exitCodes.refused);
}
