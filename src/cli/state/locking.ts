// Which lock a command needs, and holding it while the command works. Taken before anything is looked at, so that what a
// plan was made from cannot be moved by another run; kept alive while somebody is asked.
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AccessOptions } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import type { Identity } from '../../aws/credentials/identity.ts';
import { tableScope } from '../../aws/tables/table-scope.ts';
import { parseDuration } from '../../playbook/duration.ts';
import { expectedLock, parseLock, type LockPlace } from '../../playbook/lock.ts';
import type { Playbook } from '../../playbook/model.ts';
import { acquire, type Contender } from '../../run/lock/acquire.ts';
import { fileLockStore } from '../../run/lock/file-store.ts';
import type { Lease, LockClocks } from '../../run/lock/lease.ts';
import {
  longestLease,
  ownerText,
  personText,
  shortestLease,
  usualLease,
  type LockRecord,
} from '../../run/lock/record.ts';
import { LockTrouble, type LockStore } from '../../run/lock/store.ts';
import { besideKey, tableLockStore } from '../../run/lock/table-store.ts';
import { newRunId } from '../../run/journal/journal.ts';
import { carefulClock, monotonicClock, systemClock } from '../../util/clock.ts';
import { earlierLocks } from './earlier-locks.ts';
import { lockPerson } from './who-am-i.ts';
import { exitCodes, UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { shellWord } from '../../util/shell.ts';
import { linesText } from '../../util/shown.ts';

export interface LockOption {
  /** `file`, `dynamodb://<table>`; default: the playbook's. */
  readonly lock?: string;
  /** Somebody has made sure by other means that nobody else is at work: the team's lock may be set aside. */
  readonly alone?: boolean;
}

export type LockOptions = GlobalOptions & LockOption;

/** What a command needs to know of where it stands, to find its lock. */
interface Standpoint {
  readonly access: AccessOptions;
  /** Who was found to be calling: a lock in a table is held as nobody else. Undefined where nobody was asked. */
  readonly identity: Identity | undefined;
}

// --- Which lock ------------------------------------------------------------------------------------------------------

/** The lock that a playbook and the options name. Says so when the playbook's own is set aside. */
export function lockPlaceOf(playbook: Playbook, options: LockOptions, io: Pick<Io, 'err'>): LockPlace {
  const { lock } = options;
  if (lock === undefined) return playbook.lock;
  const place = parseLock(lock);
  if (place === undefined) throw new UserError(`--lock ${shellWord(lock)}: expected ${expectedLock}`);
  if (options.sandbox === true && place.kind === 'dynamodb') {
    throw new UserError(
      `--lock ${shellWord(lock)} and --sandbox: leave one out; the world in the file has a lock of its own`,
    );
  }
  if (playbook.lock.kind === 'dynamodb' && (place.kind === 'file' || place.table !== playbook.lock.table)) {
    io.err(
      `WARNING: the playbook's lock is dynamodb://${playbook.lock.table}, and --lock ${shellWord(lock)} sets it aside: ` +
        'runs elsewhere are not kept out\n',
    );
  }
  return place;
}

/** The team's lock is no longer one once somebody can go without it by a flag that is typed out of habit. */
function insistOnTeamLock({ guards, lock }: Playbook, place: LockPlace, options: LockOptions): void {
  if (!guards.teamLock || place.kind !== 'file' || options.sandbox === true || options.alone === true) return;
  const table = lock.kind === 'dynamodb' ? `dynamodb://${lock.table}` : 'dynamodb://<table>';
  throw new UserError(
    `refused: the playbook insists on the team's lock (guards.teamLock: required), and --lock file keeps out nobody else. ` +
      `Nothing was looked at or changed. Use ${table}. Where the table itself is part of the outage: make sure by other ` +
      'means that nobody else is at work, then add --alone',
    exitCodes.refused,
  );
}

/** In production nobody is to believe that a file keeps a colleague out. */
function tellFileLock(playbook: Playbook, place: LockPlace, io: Pick<Io, 'err'>): void {
  // Of a table that is set aside it has been said already.
  if (place.kind !== 'file' || playbook.lock.kind !== 'file' || playbook.target.environment !== 'production') return;
  io.err(
    'WARNING: this is production, and the lock is a file on this machine: it keeps out your other runs here, and nobody ' +
      "else's. Where more than one person may recover it: lock: dynamodb://<table> in the playbook\n",
  );
}

/** The locks of a playbook's target: the one that is taken, and those that an earlier version may still hold. */
export interface TargetLocks {
  readonly store: LockStore;
  readonly earlier: readonly LockStore[];
}

/**
 * Where the lock of a playbook's target stands. Its key holds name, account and region and nothing else: however the way
 * there is spelled, it is one lock. A sandbox that goes by the account's number shares it.
 */
export function lockStoreOf(
  playbook: Playbook,
  place: LockPlace,
  { access, identity }: Standpoint,
  io: Io,
): TargetLocks {
  const { account, region } = playbook.target;
  const name = `${playbook.metadata.name}@${account}.${region}`;
  if (place.kind === 'file') {
    const directory = lockDirectory(io);
    const elsewhere = 'RELIGHT_LOCK_DIR';
    const store = fileLockStore(join(directory, name), elsewhere);
    return { store, earlier: earlierLocks(directory, name, elsewhere) };
  }
  // An access of its own, in real time: a served sandbox's faster time is not that of a lease.
  const clocks = { clock: systemClock, wireClock: systemClock, pacers: undefined, onHeaders: undefined };
  const callLimit = Math.max(shortestLease, leaseLength(io) / 4);
  const key = `relight/${name}`;
  const scope = tableScope(place.table, { keys: [key, besideKey(key)] });
  const aws = connect({ ...access, ...clocks, account, mode: 'change', callLimit, scope });
  if (identity !== undefined) aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  aws.gate.openForChanges();
  const without = playbook.guards.teamLock ? '--lock file --alone' : '--lock file';
  return { store: tableLockStore(aws, place.table, key, without), earlier: [] };
}

/** The lock of a world in a file: for all playbooks, since the file is written as a whole. */
export function worldLockStore(options: Pick<GlobalOptions, 'stateDir'>, io: Io): LockStore {
  return fileLockStore(join(stateDirectoryOf(options, io), 'locks', 'sandbox'), '--state-dir');
}

/** One for each user of a machine, wherever they work: two checkouts must keep each other out. */
function lockDirectory(io: Io): string {
  const named = io.env['RELIGHT_LOCK_DIR'] ?? '';
  if (named !== '') return pathIn(io, named);
  return join(io.env['HOME'] ?? homedir(), '.relight', 'locks');
}

function leaseLength(io: Io): number {
  const text = io.env['RELIGHT_LOCK_LEASE'] ?? '';
  if (text === '') return usualLease;
  const length = parseDuration(text);
  if (length === undefined || length < shortestLease || length > longestLease) {
    throw new UserError(`RELIGHT_LOCK_LEASE ${text}: expected a duration from 200ms to 10m, such as 30s`);
  }
  return length;
}

// --- By which clock -------------------------------------------------------------------------------------------------

export function lockClocks(): LockClocks {
  return { holder: carefulClock(), contender: monotonicClock, wall: systemClock };
}

export function newStamp(): string {
  return randomBytes(12).toString('hex');
}

// --- Holding it ------------------------------------------------------------------------------------------------------

/** What a command has while it works under a lock. */
export interface Held {
  readonly lease: Lease;
  /** What holders leave for the next one. */
  readonly beside: LockStore['beside'];
  /** The id of the run, which the lock names already. */
  readonly runId: string;
  /** From here on whoever calls listens for interruptions; until then one gives the lock back and ends. */
  readonly listenNoMore: () => void;
}

/** The lock to take, or why it is not good enough. */
export function lockToTake(playbook: Playbook, options: LockOptions, io: Io): LockPlace {
  const place = lockPlaceOf(playbook, options, io);
  insistOnTeamLock(playbook, place, options);
  return place;
}

/** Whose lock, for what, and where from. */
export interface LockRequest extends Standpoint {
  readonly playbook: Playbook;
  readonly command: string;
  readonly lock: LockPlace;
}

/** Does the work while holding the lock of a playbook's target. */
export function underTargetLock<Result>(
  { playbook, command, lock, ...standpoint }: LockRequest,
  options: LockOptions,
  io: Io,
  work: (held: Held) => Promise<Result>,
): Promise<Result> {
  tellFileLock(playbook, lock, io);
  return holding(lockStoreOf(playbook, lock, standpoint, io), command, options, io, work, {
    unchanged: true,
    breaking: breakWords(playbook, options),
  });
}

/**
 * Does the work while nobody else writes the embedded world.
 *
 * @param words what an interruption is answered with
 */
export function underWorldLock<Result>(
  command: string,
  options: GlobalOptions,
  io: Io,
  work: (held: Held) => Promise<Result>,
  words: Pick<HoldingWords, 'unchanged'> = {},
): Promise<Result> {
  return holding({ store: worldLockStore(options, io), earlier: [] }, command, options, io, work, words);
}

interface HoldingWords {
  /** Who is interrupted before `listenNoMore` has changed nothing, and is told so. */
  readonly unchanged?: true;
  /** The command that stops another holder. */
  readonly breaking?: string;
}

async function holding<Result>(
  locks: TargetLocks,
  command: string,
  options: LockOptions,
  io: Io,
  work: (held: Held) => Promise<Result>,
  { breaking = '', unchanged }: HoldingWords = {},
): Promise<Result> {
  const runId = newRunId(systemClock, randomBytes(3).toString('hex'));
  const since = new Date(systemClock.now()).toISOString();
  const contender: Omit<Contender, 'store'> = {
    clocks: lockClocks(),
    stamp: newStamp,
    onWait: (holder, milliseconds) => {
      io.err(
        `the lock is held by ${ownerText(holder.owner)}; ` +
          `waiting up to ${milliseconds / 1000} s for a sign of life\n`,
      );
    },
  };
  const owner = { ...lockPerson(), run: runId, command, since };
  const leaseMs = leaseLength(io);
  const take = async (store: LockStore): Promise<Lease> => {
    const acquired = await acquire({ ...contender, store, owner, leaseMs }).catch((error: unknown) => {
      throw asUserError(error);
    });
    if (acquired.kind === 'refused') throw lockedOut(acquired.holder, store, breaking);
    const { after, lease } = acquired;
    if (after !== null) {
      io.err(
        linesText([`took the lock over: ${ownerText(after.owner)} gave no sign of life for ${after.leaseMs / 1000} s`]),
      );
    }
    return lease;
  };
  const lease = await take(locks.store);
  const along: Lease[] = [];
  const release = async (): Promise<string | undefined> => {
    for (const each of along) await each.release();
    return lease.release();
  };
  const stopListening = io.onInterrupt(() => {
    if (unchanged === true) io.err('interrupted. Nothing was changed.\n');
    void release().finally(() => process.exit(unchanged === true ? exitCodes.refused : exitCodes.error));
  });
  try {
    for (const each of locks.earlier) along.push(await take(each));
    return await work({ lease, beside: locks.store.beside, runId, listenNoMore: stopListening });
  } finally {
    stopListening();
    const problem = await release();
    if (problem !== undefined && options.quiet !== true) {
      io.err(linesText([`the lock could not be given back (${problem}); it runs out by itself within its lease`]));
    }
  }
}

/** The command that stops the holder. */
function breakWords({ file }: Playbook, { lock }: LockOptions): string {
  return `relight lock break ${shellWord(file)}${lock === undefined ? '' : ` --lock ${shellWord(lock)}`}`;
}

function lockedOut(holder: LockRecord, { place }: LockStore, breaking: string): UserError {
  const text =
    `refused: another run is at work: ${ownerText(holder.owner)}. Nothing was looked at or changed here.\n` +
    `It lives: the lock was renewed just now (${place}). Let it finish, or speak to ${personText(holder.owner)}` +
    (breaking === '' ? '' : `; to make it stop: ${breaking}`);
  return new UserError(text, exitCodes.refused, { holder: holder.owner });
}

/** A lock that nobody can tell the state of keeps everybody out. */
export function asUserError(error: unknown): unknown {
  return error instanceof LockTrouble ? new UserError(`refused: ${error.message}`, exitCodes.refused) : error;
}
