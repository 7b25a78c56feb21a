// From a fleet file to what is to be scanned: its playbooks, each with the way into its account. Roles are assumed with a policy that
// allows what a scan reads, and nothing else, whatever the role may do.
import { dirname, relative, resolve } from 'node:path';
import { connect } from '../../aws/connect.ts';
import { assumedRole } from '../../aws/credentials/assumed-role.ts';
import type { CredentialSource } from '../../aws/credentials/credentials.ts';
import { isFleetFile, loadFleet } from '../../fleet/load.ts';
import type { Fleet, FleetAccount, FleetSchedule } from '../../fleet/model.ts';
import { policyFor } from '../../permissions/policy.ts';
import { longestSessionPolicy, sessionPolicy } from '../../permissions/session-policy.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { Unread } from '../../scan/outcome.ts';
import { readNamedFile, UnusableFile } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { accessTo, type SharedPlaces } from '../place/session.ts';
import { cannotRead, isMissing } from '../state/state-files.ts';
import { paintFor, pathIn, type Io } from '../terminal/io.ts';
import { unreadFile, type ScanTarget, type ScanTargets } from './targets.ts';

/** Bytes; larger ones are none. */
export const largestFleet = 4 * 1024 * 1024;

/** What a file holds that may be a fleet's; undefined where it can be none. @throws UserError */
export function bytesNamed(word: string, io: Io): Uint8Array | undefined {
  try {
    return readNamedFile(pathIn(io, word), largestFleet);
  } catch (error) {
    // What cannot be read is told as the playbook that it may be.
    if (error instanceof UnusableFile || isMissing(error)) return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return undefined;
    throw new UserError(cannotRead(error, word));
  }
}

/**
 * The fleet that a word names; undefined where it names none.
 *
 * @param bytes what the file held when it was read
 * @throws UserError for every mistake in it
 */
export function fleetNamed(
  word: string,
  options: Pick<GlobalOptions, 'color'>,
  io: Io,
  bytes: Uint8Array | undefined = bytesNamed(word, io),
): Fleet | undefined {
  return bytes === undefined || !isFleetFile(bytes) ? undefined : fleetFrom(word, bytes, options, io);
}

/** What a file holds that is to be a fleet's. @throws UserError for every mistake in it */
export function fleetFrom(file: string, bytes: Uint8Array, options: Pick<GlobalOptions, 'color'>, io: Io): Fleet {
  const read = loadFleet({ file, bytes });
  if (read.ok) return read.fleet;
  const color = paintFor(io, options.color, io.canRedraw).bad('x') !== 'x';
  io.err(diagnosticsText(read.diagnostics, read.text, { color }));
  throw new UserError('');
}

/** @throws UserError where it has no such schedule */
export function scheduleNamed({ file, schedules }: Fleet, name: string): FleetSchedule {
  const found = schedules.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = schedules.map((each) => each.name);
  const near = createSuggest()(name, names);
  const guess = near === undefined ? '' : `; did you mean ${near}?`;
  const there = names.length === 0 ? 'none' : names.join(', ');
  throw new UserError(`--schedule ${name}: no such schedule in ${file}; there are ${there}${guess}`);
}

/** A path of the fleet file, as somebody names it who stands where relight was started. */
export function besideFleet({ file }: Fleet, path: string, io: Io): string {
  const whole = resolve(dirname(pathIn(io, file)), path);
  return relative(io.cwd, whole) || whole;
}

export interface Entering {
  readonly options: GlobalOptions;
  readonly schedule: FleetSchedule | undefined;
  readonly shared: SharedPlaces;
  /** What stands in the accounts is listed too. */
  readonly beyond: boolean;
  /** The playbooks are the fleet's own: each is to be in one of its accounts. */
  readonly isOwn: boolean;
}

/** Playbooks with the way into their accounts, as a fleet file says, and with what it says of the accounts. */
export async function entered(fleet: Fleet, named: ScanTargets, entering: Entering, io: Io): Promise<ScanTargets> {
  const { isOwn, schedule } = entering;
  const accounts = new Map(fleet.accounts.map((each) => [each.id, each]));
  const strange: Unread[] = [];
  const meant = named.targets.filter(({ playbook }) => {
    const account = accounts.get(playbook.target.account);
    if (account === undefined && isOwn) {
      const message = `account ${playbook.target.account} is in no entry of ${fleet.file}: nobody says how it is entered`;
      strange.push(mistakeIn(playbook, 'account', message));
      return false;
    }
    const { alias } = playbook.target;
    if (alias !== undefined && account?.alias !== undefined && alias !== account.alias) {
      strange.push(mistakeIn(playbook, 'alias', `alias ${alias} is ${account.alias} in ${fleet.file}`));
      return false;
    }
    return schedule?.accounts?.includes(playbook.target.account) ?? true;
  });
  const sources = new Map<string, CredentialSource | undefined>();
  for (const account of fleet.accounts) {
    const own = meant.filter(({ playbook }) => playbook.target.account === account.id);
    if (own.length > 0) sources.set(account.id, await sourceFor(account, own, fleet, entering, io));
  }
  const targets = meant.map((target): ScanTarget => {
    const account = accounts.get(target.playbook.target.account);
    if (account === undefined) return target;
    const credentials = sources.get(account.id);
    // Who names a profile on the command line means it for all.
    const profile = target.options.profile ?? account.profile;
    return {
      playbook: saidOf(target.playbook, account),
      options: { ...target.options, ...(profile === undefined ? {} : { profile }) },
      ...(credentials === undefined ? {} : { credentials }),
    };
  });
  const nothing =
    isOwn && named.files.length === 0 ? [unreadFile(fleet.file, `${fleet.file}: its playbooks name no file`)] : [];
  return { files: named.files, targets, unread: [...named.unread, ...strange, ...nothing] };
}

/** What a fleet says of an account holds for a playbook that does not say it. */
function saidOf(playbook: Playbook, { alias, environment, owner }: FleetAccount): Playbook {
  const { metadata, target } = playbook;
  return {
    ...playbook,
    metadata: { ...metadata, owner: metadata.owner ?? owner },
    target: { ...target, alias: target.alias ?? alias, environment: target.environment ?? environment },
  };
}

function mistakeIn(playbook: Playbook, member: string, message: string): Unread {
  const { column, line } = playbook.placeOf(['target', member]);
  return { file: playbook.file, mistakes: [{ line, column, message }] };
}

/** Undefined: the credentials of whoever scans, or of the profile, are the account's. @throws UserError */
async function sourceFor(
  { id, profile, regions, role }: FleetAccount,
  targets: readonly ScanTarget[],
  fleet: Fleet,
  { beyond, options, shared }: Entering,
  io: Io,
): Promise<CredentialSource | undefined> {
  if (role === undefined) return undefined;
  const policy = sessionPolicy(targets.flatMap(({ playbook }) => actionsOf(playbook, beyond)));
  if (policy === undefined) {
    throw new UserError(
      `what is read in account ${id} does not fit into a session policy of ${longestSessionPolicy} characters`,
    );
  }
  const [region = 'us-east-1'] = regions;
  const by = options.profile ?? profile;
  const own = { ...options, ...(by === undefined ? {} : { profile: by }) };
  const { access } = await accessTo(region, 'read', { options: own, places: shared }, io);
  return assumedRole({ ...role, sessionName: `relight-scan-${fleet.name}`, policy }, connect(access));
}

/** All that a scan of it reads. */
function actionsOf(playbook: Playbook, beyond: boolean): readonly string[] {
  // Known good of a scan by a role goes into the state directory alone: its session looks, and does nothing else.
  return policyFor(playbook, playbook.types, 'scan', { beyond, knownGood: false }).flatMap(({ actions }) => actions);
}
