// relight scan: observe and assess many playbooks, nothing else. Cannot change anything; what it could not see is part of the
// answer.
import { tool } from '../../engine.ts';
import { parseDuration, longestDuration } from '../../playbook/duration.ts';
import { unseenOf } from '../../scan/coverage.ts';
import { findingsOf, scannedOf } from '../../scan/fold.ts';
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
import { outputsOf, writeOutputs, type OutputOptions } from '../scan/outputs.ts';
import { runScan } from '../scan/run.ts';
import { readFleet } from '../scan/survey.ts';
import { filesNamed, loadTargets } from '../scan/targets.ts';
import { paintFor, type Io } from '../terminal/io.ts';

export type ScanOptions = Omit<GlobalOptions, 'only' | 'exclude'> &
  OutputOptions & { readonly deadline: string; readonly beyond?: boolean; readonly fleet?: string };

export const scanExits: Readonly<Record<ScanResult, ExitCode>> = {
  incomplete: exitCodes.incomplete,
  error: exitCodes.error,
  findings: exitCodes.pending,
  fine: exitCodes.fine,
};

export async function scan(words: readonly string[], given: ScanOptions, io: Io): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  const deadline = deadlineOf(given);
  const named = filesNamed(words, io);
  const fleet = given.fleet === undefined ? undefined : readFleet(given.fleet, options, io);
  const inputs = [...named.files, ...(given.fleet === undefined ? [] : [given.fleet])];
  const outputs = outputsOf(given, inputs, io);
  const loaded = loadTargets(
    named.files.map((file) => ({ file, options })),
    io,
  );
  const { targets } = loaded;
  const unread = [...named.unread, ...loaded.unread];
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
  const beyond = given.beyond === true || fleet !== undefined;
  const { files } = named;
  const request = { words, files, targets, unread, fleet, beyond, deadline, startedAt, options, tell };
  const { report } = await runScan(request, io);
  if (io.canRedraw) io.block([]);
  if (stream) io.out(beyondLines(report));
  // Files first: whoever reads the exit code finds them.
  writeOutputs(outputs, report);
  print(report, outputs.format, given, io);
  return scanExits[report.result];
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

export function deadlineOf({ deadline }: Pick<ScanOptions, 'deadline'>): number {
  const milliseconds = parseDuration(deadline);
  if (milliseconds === undefined || milliseconds === 0 || milliseconds > longestDuration) {
    throw new UserError(`--deadline ${deadline}: expected a duration of at most a week, such as 5m or 90s`);
  }
  return milliseconds;
}
