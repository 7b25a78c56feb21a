// relight scan: observe and assess many playbooks, nothing else. Cannot change anything; what it could not see is part of the
// answer.
import { tool } from '../../engine.ts';
import type { Fleet } from '../../fleet/model.ts';
import { formatDuration, parseDuration, longestDuration } from '../../playbook/duration.ts';
import { boundText, type ScanBound } from '../../scan/bound.ts';
import { unseenOf } from '../../scan/coverage.ts';
import { countsOf, findingsOf, scannedOf } from '../../scan/fold.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { ScanFormat } from '../../scan/report/format-names.ts';
import { scanFile } from '../../scan/report/formats.ts';
import { scanAnnotations } from '../../scan/report/github.ts';
import { beyondLines, betweenLines, endedLine, playbookLines, startedLines } from '../../scan/report/ndjson.ts';
import { scanText } from '../../scan/report/text.ts';
import type { ScanReport, ScanResult } from '../../scan/scan-report.ts';
import { linesText } from '../../util/shown.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { openAlarms, type Alarms } from '../scan/alarms.ts';
import { besideFleet, largestFleet } from '../scan/fleet.ts';
import { complainTo, scanIdAt } from '../scan/memory-files.ts';
import { memoryPlace, type FleetMemory, type MemoryPlace } from '../scan/memory-place.ts';
import { memoryKeys, recollect, type Recollecting, type Recollection } from '../scan/remembering.ts';
import { outputsOf, writeOutputs, type OutputOptions } from '../scan/outputs.ts';
import { noting } from '../scan/noting.ts';
import { runScan, type Scanned } from '../scan/run.ts';
import { subjectOf } from '../scan/subject.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import { paintFor, type Io } from '../terminal/io.ts';

export interface ScanOptions extends Omit<GlobalOptions, 'only' | 'exclude'>, OutputOptions {
  readonly deadline?: string;
  /** Of a fleet: only its accounts, by its deadline. */
  readonly schedule?: string;
  /** What the fleet file held when it was read by whoever watches comes on standard input. */
  readonly asRead?: boolean;
  /** `dynamodb://relight`: a team remembers it. False: nothing is remembered of it, and nothing is known of those before. */
  readonly memory?: string | boolean;
  /** False: what is healthy is not noted as known good. */
  readonly knownGood: boolean;
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

/** Scans what the words name, and tells it in the form that is asked for. @throws UserError */
export async function scan(
  words: readonly string[],
  given: ScanOptions,
  io: Io,
  around: Surroundings = machine,
): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  checkMemory(given);
  const { fleet: beside, schedule: name, strict = false } = given;
  // Who says so in the command means it, whatever the schedule says.
  const asked = given.beyond === true || beside !== undefined ? true : undefined;
  const asRead = given.asRead === true ? await io.input?.(largestFleet) : undefined;
  const subject = await subjectOf(words, { options, fleet: beside, schedule: name, asRead, beyond: asked }, io, around);
  const { beyond, fleet, schedule, targets, unread } = subject;
  const deadline = deadlineOf(given, schedule?.deadline ?? fleet?.deadline ?? usualDeadline);
  const alarms = alarmsOf(given, { fleet, options, around }, io);
  const outputs = outputsOf(given, [...words, ...subject.files, ...(beside === undefined ? [] : [beside])], io);
  const startedAt = around.clock.now();
  const place = given.memory === false ? undefined : await memoryPlace(given, io, fleet && memoryIn(fleet));
  await place?.load((sandbox) =>
    memoryKeys(
      targets.map(({ playbook }) => playbook),
      fleet?.name,
      sandbox,
    ),
  );
  const recollection =
    place &&
    recollectionOf(
      place,
      { now: startedAt, clock: around.clock, policy: alarms?.policy, fleet, playbooks: subject.fleetPlaybooks },
      io,
    );
  const stream = outputs.format === 'ndjson';
  if (stream) {
    const started = { tool, startedAt: new Date(startedAt).toISOString(), deadline: deadline / 1000 };
    io.out(startedLines({ ...started, playbooks: targets.length }, unread));
  }
  const foresee = (bound: ScanBound): void => {
    if (given.quiet === true || targets.length < 2) return;
    const accounts = new Set(targets.map(({ playbook }) => playbook.target.account));
    io.err(linesText(foreseenLines(bound, targets.length, accounts.size, deadline)));
  };
  let done = 0;
  const tell = (outcome: PlaybookOutcome): void => {
    done += 1;
    if (io.canRedraw && given.quiet !== true) io.block([`${done} of ${targets.length} playbooks looked at`]);
    if (!stream) return;
    const findings = findingsOf(outcome, recollection?.of(outcome));
    const shown = given.since === undefined ? findings : findings.filter(({ isNew }) => isNew);
    io.out(playbookLines(scannedOf(outcome, findings.length), shown, unseenOf(outcome)));
  };
  let code: ExitCode = exitCodes.error;
  const answer = async ({ report: whole, settled }: Scanned): Promise<void> => {
    if (io.canRedraw) io.block([]);
    const report = given.since === undefined ? whole : sinceLast(whole, strict);
    const id = scanIdAt(startedAt);
    let isKept: boolean | undefined;
    try {
      settled?.note(id, whole);
      isKept = alarms?.put(settled?.alarms ?? [], id);
      if (isKept === true) settled?.told();
    } finally {
      settled?.release();
    }
    await place?.flush();
    if (stream) io.out(betweenLines(report) + beyondLines(report));
    // Files first: whoever reads the exit code finds them.
    writeOutputs(outputs, report);
    print(report, outputs.format, given, io);
    if ((await alarms?.deliver()) === true && isKept === false) {
      settled?.told();
      await place?.flush();
    }
    code = scanExits[report.result];
  };
  // Without memory nothing is left behind.
  const notes = given.knownGood && place !== undefined ? noting(io) : undefined;
  try {
    await runScan(
      { subject, beyond, deadline, startedAt, options, foresee, tell, strict, recollection, answer, noting: notes },
      io,
      around,
    );
  } finally {
    place?.close();
  }
  return code;
}

function foreseenLines(bound: ScanBound, playbooks: number, accounts: number, deadline: number): readonly string[] {
  const whole = boundText(bound, playbooks, accounts);
  if (bound.seconds * 1000 <= deadline) return [whole];
  const left = `that is longer than its deadline of ${formatDuration(deadline)}: what is left then is told as not reached`;
  return [whole, `warning: ${left}. Give it more (--deadline), or a larger share of AWS's rates in a fleet file`];
}

/** A fleet's memory is in its first region, wherever who scans is. */
function memoryIn({ accounts, memory }: Fleet): FleetMemory {
  return { memory, region: accounts[0]?.regions[0] };
}

function recollectionOf(
  { memory }: MemoryPlace,
  {
    fleet,
    ...rest
  }: Pick<Recollecting, 'clock' | 'now' | 'playbooks' | 'policy'> & { readonly fleet: Fleet | undefined },
  io: Io,
): Recollection {
  return recollect(memory, { ...rest, fleet: fleet?.name, complain: complainTo(io) });
}

/** What was there before alarms nobody again; what could not be seen is told all the same. */
function sinceLast(report: ScanReport, strict: boolean): ScanReport {
  const findings = report.findings.filter(({ isNew }) => isNew);
  const isCalm = report.result === 'findings' && findings.every(({ acknowledged }) => !strict && acknowledged !== null);
  return { ...report, findings, counts: countsOf(findings), result: isCalm ? 'fine' : report.result };
}

function checkMemory({ memory, notify, since }: ScanOptions): void {
  if (since !== undefined && since !== 'last') throw new UserError(`--since ${since}: expected last`);
  if (memory !== false) return;
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

function alarmsOf(
  { memory, notify }: ScanOptions,
  {
    around,
    fleet,
    options,
  }: { readonly around: Surroundings; readonly fleet: Fleet | undefined; readonly options: GlobalOptions },
  io: Io,
): Alarms | undefined {
  const file =
    notify ?? (fleet?.notify === undefined || memory === false ? undefined : besideFleet(fleet, fleet.notify, io));
  return file === undefined ? undefined : openAlarms(file, options, io, fleet?.alerts, around);
}

export function deadlineOf({ deadline }: Pick<ScanOptions, 'deadline'>, usual: number = usualDeadline): number {
  if (deadline === undefined) return usual;
  const milliseconds = parseDuration(deadline);
  if (milliseconds === undefined || milliseconds === 0 || milliseconds > longestDuration) {
    throw new UserError(`--deadline ${deadline}: expected a duration of at most a week, such as 5m or 90s`);
  }
  return milliseconds;
}
