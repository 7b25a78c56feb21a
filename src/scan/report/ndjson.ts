// A scan as a stream of JSON values, a line each, in the order in which they become known: for logs and for who watches.
import { isUnlisted, type Unseen } from '../coverage.ts';
import { scopedIn, type Finding } from '../finding.ts';
import type { Unread } from '../outcome.ts';
import type { ScannedPlaybook, ScanReport } from '../scan-report.ts';
import { shown } from '../../util/shown.ts';

export interface ScanStarted {
  readonly tool: string;
  readonly startedAt: string;
  /** Seconds. */
  readonly deadline: number;
  /** Playbooks that could be read. */
  readonly playbooks: number;
}

export function startedLines(started: ScanStarted, unread: readonly Unread[]): string {
  return line('scan-started', started) + unread.map((each) => line('unread', each)).join('');
}

/** What is known when one playbook has been looked at. */
export function playbookLines(
  scanned: ScannedPlaybook,
  findings: readonly Finding[],
  unseen: readonly Unseen[],
): string {
  return [
    ...findings.map((each) => line('finding', each)),
    ...unseen.map((each) => line('unseen', each)),
    line('playbook', scanned),
  ].join('');
}

/** What was found of several playbooks together, when all of them have been looked at. */
export function betweenLines({ compared, findings }: ScanReport): string {
  return [
    ...scopedIn(findings, 'between').map((each) => line('finding', each)),
    ...compared.map((each) => line('compared', each)),
  ].join('');
}

/** What was found and listed beyond the playbooks, when all of them have been looked at. */
export function beyondLines({ beyond, coverage, findings }: ScanReport): string {
  if (beyond === null) return '';
  return [
    ...scopedIn(findings, 'beyond').map((each) => line('finding', each)),
    ...coverage.unseen.filter(isUnlisted).map((each) => line('unseen', each)),
    line('beyond', beyond),
  ].join('');
}

export function endedLine({ awsCalls, counts, coverage, ended, endedAt, findings, result }: ScanReport): string {
  const { accounts, pieces, seen, unread, unseen } = coverage;
  return line('scan-ended', {
    result,
    ended,
    endedAt,
    coverage: { pieces, seen, unseen: unseen.length, accounts, unread },
    findings: findings.length,
    counts,
    awsCalls,
  });
}

/** All of them, of a scan that is over. */
export function scanNdjson(report: ScanReport): string {
  const { coverage, deadline, findings, playbooks, startedAt, tool, unread } = report;
  const of = <Item extends { readonly file: string }>(items: readonly Item[], file: string): readonly Item[] =>
    items.filter((each) => each.file === file);
  return [
    startedLines({ tool, startedAt, deadline, playbooks: playbooks.length }, unread),
    ...playbooks.map((each) =>
      playbookLines(
        each,
        of(scopedIn(findings, 'playbook'), each.file),
        of(coverage.unseen, each.file).filter((missed) => !isUnlisted(missed)),
      ),
    ),
    betweenLines(report),
    beyondLines(report),
    endedLine(report),
  ].join('');
}

function line(event: string, value: object): string {
  return `${shown(JSON.stringify({ version: 1, event, ...value }))}\n`;
}
