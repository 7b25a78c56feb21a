// A scan for a terminal: what was seen first, then what was found, playbook by playbook, and what to type next.
import { table, type Paint } from '../../report/paint.ts';
import type { Severity } from '../../components/contract.ts';
import { linesText } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import type { CannotTell } from '../beyond/model.ts';
import { groupedByWhy, type BeyondReport } from '../beyond/report.ts';
import { coverageText, groupsOf, whyUnseen, type UnseenGroup } from '../coverage.ts';
import { comparedText, type ComparedPair } from '../between/compared.ts';
import { scopedIn, type Finding } from '../finding.ts';
import type { ScanReport, ScannedPlaybook } from '../scan-report.ts';
import {
  countsText,
  endedText,
  findingsCount,
  findingText,
  listedText,
  mistakeTexts,
  saysBetween,
  subjectText,
  unseenName,
  whyText,
} from './words.ts';

export interface ScanTextOptions {
  /** Tell every piece that was not seen, and when each finding was seen first. */
  readonly verbose: boolean;
}

export function scanText(report: ScanReport, paint: Paint, { verbose }: ScanTextOptions): string {
  const { beyond, counts, coverage, findings, playbooks, unread } = report;
  const ended = endedText(report);
  const whole = coverageText(coverage);
  const lines = [
    coverage.unseen.length + coverage.unread > 0 ? paint.warn(whole) : paint.good(whole),
    ...(ended === undefined ? [] : [paint.warn(ended)]),
    ...groupsOf(coverage.unseen).flatMap((group) => unseenLines(group, verbose, paint)),
    ...unread.flatMap((each) => mistakeTexts(each).map((text) => `  ${paint.bad('✗')} ${text}`)),
    ...playbooks.flatMap((each) =>
      playbookLines(
        each,
        scopedIn(findings, 'playbook').filter(({ file }) => file === each.file),
        verbose,
        paint,
      ),
    ),
    ...(saysBetween(report) ? betweenLines(report, verbose, paint) : []),
    ...(beyond === null ? [] : beyondLines(beyond, findings, verbose, paint)),
    ...resolvedLines(report.resolved, paint),
    '',
    [paint.bold(findingsCount(report)), countsText(counts)].filter((each) => each !== '').join(': '),
    paint.dim(callsText(report)),
  ];
  return linesText(lines);
}

/** `3412 AWS calls of at most 5240, 3 throttled` */
function callsText({ awsCalls, beyond, bound, playbooks, throttled }: ScanReport): string {
  // A look at one is soon told, and lists of what is in no playbook are in no bound.
  const foreseen = beyond === null && playbooks.length > 1 ? ` of at most ${String(bound.calls)}` : '';
  return `${count(awsCalls, 'AWS call')}${foreseen}${throttled === 0 ? '' : `, ${String(throttled)} throttled`}`;
}

function resolvedLines(resolved: readonly Finding[], paint: Paint): readonly string[] {
  if (resolved.length === 0) return [];
  const lines = resolved.map((each) => `  ${paint.good('✓')} ${each.playbook}: ${findingText(each)}`);
  return ['', `over since the scan before: ${resolved.length}`, ...lines];
}

/** Beyond these, names say less than their number. */
const namesShown = 8;

function unseenLines({ first, permissions, pieces }: UnseenGroup, verbose: boolean, paint: Paint): readonly string[] {
  const shown = verbose ? pieces : pieces.slice(0, namesShown);
  const more = pieces.length - shown.length;
  const names = shown.map(unseenName).join(', ');
  return [
    `  ${paint.warn('?')} ${whyUnseen(first)}: ${names}${more > 0 ? ` and ${more} more` : ''}`,
    paint.dim(`      ${first.principal === null ? '' : `as ${first.principal}: `}${first.detail}`),
    ...permissions.map((each) => paint.dim(`      what has to be allowed: ${each}`)),
  ];
}

function playbookLines(
  { account, file, findings: number, pieces, plan, playbook, region, seen }: ScannedPlaybook,
  findings: readonly Finding[],
  verbose: boolean,
  paint: Paint,
): readonly string[] {
  const state =
    number > 0
      ? count(number, 'finding')
      : seen === pieces
        ? paint.good('all well')
        : paint.warn(seen === 0 ? 'not seen' : 'nothing found in what was seen');
  const head = `${paint.bold(playbook)} ${paint.dim(`(${file}, ${account} ${region})`)}: ${state}`;
  if (findings.length === 0) return ['', head];
  const rows = table(
    findings.map((each) => [
      `  ${paintSeverity(each.severity, paint)}`,
      each.component,
      each.kind,
      `${each.what}${each.why === 'root-cause' && each.acknowledged === null ? '' : paint.dim(` (${whyText(each)})`)}`,
    ]),
  );
  const lines = findings.flatMap((each, index) => [
    rows[index] ?? '',
    ...(verbose ? [paint.dim(`      ${each.id} · ${each.type} · first seen ${each.firstSeen}`)] : []),
  ]);
  return ['', head, ...lines, `  next: ${plan}`];
}

/** What is in no playbook, alone, with its evidence. */
export function straysText(report: ScanReport, paint: Paint): string {
  const { beyond, coverage, findings, unread } = report;
  const lines = beyond === null ? [] : beyondLines(beyond, findings, true, paint).slice(1);
  return linesText([
    ...lines.filter((each) => !each.startsWith('  next: ')),
    ...groupsOf(coverage.unseen).flatMap((group) => unseenLines(group, true, paint)),
    ...unread.flatMap((each) => mistakeTexts(each).map((text) => `  ${paint.bad('✗')} ${text}`)),
  ]);
}

/** Services that have one name in two accounts and are not alike. */
export function twinsText(report: ScanReport, cannotTell: readonly CannotTell[], paint: Paint): string {
  const { coverage, findings, unread } = report;
  return linesText([
    findings.length === 0 ? 'no twins' : count(findings.length, 'twin'),
    ...findings.flatMap((each) => [
      `  ${paintSeverity(each.severity, paint)}  ${paint.bold(each.component)} ${each.what}`,
      ...each.evidence.map((line) => paint.dim(`      ${line}`)),
    ]),
    ...cannotTell.map(({ name, why }) => `  ${paint.warn('?')} ${name}: ${why}`),
    ...groupsOf(coverage.unseen).flatMap((group) => unseenLines(group, true, paint)),
    ...unread.flatMap((each) => mistakeTexts(each).map((text) => `  ${paint.bad('✗')} ${text}`)),
  ]);
}

/** Circles through a recovery, and services that are to be alike: pair by pair, also where they are. */
function betweenLines(
  { compared, findings: all }: Pick<ScanReport, 'compared' | 'findings'>,
  verbose: boolean,
  paint: Paint,
): readonly string[] {
  const findings = scopedIn(all, 'between');
  const commands = [...new Set(findings.map(({ plan }) => plan))];
  return [
    '',
    `${paint.bold('between the playbooks')}: ${findings.length > 0 ? count(findings.length, 'finding') : 'nothing found'}`,
    ...compared.flatMap((each) => comparedLines(each, verbose, paint)),
    ...findings.flatMap((each) => [
      `  ${paintSeverity(each.severity, paint)}  ${subjectText(each)}  ${each.kind}  ${each.what}`,
      ...each.evidence.map((line) => paint.dim(`      ${line}`)),
      ...(verbose ? [paint.dim(`      ${each.id} · ${each.type} · first seen ${each.firstSeen}`)] : []),
    ]),
    ...commands.map((each) => `  next: ${each}`),
  ];
}

function comparedLines(pair: ComparedPair, verbose: boolean, paint: Paint): readonly string[] {
  const { cannotTell, result } = pair;
  const mark = { alike: paint.good('✓'), differs: paint.bad('✗'), 'not-seen': paint.warn('?') }[result];
  return [
    `  ${mark} ${comparedText(pair)}`,
    ...(verbose ? cannotTell : cannotTell.slice(0, namesShown)).map((each) => paint.dim(`      ${each}`)),
    ...(!verbose && cannotTell.length > namesShown ? [paint.dim(`      ${cannotTell.length - namesShown} more`)] : []),
  ];
}

/** What is in no playbook, and of what nobody can tell. */
function beyondLines(beyond: BeyondReport, all: readonly Finding[], verbose: boolean, paint: Paint): readonly string[] {
  const findings = scopedIn(all, 'beyond');
  const head = `${paint.bold('beyond the playbooks')} ${paint.dim(`(${listedText(beyond)})`)}: ${
    findings.length > 0 ? count(findings.length, 'finding') : 'nothing found'
  }`;
  const rows = table(
    findings.map((each) => [
      `  ${paintSeverity(each.severity, paint)}`,
      `${each.account} ${each.region}`,
      each.kind,
      `${each.component}: ${each.what}`,
    ]),
  );
  const doubts = groupedByWhy(beyond.cannotTell);
  const commands = [...new Set(findings.map(({ plan }) => plan))];
  return [
    '',
    head,
    ...findings.flatMap((each, index) => [
      rows[index] ?? '',
      ...(verbose ? [...each.evidence, `${each.id} · ${each.type} · first seen ${each.firstSeen}`] : []).map((line) =>
        paint.dim(`      ${line}`),
      ),
    ]),
    ...doubts.flatMap(({ names, why }) => [
      `  ${paint.warn('?')} ${names.length} cannot be told: ${why}`,
      paint.dim(
        `      ${(verbose ? names : names.slice(0, namesShown)).join(', ')}${
          !verbose && names.length > namesShown ? ` and ${names.length - namesShown} more` : ''
        }`,
      ),
    ]),
    ...commands.map((each) => `  next: ${each}`),
  ];
}

function paintSeverity(severity: Severity, paint: Paint): string {
  switch (severity) {
    case 'critical':
    case 'high':
      return paint.bad(severity);
    case 'medium':
      return paint.warn(severity);
    case 'low':
      return paint.dim(severity);
  }
}
