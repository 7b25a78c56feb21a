// A file of receivers, opened: what is told is written below the state directory and sent from there. Nothing of it decides an
// exit code of a run, and nothing waits for it long.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readNotifyFile } from '../../notify/config/read.ts';
import { secretsFrom } from '../../notify/config/secrets.ts';
import { createDeliverer, type Deliverer, type DeliveryEvent, type Standing } from '../../notify/deliver/deliverer.ts';
import { openSpool, type Spool } from '../../notify/deliver/spool.ts';
import type { NotifyConfig } from '../../notify/receivers.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import { seededRandom } from '../../util/random.ts';
import { shellWord } from '../../util/shell.ts';
import { count } from '../../util/words.ts';
import { readNamedFile, readRegularText, UnusableFile } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { isAlive } from '../state/alive.ts';
import { cannotRead, isMissing } from '../state/state-files.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import { paintFor, pathIn, type Io } from '../terminal/io.ts';
import { topicPublisher } from './publishing.ts';
import type { ReachOptions } from './reach.ts';

export interface Notifier {
  /** As it was named. */
  readonly file: string;
  readonly config: NotifyConfig;
  readonly deliverer: Deliverer;
  readonly spool: Spool;
}

/** Larger ones are none. */
const largestNotifyFile = 1024 * 1024;

/** What a file of receivers says. @throws UserError when it cannot be read, or for every mistake in it */
export function readNotifier(file: string, { color: wanted }: Pick<GlobalOptions, 'color'>, io: Io): NotifyConfig {
  const path = pathIn(io, file);
  const read = readNotifyFile(file, path, bytesOf(file, path));
  if (read.ok) return read.config;
  const color = paintFor(io, wanted, io.canRedraw).bad('x') !== 'x';
  io.err(diagnosticsText(read.diagnostics, read.text, { color }));
  throw new UserError('');
}

/** @throws UserError as {@link readNotifier} */
export function openNotifier(
  file: string,
  options: ReachOptions,
  io: Io,
  tell?: (event: DeliveryEvent) => void,
  { clock, sender }: Pick<Surroundings, 'clock' | 'sender'> = machine,
): Notifier {
  const said = readNotifier(file, options, io);
  const config = options.sandbox === true ? withoutTopics(said, io) : said;
  const secrets = secretsFrom({ env: io.env, readFile: (name) => readRegularText(pathIn(io, name), 64 * 1024) });
  io.hide?.(secrets.redactor);
  const spool = openSpool(join(stateDirectoryOf(options, io), 'notices'));
  const ports = { clock, env: io.env, signalGroup, publish: topicPublisher(options, io) };
  const deliverer = createDeliverer({
    config,
    spool,
    secrets,
    send: sender(ports),
    clock,
    jitter: seededRandom(randomBytes(4).readUInt32LE()),
    claims: { pid: process.pid, isAlive },
    ...(tell === undefined ? {} : { tell }),
  });
  return { file, config, deliverer, spool };
}

function bytesOf(file: string, path: string): Uint8Array {
  try {
    return readNamedFile(path, largestNotifyFile);
  } catch (error) {
    if (error instanceof UnusableFile) throw new UserError(`${file}: is too large for a file of receivers`);
    throw new UserError(isMissing(error) ? `${file}: no such file` : cannotRead(error, file));
  }
}

/** Who asks for no account is asked for none: the embedded sandbox has nobody who could make a topic. */
function withoutTopics(config: NotifyConfig, io: Io): NotifyConfig {
  const topics = config.receivers.filter(({ kind }) => kind === 'sns').map(({ name }) => name);
  if (topics.length > 0) io.err(`note: with --sandbox nothing is published to AWS: ${topics.join(', ')} left out\n`);
  return { ...config, receivers: config.receivers.filter(({ kind }) => kind !== 'sns') };
}

/** A program that was started in a group of its own, and all that it started. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** What came of sending, a line for each receiver and each message that it did not take. */
export function standingLines(standing: Standing, { file, spool }: Notifier, where: string): readonly string[] {
  const { aside, delivered, receiver, repeated, unkept, waiting, why } = standing;
  const lines: string[] = [];
  if (delivered.length > 0) {
    const again =
      repeated.length === 0
        ? ''
        : ` (${repeated.length === delivered.length ? '' : `${repeated.length} of them `}sent again, with the same id: an earlier attempt may have arrived)`;
    lines.push(`notify: ${receiver}: ${count(delivered.length, 'notice')} delivered${again}`);
  }
  for (const each of aside)
    lines.push(`notify: ${receiver}: not delivered, set aside: ${each.why}; kept in ${each.file}`);
  if (waiting > 0) {
    const kept = waiting - unkept;
    const next = `relight notify flush ${shellWord(file)}${where}`;
    const left =
      kept === 0 ? '' : `; ${count(kept, 'notice')} kept in ${spool.directory}, sent with the next one or by: ${next}`;
    const lost = unkept === 0 ? '' : `; ${count(unkept, 'notice')} could not be written down and will be lost`;
    lines.push(`notify: ${receiver}: not delivered: ${why ?? 'no time was left'}${left}${lost}`);
  }
  return lines;
}
