// relight scan: observe and assess many playbooks, nothing else. Cannot change anything; what it could not see is part of the
// answer.
import { tool } from '../../engine.ts';
import type { Fleet, FleetSchedule } from '../../fleet/model.ts';
import { parseDuration, longestDuration } from '../../playbook/duration.ts';
import { unseenOf } from '../../scan/coverage.ts';
import { countsOf, findingsOf, scannedOf } from '../../scan/fold.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { ScanFormat } from '../../scan/report/format-names.ts';
import { scanFile } from '../../scan/report/formats.ts';
import { scanAnnotations } from '../../scan/report/github.ts';
import { beyondLines, endedLine, playbookLines, startedLines } from '../../scan/report/ndjson.ts';
import { scanText } from '../../scan/report/text.ts';
import type { ScanReport, ScanResult } from '../../scan/scan-report.ts';
import { systemClock } from '../../util/clock.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { sharedPlaces, stateDirectoryOf } from '../place/session.ts';
import { openAlarms, type Alarms } from '../scan/alarms.ts';
import { besideFleet, fleetNamed, largestFleet, fleetTargets, scheduleNamed } from '../scan/fleet.ts';
import { complainTo, scanIdAt, scanMemoryIn } from '../scan/memory-files.ts';
import { recall } from '../scan/remembering.ts';
import { outputsOf, writeOutputs, type OutputOptions } from '../scan/outputs.ts';
import { runScan } from '../scan/run.ts';
import { readFleet } from '../scan/survey.ts';
import { filesNamed, loadTargets, type ScanTargets } from '../scan/targets.ts';
import { paintFor, type Io } from '../terminal/io.ts';

export interface ScanOptions extends Omit<GlobalOptions, 'only' | 'exclude'>, OutputOptions {
  readonly deadline?: string;
  /** Of a fleet: only its accounts, by its deadline. */
  readonly schedule?: string;
  /** What the fleet file held when it was read by whoever watches comes on standard input. */
  readonly asRead?: boolean;
  /** False: nothing is remembered of it, and nothing is known of those before. */
  readonly memory: boolean;
  /** Only what is new. */
  readonly since?: string;
  /** What was acknowledged counts like all else. */
  readonly strict?: boolean;
  /** A file of receivers. */
  readonly notify?: string;
  /** What stands in the accounts is listed too. */
  readonly beyond?: boolean;
  /** A fleet file that says of accounts and names outside, where the words are playbooks. */
  readonly fleet?: string;
}

export const scanExits: Readonly<Record<ScanResult, ExitCode>> = {
  incomplete: exitCodes.incomplete,
  error: exitCodes.error,
  findings: exitCodes.pending,
  fine: exitCodes.fine,
};

export async function scan(words: readonly string[], given: ScanOptions, io: Io): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  checkMemory(given);
  const named = fleetIn(words, given.asRead === true ? await io.input?.(largestFleet) : undefined, options, io);
  const schedule = scheduleOf(given, named);
  const deadline = deadlineOf(given, schedule?.deadline ?? named?.deadline ?? usualDeadline);
  const alarmed = alarmsOf(given, named, options, io);
  const shared = await sharedPlaces(options, io);
  const beyond = given.beyond === true || given.fleet !== undefined;
  const { files, targets, unread } =
    named === undefined
      ? namedTargets(words, options, io)
      : await fleetTargets(named, { options, schedule, shared, beyond }, io);
  const fleet = named ?? (given.fleet === undefined ? undefined : readFleet(given.fleet, options, io));
  const inputs = [...words, ...files, ...(given.fleet === undefined ? [] : [given.fleet])];
  const outputs = outputsOf(given, inputs, io);
  const startedAt = systemClock.now();
  const stream = outputs.format === 'ndjson';
  if (stream) {
    const started = { tool, startedAt: new Date(startedAt).toISOString(), deadline: deadline / 1000 };
    io.out(startedLines({ ...started, playbooks: targets.length }, unread));
  }
  let done = 0;
  const tell = (outcome: PlaybookOutcome): void => {
    done += 1;
    if (io.canRedraw && given.quiet !== true) io.block([`${done} of ${targets.length} playbooks looked at`]);
    if (!stream) return;
    const findings = findingsOf(outcome);
    io.out(playbookLines(scannedOf(outcome, findings.length), findings, unseenOf(outcome)));
  };
  const memory = given.memory ? scanMemoryIn(stateDirectoryOf(options, io), complainTo(io)) : undefined;
  const strict = given.strict === true;
  const { recalled, report: whole } = await runScan(
    {
      ...{ words, files, targets, unread, fleet, beyond, deadline, startedAt, options, tell, shared, strict },
      recall: memory && ((outcomes) => recall(outcomes, memory, { now: startedAt, policy: alarmed?.policy })),
    },
    io,
  );
  if (io.canRedraw) io.block([]);
  const report = given.since === undefined ? whole : sinceLast(whole, strict);
  const alarms = recalled?.keep(scanIdAt(startedAt), whole) ?? [];
  alarmed?.put(alarms);
  if (stream) io.out(beyondLines(report));
  // Files first: whoever reads the exit code finds them.
  writeOutputs(outputs, report);
  print(report, outputs.format, given, io);
  await alarmed?.deliver();
  return scanExits[report.result];
}

/** What was there before alarms nobody again; what could not be seen is told all the same. */
function sinceLast(report: ScanReport, strict: boolean): ScanReport {
  const findings = report.findings.filter(({ isNew }) => isNew);
  const isCalm = report.result === 'findings' && findings.every(({ acknowledged }) => !strict && acknowledged !== null);
  return { ...report, findings, counts: countsOf(findings), result: isCalm ? 'fine' : report.result };
}

function checkMemory({ memory, notify, since }: ScanOptions): void {
  if (since !== undefined && since !== 'last') throw new UserError(`--since ${since}: expected last`);
  if (memory) return;
  if (since !== undefined) throw new UserError('--since last needs what is remembered: leave --no-memory out');
  if (notify !== undefined) throw new UserError('--notify tells what has changed: leave --no-memory out');
}

function print(report: ScanReport, format: ScanFormat, { color, verbose }: ScanOptions, io: Io): void {
  switch (format) {
    case 'text':
      io.out(scanText(report, paintFor(io, color, io.outIsTerminal), { verbose: verbose === true }));
      return;
    case 'ndjson':
      io.out(endedLine(report));
      return;
    case 'github':
      io.outCommands?.(scanAnnotations(report));
      return;
    default:
      io.out(scanFile(report, format));
  }
}

/** Milliseconds. */
const usualDeadline = 5 * 60_000;

/** A fleet stands alone: it says itself which playbooks are its own. */
function fleetIn(
  words: readonly string[],
  bytes: Uint8Array | undefined,
  options: GlobalOptions,
  io: Io,
): Fleet | undefined {
  const fleets = words
    .filter((word) => !word.startsWith('!'))
    .flatMap((word) => fleetNamed(word, options, io, bytes) ?? []);
  const [fleet] = fleets;
  if (fleet === undefined || words.length === 1) return fleet;
  throw new UserError(`${fleet.file} is a fleet, and names its playbooks itself: scan it alone`);
}

function scheduleOf({ schedule }: ScanOptions, fleet: Fleet | undefined): FleetSchedule | undefined {
  if (schedule === undefined) return undefined;
  if (fleet === undefined) throw new UserError(`--schedule ${schedule}: only a fleet has schedules`);
  return scheduleNamed(fleet, schedule);
}

function alarmsOf(
  { memory, notify }: ScanOptions,
  fleet: Fleet | undefined,
  options: GlobalOptions,
  io: Io,
): Alarms | undefined {
  const file = notify ?? (fleet?.notify === undefined || !memory ? undefined : besideFleet(fleet, fleet.notify, io));
  return file === undefined ? undefined : openAlarms(file, options, io, fleet?.alerts);
}

function namedTargets(
  words: readonly string[],
  options: GlobalOptions,
  io: Io,
): ScanTargets & { readonly files: readonly string[] } {
  const named = filesNamed(words, io);
  const loaded = loadTargets(
    named.files.map((file) => ({ file, options })),
    io,
  );
  return { files: named.files, targets: loaded.targets, unread: [...named.unread, ...loaded.unread] };
}

export function deadlineOf({ deadline }: Pick<ScanOptions, 'deadline'>, usual: number = usualDeadline): number {
  if (deadline === undefined) return usual;
  const milliseconds = parseDuration(deadline);
  if (milliseconds === undefined || milliseconds === 0 || milliseconds > longestDuration) {
    throw new UserError(`--deadline ${deadline}: expected a duration of at most a week, such as 5m or 90s`);
  }
  return milliseconds;
}
