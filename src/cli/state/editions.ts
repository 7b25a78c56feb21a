// Somebody runs another edition of a playbook, or another playbook of its name: noticed by what stands beside the lock, and by
// the last run in the state directory, and told. Nothing is refused for it.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { editionOf, fileInRepository, kinshipOf, piecesApart, type Edition } from '../../playbook/edition.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LockStore } from '../../run/lock/store.ts';
import { linesText, shownName } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import type { GlobalOptions } from '../options.ts';
import type { CliSession } from '../place/session.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { beginningOf, runIdsIn } from './run-store.ts';
import { wasHere, wasSameKind } from './same-place.ts';

/** An edition as it was run. Anybody may have written it: what is told of it is of a few known words and no great length. */
const ranSchema = z.object({
  version: z.literal(1),
  file: z.string().max(8_192),
  sameFile: z.string().max(8_192),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  pieces: z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(100_000),
  command: z.enum(['recover', 'teardown']),
  by: z.string().max(1_024),
  at: z.iso.datetime(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
});

type Ran = z.infer<typeof ranSchema>;

const editions = new WeakMap<Playbook, Edition>();

/** The edition of a playbook as it lies on this machine. Found once: it is that of the file which was read. */
export function editionHere(playbook: Playbook, io: Pick<Io, 'cwd'>): Edition {
  const known = editions.get(playbook);
  if (known !== undefined) return known;
  const file = realPath(pathIn(io, playbook.file));
  const edition = editionOf(playbook, file, sameFileOf(file));
  editions.set(playbook, edition);
  return edition;
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
    if (existsSync(join(folder, '.git'))) return fileInRepository(relative(folder, file).split(sep).join('/'));
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
    const first = firstLineOf(directory, runId);
    if (first === undefined) continue;
    if (first.plan.playbook.name !== name || first.plan.strategy === 'undo' || !wasHere(first, place)) continue;
    const { approval, edition, endpoint, plan, sandbox } = first;
    if (edition?.digest === undefined) return undefined;
    return {
      version: 1,
      ...edition,
      digest: edition.digest,
      pieces: [...edition.pieces],
      command: plan.strategy === 'teardown' ? 'teardown' : 'recover',
      by: approval?.by ?? plan.identity.arn,
      at: first.at,
      sandbox,
      endpoint: endpoint ?? null,
    };
  }
  return undefined;
}

/** Undefined where it cannot be read, or is another run's. */
function firstLineOf(directory: string, runId: string): ReturnType<typeof beginningOf> {
  try {
    const first = beginningOf({ place: join(directory, runId) });
    return first?.runId === runId ? first : undefined;
  } catch {
    // Of what cannot be read nothing is told here, as of what stands beside the lock.
    return undefined;
  }
}

/** Older runs are not looked through for one of this name. */
const runsRead = 50;

/** Written beside the lock once a run begins, at the time of its approval. Never fails, and nothing waits for it. */
export async function noteEdition(
  cli: CliSession,
  beside: LockStore['beside'],
  { at, by, command }: Pick<Ran, 'at' | 'by' | 'command'>,
  io: Pick<Io, 'cwd'>,
): Promise<void> {
  const { endpoint, sandbox } = cli.place;
  const edition = editionHere(cli.session.playbook, io);
  const ran: Ran = {
    version: 1,
    ...edition,
    pieces: [...edition.pieces],
    ...{ command, by, at, sandbox, endpoint },
  };
  try {
    await beside?.write(ran);
  } catch {
    // The next one is not told, and no run fails for that.
  }
}
