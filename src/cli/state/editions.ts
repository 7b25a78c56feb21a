// Somebody runs another edition of a playbook, or another playbook of its name: noticed by what stands beside the lock, and by
// the last run in the state directory, and told. Nothing is refused for it.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { editionOf, kinshipOf, piecesApart, type Edition } from '../../playbook/edition.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LockStore } from '../../run/lock/store.ts';
import { isoNow, systemClock } from '../../util/clock.ts';
import { linesText, shownName } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import type { GlobalOptions } from '../options.ts';
import type { CliSession } from '../place/session.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { readRun, runIdsIn } from './run-store.ts';
import { wasHere, wasSameKind } from './same-place.ts';

/** An edition as it was run. */
const ranSchema = z.object({
  version: z.literal(1),
  file: z.string(),
  sameFile: z.string(),
  digest: z.string(),
  pieces: z.array(z.string()),
  command: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
});

type Ran = z.infer<typeof ranSchema>;

/** The edition of a playbook as it lies on this machine. */
export function editionHere(playbook: Playbook, io: Pick<Io, 'cwd'>): Edition {
  const file = realPath(pathIn(io, playbook.file));
  return editionOf(playbook, file, sameFileOf(file));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Each of a team has a checkout of its own: within one, a path is the same for all of them. */
function sameFileOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return `repository:${relative(folder, file).split(sep).join('/')}`;
    if (folder === dirname(folder)) return file;
  }
}

/** Tells which edition was run last in this place, where it was another one: that of the last holder of the lock, and of here. */
export async function tellEditions(
  cli: CliSession,
  beside: LockStore['beside'],
  options: Pick<GlobalOptions, 'quiet'>,
  io: Io,
): Promise<void> {
  const mine = editionHere(cli.session.playbook, io);
  const found = [await besideLock(beside, cli), lastHere(cli)].flatMap((each) => each ?? []);
  const { name } = cli.session.playbook.metadata;
  const another = found.find((each) => kinshipOf(mine, each) === 'another');
  if (another !== undefined) {
    io.err(linesText([anotherText(name, mine, another)]));
    return;
  }
  const [newest] = found.toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at));
  if (options.quiet === true || newest === undefined || kinshipOf(mine, newest) === 'same') return;
  io.err(
    linesText([
      `note: the last ${newest.command} of ${name} was with another edition of this playbook (${ranText(newest)})`,
    ]),
  );
}

function anotherText(name: string, mine: Edition, other: Ran): string {
  const { beyond, missing } = piecesApart(mine, other);
  const apart = [
    ...(beyond === 0 ? [] : [`owns ${count(beyond, 'piece')} that this one does not`]),
    ...(missing === 0 ? [] : [`does not own ${missing} of this one`]),
  ];
  return (
    `warning: the last ${other.command} of ${name} was with another playbook of this name: ${shownName(other.file)} (${ranText(other)}). ` +
    `It ${apart.join(', and ')}. If both are meant, give one of them another metadata.name; else make sure which one is`
  );
}

function ranText({ at, by, digest }: Ran): string {
  return `digest ${digest.slice(0, 12)}, ${at}, by ${shownName(by)}`;
}

/** What cannot be read is no reason to refuse: it only tells. */
async function besideLock(beside: LockStore['beside'], { place }: CliSession): Promise<Ran | undefined> {
  try {
    const { data } = ranSchema.safeParse(await beside?.read());
    return data !== undefined && wasSameKind({ ...data, endpoint: data.endpoint ?? undefined }, place)
      ? data
      : undefined;
  } catch {
    return undefined;
  }
}

/** The last run of this name here; runs of earlier versions do not tell their edition. */
function lastHere({ place, session, stateDirectory }: CliSession): Ran | undefined {
  const directory = join(stateDirectory, 'runs');
  const { name } = session.playbook.metadata;
  for (const runId of runIdsIn(directory).slice(-runsRead).reverse()) {
    const { journal } = readRun(directory, runId);
    if (journal.kind !== 'sound') continue;
    const [first] = journal.records;
    if (first.plan.playbook.name !== name || first.plan.strategy === 'undo' || !wasHere(first, place)) continue;
    const { approval, edition, endpoint, plan, sandbox } = first;
    if (edition === undefined) return undefined;
    return {
      version: 1,
      ...edition,
      pieces: [...edition.pieces],
      digest: plan.playbook.digest,
      command: plan.strategy === 'teardown' ? 'teardown' : 'recover',
      by: approval?.by ?? plan.identity.arn,
      at: first.at,
      sandbox,
      endpoint: endpoint ?? null,
    };
  }
  return undefined;
}

/** Older runs are not looked through for one of this name. */
const runsRead = 50;

/** Written beside the lock once a run begins. Never fails, and nothing waits for it. */
export async function noteEdition(
  cli: CliSession,
  beside: LockStore['beside'],
  command: string,
  by: string,
  io: Pick<Io, 'cwd'>,
): Promise<void> {
  const { endpoint, sandbox } = cli.place;
  const edition = editionHere(cli.session.playbook, io);
  const ran: Ran = {
    version: 1,
    ...edition,
    pieces: [...edition.pieces],
    ...{ command, by, at: isoNow(systemClock), sandbox, endpoint },
  };
  try {
    await beside?.write(ran);
  } catch {
    // The next one is not told, and no run fails for that.
  }
}
