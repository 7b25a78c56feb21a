// relight sandbox: the embedded AWS. Serve it, fill it with what a playbook presumes, break it by hand, empty it.
import { createLockTable } from '../../aws/tables/lock-table.ts';
import { look, type Session } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { breakComponents, type Broken } from '../../rehearse/disaster/break.ts';
import type { TypeSet } from '../../components/index.ts';
import { plugsOf, worldServices } from '../../rehearse/world/plugs.ts';
import { deployShared, presumedBy, type SeedItem } from '../../rehearse/world/seed.ts';
import {
  createWorld,
  Faults,
  loadWorldData,
  presume,
  reset,
  serve,
  setFaults,
  type Fault,
  type ServedSandbox,
} from '../../sandbox/index.ts';
import { scaledClock, systemClock } from '../../util/clock.ts';
import { shellWord } from '../../util/shell.ts';
import { count, durationText } from '../../util/words.ts';
import { isDamaged, openEmbedded, removeEmbedded } from '../place/embedded.ts';
import { readFaultsFile } from '../place/faults-file.ts';
import { makeToken, tokenVariable } from '../place/sandbox-token.ts';
import { askSandbox, requireSandbox, servedPlace } from '../place/served-sandbox.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { underWorldLock } from '../state/locking.ts';
import { noSuchComponent, type GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook, type CliSession } from '../place/session.ts';
import { jsonText, linesText } from '../../util/shown.ts';

export interface ServeCommandOptions {
  readonly port: number;
  /** Of its name servers; 0 takes a free one. */
  readonly dnsPort: number;
  readonly state?: string;
  readonly speed: number;
  readonly faults?: string;
  readonly tokenFile?: string;
  readonly durable: boolean;
  readonly types: TypeSet;
}

/** Serves until interrupted. */
export async function sandboxServe(options: ServeCommandOptions, io: Io): Promise<ExitCode> {
  const file = options.state === undefined ? undefined : pathIn(io, options.state);
  const list =
    options.faults === undefined ? [] : readFaultsFile(pathIn(io, options.faults), worldServices(options.types.types));
  const token = options.tokenFile === undefined ? undefined : makeToken(pathIn(io, options.tokenFile));
  const served = await startServing({ file, list, token }, options, io);
  // Listening before the address is told: whoever reads it may end the server at once.
  const interrupted = new Promise<void>((resolve) => {
    const stopListening = io.onInterrupt(() => {
      stopListening();
      resolve();
    });
  });
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(served.dns) ?? [];
  io.out(
    `sandbox AWS on ${served.url}, ${options.speed} AWS seconds a second` +
      (options.state === undefined ? ', kept in memory' : `, kept in ${options.state}`) +
      `${options.faults === undefined ? '' : `, with ${count(list.length, 'fault')}`}\n` +
      `  export AWS_ENDPOINT_URL=${served.url} AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1\n` +
      (options.tokenFile === undefined
        ? ''
        : linesText([`  export ${tokenVariable}=${shellWord(pathIn(io, options.tokenFile))}`])) +
      `  dig @${host} -p ${port} <name>    asks its name servers, over UDP and TCP\n` +
      '  relight sandbox seed <playbook>    makes what a playbook presumes\n',
  );
  await interrupted;
  await served.close();
  return exitCodes.fine;
}

async function startServing(
  {
    file,
    list,
    token,
  }: { readonly file?: string | undefined; readonly list: readonly Fault[]; readonly token?: string | undefined },
  options: ServeCommandOptions,
  io: Io,
): Promise<ServedSandbox> {
  try {
    const data = file === undefined ? undefined : loadWorldData(file, worldServices(options.types.types));
    const clock = scaledClock(options.speed, Math.max(systemClock.now(), data?.now ?? 0));
    const world = createWorld({ clock, services: plugsOf(options.types.types) });
    const faults = new Faults();
    const served = await serve(world, {
      faults,
      port: options.port,
      dnsPort: options.dnsPort,
      speed: options.speed,
      durable: options.durable,
      ...(file === undefined ? {} : { stateFile: file }),
      ...(token === undefined ? {} : { token }),
      onSaveError: (error) => {
        io.err(`${error.message}\n`);
      },
    });
    // Not before: the saved world takes the place of the one that was made.
    setFaults(world, faults, list);
    return served;
  } catch (error) {
    const { code, port = options.port } = error as { readonly code?: unknown; readonly port?: number };
    const option = port === options.dnsPort && port !== options.port ? '--dns-port' : '--port';
    if (code === 'EADDRINUSE') {
      throw new UserError(`port ${port} is in use; name another one with ${option}, or 0 to take a free one`);
    }
    if (code === 'EACCES') throw new UserError(`port ${port} is not allowed here; name one above 1023`);
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** Makes the world that a playbook presumes: account, alias, networks, certificates, zones and its shared components. */
export function sandboxSeed(file: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  return alone('sandbox seed', options, io, () => seed(playbook, options, io));
}

async function seed(playbook: Playbook, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const items = presumedBy(playbook);
  await presumeThere(items, playbook, options, io);
  const { access, embedded, prober, session } = await openSandboxSession(playbook, options, io);
  for (const table of teamTablesOf(playbook)) await makeTeamTable(table, session);
  const made = await deployShared(playbook, access, prober).catch((error: unknown) => {
    throw failedInSandbox(error);
  });
  embedded?.save();
  if (options.json === true) {
    io.out(jsonText({ version: 1, presumed: items, created: made }));
  } else {
    io.out(
      `seeded for ${playbook.metadata.name}: ${count(items.length, 'presumed thing')}` +
        `${made.length === 0 ? ', shared components were there' : `, shared components: ${made.join(', ')}`}\n`,
    );
  }
  return exitCodes.fine;
}

/** Deletes pieces the way an operator does by hand. */
export async function sandboxBreak(
  file: string,
  ids: readonly string[],
  options: GlobalOptions & { readonly wait: boolean },
  io: Io,
): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  for (const id of ids) {
    if (!playbook.components.has(id)) {
      throw noSuchComponent(id, playbook);
    }
  }
  return alone('sandbox break', options, io, () => breakPieces(playbook, ids, options, io));
}

async function breakPieces(
  playbook: Playbook,
  ids: readonly string[],
  options: GlobalOptions & { readonly wait: boolean },
  io: Io,
): Promise<ExitCode> {
  const cli = await openSandboxSession(playbook, options, io);
  const { clock, aws } = cli.session.observeContext;
  const { observations } = await look(cli.session);
  aws.gate.openForChanges();
  const startedAt = clock.now();
  const broken = await breakComponents(ids, {
    playbook,
    graph: cli.session.graph,
    observations,
    observeContext: cli.session.observeContext,
    wait: options.wait,
  }).catch((error: unknown) => {
    throw failedInSandbox(error);
  });
  cli.embedded?.save();
  const seconds = (clock.now() - startedAt) / 1000;
  if (options.json === true) io.out(jsonText({ version: 1, broken, seconds }));
  else for (const each of broken) io.out(linesText([`${cli.paint.bad(wordFor(each))} ${each.component}`]));
  if (options.json !== true && options.wait) io.out(linesText([`gone after ${durationText(seconds)} of AWS time`]));
  return exitCodes.fine;
}

/** What the sandbox refused is told as it is; what is wrong in here stays a bug. */
function failedInSandbox(error: unknown): unknown {
  return error instanceof Error && !(error instanceof TypeError)
    ? new UserError(error.message, exitCodes.failed)
    : error;
}

function wordFor(broken: Broken): string {
  switch (broken.how) {
    case 'deleted':
      return 'deleted';
    case 'forced':
      return 'deleted too, because AWS keeps what it holds:';
    case 'was-gone':
      return 'already gone:';
  }
}

/** Empties the sandbox. */
export async function sandboxReset(options: GlobalOptions, io: Io): Promise<ExitCode> {
  const place = await servedPlace(options, io);
  if (place === undefined) {
    await alone('sandbox reset', options, io, () => {
      const stateDirectory = pathIn(io, options.stateDir);
      if (isDamaged(stateDirectory, options.types.types)) {
        removeEmbedded(stateDirectory);
        io.err('the world was damaged: account and alias are gone with it; seed it again\n');
      }
      const embedded = openEmbedded(stateDirectory, undefined, options.types.types);
      reset(embedded.world);
      embedded.save();
      return Promise.resolve(exitCodes.fine);
    });
  } else {
    await requireSandbox(place);
    await askSandbox(place, 'reset', {});
  }
  if (options.json === true) io.out(jsonText({ version: 1, reset: true }));
  else io.out(linesText([`the sandbox is empty${place === undefined ? '' : ` (${place.endpoint})`}`]));
  return exitCodes.fine;
}

// --- One sandbox or the other ----------------------------------------------------------------------------------------

/** A world in a file is written as a whole: one process at a time. A served one keeps itself in order. */
async function alone(
  command: string,
  options: GlobalOptions,
  io: Io,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  return (await servedPlace(options, io)) === undefined ? underWorldLock(command, options, io, work) : work();
}

/** Tables that a team has made, for its locks and its known good. */
function teamTablesOf({ lock, recovery }: Playbook): ReadonlySet<string> {
  const known = recovery.knownGood === undefined ? [] : [recovery.knownGood.table];
  return new Set([...(lock.kind === 'dynamodb' ? [lock.table] : []), ...known]);
}

async function makeTeamTable(table: string, { observeContext }: Session): Promise<void> {
  const { aws, clock } = observeContext;
  aws.gate.openForChanges();
  await createLockTable(aws, table, clock).catch((error: unknown) => {
    throw failedInSandbox(error);
  });
}

/** These commands act on sandboxes only: an endpoint that is none is refused before anything is sent to it as AWS. */
async function openSandboxSession(playbook: Playbook, options: GlobalOptions, io: Io): Promise<CliSession> {
  const place = await servedPlace(options, io);
  if (place !== undefined) await requireSandbox(place);
  const cli = await openCliSession(playbook, 'change', { ...options, sandbox: place === undefined }, io);
  if (!cli.place.sandbox) throw new UserError('refused: this endpoint is not a relight sandbox', exitCodes.refused);
  return cli;
}

async function presumeThere(
  items: readonly SeedItem[],
  playbook: Playbook,
  options: GlobalOptions,
  io: Io,
): Promise<void> {
  const { region } = playbook.target;
  const place = await servedPlace(options, io);
  if (place !== undefined) {
    await requireSandbox(place);
    await askSandbox(place, 'presume', { region, items });
    return;
  }
  const embedded = openEmbedded(pathIn(io, options.stateDir), undefined, options.types.types);
  try {
    presume(
      embedded.world,
      items.map((item) => ({ region, ...item })),
    );
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
  embedded.save();
}
