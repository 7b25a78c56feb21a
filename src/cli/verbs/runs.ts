// relight runs list, show and report: past runs, from their journals. Needs no credentials and asks nobody.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runMarkdown, runPage } from '../../report/run-document.ts';
import { terminalText } from '../../report/document/terminal.ts';
import { shippedTypes } from '../../components/index.ts';
import { plainPaint, table, type Paint } from '../../report/paint.ts';
import { foldReport, type RunReport } from '../../report/report.ts';
import { runShowText } from '../../report/run-show.ts';
import { instantText, resultWord } from '../../report/run-words.ts';
import type { Integrity } from '../../run/journal/events.ts';
import { unreachable } from '../../util/unreachable.ts';
import { count, durationText } from '../../util/words.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { outFileOf, writeOut } from '../terminal/out-file.ts';
import { keptWords, whereWords } from '../options.ts';
import { findRun, journalTrouble, storedRuns, type StoredRun } from '../state/run-store.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { reportFormats } from '../formats.ts';

export interface RunsOptions {
  readonly stateDir: string;
  readonly json?: boolean;
  readonly color: boolean;
}

type ReportFormat = (typeof reportFormats)[number];

export interface RunReportOptions extends RunsOptions {
  readonly format?: string;
  readonly out?: string;
}

/** Latest first. */
export function runsList(options: RunsOptions, io: Io): ExitCode {
  const directory = directoryOf(options, io);
  const runs = storedRuns(directory).toReversed();
  if (options.json === true) {
    io.out(jsonText({ version: 1, directory, runs: runs.map(listed) }));
    return exitCodes.fine;
  }
  const paint = paintFor(io, options.color, io.outIsTerminal);
  if (runs.length === 0) io.out(linesText([`no runs in ${directory}`]));
  const later = goneOnWith(runs);
  for (const line of table(runs.map((run) => listLine(run, later, paint)))) io.out(linesText([line]));
  return exitCodes.fine;
}

export function runsShow(name: string, options: RunsOptions, io: Io): ExitCode {
  const run = findRun(directoryOf(options, io), name);
  const report = reportOf(run, io);
  if (options.json === true) io.out(runJson(run, report));
  else {
    const paint = paintFor(io, options.color, io.outIsTerminal);
    const kept = keptWords({ stateDir: options.stateDir, types: shippedTypes });
    const words = { integrity: integrityOf(run), kept, where: whereOf(report, options, io) };
    io.out(runShowText(report, run.place, paint, words));
  }
  return exitCodes.fine;
}

/** The options that lead to where the run was, as far as its journal tells. Of a served sandbox it does not tell the address. */
function whereOf({ endpoint, sandbox }: RunReport, { stateDir }: RunsOptions, io: Io): string {
  const embedded = sandbox && existsSync(join(stateDirectoryOf({ stateDir }, io), 'sandbox.json'));
  return whereWords({
    stateDir,
    param: {},
    types: shippedTypes,
    sandbox: embedded,
    ...(endpoint === null ? {} : { endpointUrl: endpoint }),
  });
}

export function runsReport(name: string, options: RunReportOptions, io: Io): ExitCode {
  const format = formatOf(options);
  const out = options.out === undefined ? undefined : outFileOf(options.out, { only: ownReports }, io);
  const run = findRun(directoryOf(options, io), name);
  const text = rendered(format, run, reportOf(run, io));
  if (out === undefined) {
    io.out(text);
    return exitCodes.fine;
  }
  // What a report tells of a service is for whoever made it to pass on.
  writeOut(out, text, 0o600);
  io.err(linesText([`report of run ${run.runId} written to ${out.shown}`]));
  return exitCodes.fine;
}

/** A report may be written again over an older one, of whatever form, and over nothing else. */
const ownReports = { what: 'report of a run that relight wrote', is: isWrittenReport };

function isWrittenReport(text: string): boolean {
  if (text.startsWith('<!DOCTYPE html>')) return text.includes('<div class="kicker">relight run ');
  if (text.startsWith('# ')) return /\n## Who, where, and by which plan\n[^#]*\n- \*\*Run\*\*: `/.test(text);
  return /^\{\s*"version": \d+,\s*"runId": "/.test(text) && text.includes('"planHash": "');
}

function rendered(format: ReportFormat, run: StoredRun, report: RunReport): string {
  switch (format) {
    case 'md':
      return runMarkdown(report, integrityOf(run));
    case 'json':
      return runJson(run, report);
    case 'html':
      return runPage(report, integrityOf(run));
    default:
      return unreachable(format);
  }
}

/** `--format`, else what the file's name says, else Markdown. */
function formatOf({ format, json, out }: RunReportOptions): ReportFormat {
  if (format === undefined && json === true) return 'json';
  const wanted = format ?? /\.(html|json)$/.exec(out ?? '')?.[1] ?? 'md';
  const known = reportFormats.find((each) => each === wanted);
  if (known === undefined) throw new UserError(`--format ${wanted}: expected ${reportFormats.join(', ')}`);
  return known;
}

function directoryOf(options: RunsOptions, io: Io): string {
  return join(stateDirectoryOf(options, io), 'runs');
}

/** The report of a journal that can be trusted. @throws UserError for every other one */
function reportOf(run: StoredRun, io: Io): RunReport {
  const { journal } = run;
  if (journal.kind !== 'sound') throw new UserError(journalTrouble(run) ?? '');
  if (journal.torn) {
    io.err(
      linesText([`note: the last line of run ${run.runId}'s journal was cut off while it was written; it is left out`]),
    );
  }
  return foldReport(journal.records);
}

function runJson({ place, journal }: StoredRun, report: RunReport): string {
  const torn = journal.kind === 'sound' && journal.torn;
  const integrity = journal.kind === 'sound' ? journal.integrity : null;
  return jsonText({ ...report, journal: { place, torn, integrity } });
}

function integrityOf({ journal }: StoredRun): Integrity | undefined {
  return journal.kind === 'sound' ? journal.integrity : undefined;
}

// --- The list --------------------------------------------------------------------------------------------------------

function listed(run: StoredRun): object {
  const { journal, runId } = run;
  switch (journal.kind) {
    case 'sound': {
      const report = foldReport(journal.records);
      const { name, file } = report.playbook;
      return {
        runId,
        journal: journal.torn ? 'torn' : 'sound',
        playbook: { name, file },
        account: report.identity.account,
        region: report.identity.region,
        environment: report.environment,
        sandbox: report.sandbox,
        endpoint: report.endpoint,
        strategy: report.strategy,
        result: report.finishedAt === null ? null : report.result,
        startedAt: report.startedAt,
        finishedAt: report.finishedAt,
        durationSeconds: report.durationSeconds,
        objective: report.objective,
      };
    }
    case 'empty':
      return { runId, journal: 'empty' };
    case 'damaged':
      return { runId, journal: 'damaged', line: journal.line, byte: journal.byte, reason: journal.reason };
    case 'unreadable':
      return { runId, journal: 'unreadable', reason: journal.trouble };
    default:
      return unreachable(journal);
  }
}

/** The run that went on with each. */
function goneOnWith(runs: readonly StoredRun[]): ReadonlyMap<string, string> {
  return new Map(
    runs.flatMap(({ journal, runId }) => {
      const earlier = journal.kind === 'sound' ? journal.records[0].plan.resumes?.run : undefined;
      return earlier === undefined ? [] : [[earlier, runId] as const];
    }),
  );
}

function listLine(run: StoredRun, later: ReadonlyMap<string, string>, paint: Paint): readonly string[] {
  const { journal, runId } = run;
  switch (journal.kind) {
    case 'sound': {
      const report = foldReport(journal.records);
      const { account, alias, region } = report.identity;
      const done = report.steps.filter((step) => step.status === 'succeeded').length;
      const next = report.finishedAt === null ? later.get(runId) : undefined;
      return [
        runId,
        next === undefined ? terminalText(resultWord(report), paint) : plainPaint.dim(`gone on with by ${next}`),
        report.playbook.name,
        report.strategy,
        durationText(report.durationSeconds),
        `${done} of ${count(report.steps.length, 'step')}`,
        instantText(report.startedAt),
        `${report.sandbox ? 'sandbox, ' : report.endpoint === null ? '' : `${report.endpoint}, `}${alias ?? account}, ${region}`,
      ];
    }
    case 'empty':
      return [runId, paint.dim('empty'), 'it ended before it wrote anything'];
    case 'damaged':
      return [runId, paint.bad('damaged'), `journal.jsonl:${journal.line}: ${journal.reason}`];
    case 'unreadable':
      return [runId, paint.bad('unreadable'), `it cannot be read (${journal.code}); see: relight runs show ${runId}`];
    default:
      return unreachable(journal);
  }
}
