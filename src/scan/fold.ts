// What was seen of the playbooks -> the report of a scan. Pure: in whatever order the playbooks were done, it is the same.
import type { Assessment, AssessedDifference, Reason } from '../assess/assessment.ts';
import type { Severity } from '../components/contract.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { valueText } from '../report/value-text.ts';
import { rememberedIn } from './between/judge.ts';
import type { Between } from './between/model.ts';
import { beyondFindings, unlistedIn } from './beyond/findings.ts';
import type { Judged, Survey } from './beyond/model.ts';
import { beyondReport } from './beyond/report.ts';
import { unseenOf, type Coverage } from './coverage.ts';
import { findingId, type Acknowledged, type Finding, type FindingKey, type FindingKind } from './finding.ts';
import type { ScanBound } from './bound.ts';
import type { Calls, PlaybookOutcome, Unread } from './outcome.ts';
import type { ScannedPlaybook, ScanReport, ScanResult } from './scan-report.ts';
import { fieldSeverityOf, rankOf, severityOf, worst } from './severity.ts';

/** What is known of a finding beside this scan. */
export interface Remembered {
  /** When an earlier scan saw it first; undefined where none did. */
  readonly firstSeen: string | undefined;
  readonly acknowledged: Acknowledged | null;
}

export interface ScanInput {
  readonly tool: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly ended: ScanReport['ended'];
  /** Milliseconds. */
  readonly deadline: number;
  readonly outcomes: readonly PlaybookOutcome[];
  /** What was sent to see them; what `beyond` took is told there. */
  readonly calls: Calls;
  /** What was foreseen. */
  readonly bound: ScanBound;
  readonly unread: readonly Unread[];
  /** What stands in the accounts beside the playbooks' pieces, and what was judged of it; undefined where nobody asked. */
  readonly beyond?: ({ readonly survey: Survey; readonly judged: Judged } & Calls) | undefined;
  /** What was found of several playbooks together; nothing unless told. */
  readonly between?: Between | undefined;
  /** What is known of a finding by its id; nothing unless told. */
  readonly remembered?: ((id: string, severity: Severity) => Remembered) | undefined;
  /** Findings of earlier scans that are over. */
  readonly resolved?: readonly Finding[] | undefined;
  /** When the first finding that alarms nobody yet will have lasted long enough to, in milliseconds since the epoch. */
  readonly alarmDue?: number | undefined;
  /** What was acknowledged counts like all else. */
  readonly strict?: boolean;
}

export function scanReport(input: ScanInput): ScanReport {
  const outcomes = input.outcomes.toSorted((left, right) => compare(left.playbook.file, right.playbook.file));
  const unread = input.unread.toSorted((left, right) => compare(left.file, right.file));
  const found = outcomes.map((each) => ({ each, findings: findingsOf(each, input.remembered) }));
  const { between, beyond } = input;
  const shared = (between?.findings ?? []).map((each) =>
    rememberedIn(each, input.remembered?.(each.id, each.severity)),
  );
  const others = beyond === undefined ? [] : beyondFindings(beyond.judged, beyond.survey, input.remembered);
  const findings = inOrder([...found.flatMap((each) => each.findings), ...shared, ...others]);
  const coverage = coverageOf(outcomes, unread, beyond?.survey);
  return {
    version: 1,
    tool: input.tool,
    startedAt: instant(input.startedAt),
    endedAt: instant(input.endedAt),
    result: resultOf(coverage, findings, input.strict ?? false),
    ended: input.ended,
    deadline: input.deadline / 1000,
    coverage,
    counts: countsOf(findings),
    findings,
    resolved: input.resolved ?? [],
    alarmDue: input.alarmDue === undefined ? null : instant(input.alarmDue),
    playbooks: found.map((one) => scannedOf(one.each, one.findings.length)),
    unread,
    compared: between?.compared ?? [],
    beyond: beyond === undefined ? null : beyondReport(beyond.judged, beyond.survey),
    awsCalls: input.calls.awsCalls + (beyond?.awsCalls ?? 0),
    bound: input.bound,
    throttled: input.calls.throttled + (beyond?.throttled ?? 0),
  };
}

function resultOf({ pieces, unread, unseen }: Coverage, findings: readonly Finding[], strict: boolean): ScanResult {
  if (unseen.length > 0) return 'incomplete';
  // Nothing to look at is no success.
  if (unread > 0 || pieces === 0) return 'error';
  // What somebody knows of alarms nobody; it stays in the list.
  return findings.some(({ acknowledged }) => strict || acknowledged === null) ? 'findings' : 'fine';
}

function coverageOf(
  outcomes: readonly PlaybookOutcome[],
  unread: readonly Unread[],
  survey: Survey | undefined,
): Coverage {
  const pieces = outcomes.reduce((sum, { playbook }) => sum + playbook.components.size, 0);
  const unseen = outcomes.flatMap(unseenOf);
  const accounts = [...new Set(outcomes.map(({ playbook }) => playbook.target.account))].toSorted();
  const unlisted = survey === undefined ? [] : unlistedIn(survey);
  return {
    pieces,
    seen: pieces - unseen.length,
    accounts,
    unseen: [...unseen, ...unlisted],
    unread: unread.length,
  };
}

export function countsOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const of = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  return { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') };
}

/** One line of the list of playbooks. */
export function scannedOf(outcome: PlaybookOutcome, findings: number): ScannedPlaybook {
  const { alias, commands, playbook, principal, sandbox, seen } = outcome;
  const { account, environment, region } = playbook.target;
  const verdictOf = (id: string): string =>
    seen.kind === 'looked' ? (seen.assessments.get(id)?.verdict ?? 'unknown') : 'unknown';
  return {
    playbook: playbook.metadata.name,
    file: playbook.file,
    digest: playbook.digest,
    account,
    alias,
    region,
    environment: environment ?? null,
    principal,
    sandbox,
    pieces: playbook.components.size,
    seen: playbook.components.size - unseenOf(outcome).length,
    findings,
    observedAt: seen.kind === 'looked' ? instant(seen.observations.at) : null,
    plan: commands.plan,
    components: [...playbook.components.values()].map(({ id, type }) => ({ id, type, verdict: verdictOf(id) })),
  };
}

/** What was found of one playbook, in the order of its file. */
export function findingsOf(outcome: PlaybookOutcome, remembered?: ScanInput['remembered']): readonly Finding[] {
  const { playbook, seen } = outcome;
  if (seen.kind === 'unseen') return [];
  return inOrder(
    [...playbook.components.values()].flatMap((component) => {
      const assessment = seen.assessments.get(component.id);
      if (assessment === undefined) return [];
      return foundOf(assessment, component, outcome).map((each) =>
        completed(each, assessment, component, outcome, seen.observations.at, remembered),
      );
    }),
  );
}

/** What is wrong with a piece, before it is said whose and where. */
interface Found {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly what: string;
  readonly difference?: AssessedDifference;
}

function foundOf(assessment: Assessment, component: Component, { playbook }: PlaybookOutcome): readonly Found[] {
  const { differences, reasons, settling } = assessment;
  const type = typeOf(component, playbook.types);
  const kinds = new Set(reasons.map((each) => each.kind));
  const whole = reasons.flatMap((reason): readonly Found[] => {
    const kind = kindOf(reason);
    // Somebody else's piece stands where it is to be: that is one thing, and as bad as the loss.
    if (kind === undefined || (kind === 'missing' && kinds.has('foreign'))) return [];
    const severity = kind === 'foreign' && kinds.has('missing') ? severityOf('missing') : severityOf(kind);
    const going = kind === 'settling' && settling === 'going';
    return [{ kind, severity: going ? worst([severity, 'high']) : severity, what: reason.text }];
  });
  const fields = differences.map((difference): Found => {
    const { means, severity } = fieldSeverityOf(difference, type);
    const values = `${difference.path} is ${valueText(difference.actual)}, wanted ${valueText(difference.desired)}`;
    const what = means === undefined ? values : `${means}: ${values}`;
    return { kind: difference.kind === 'dangling' ? 'dangling' : 'drifted', severity, what, difference };
  });
  return [...whole, ...fields];
}

/** Undefined for what is told field by field, for what was not seen, and for what is no trouble. */
function kindOf({ kind }: Reason): Exclude<FindingKind, 'drifted' | 'dangling'> | undefined {
  switch (kind) {
    case 'missing':
    case 'foreign':
    case 'orphaned':
    case 'unhealthy':
    case 'settling':
      return kind;
    default:
      return undefined;
  }
}

function completed(
  { difference, kind, severity, what }: Found,
  { cause, id: component }: Assessment,
  { position, type }: Component,
  { commands, playbook }: PlaybookOutcome,
  at: number,
  remembered: ScanInput['remembered'],
): Finding {
  const { account, environment, region } = playbook.target;
  const { name } = playbook.metadata;
  const key: FindingKey = { playbook: name, account, region, component, kind, field: difference?.path ?? null };
  const id = findingId(key);
  const known = remembered?.(id, severity);
  const observedAt = instant(at);
  return {
    id,
    ...key,
    file: playbook.file,
    line: position.line,
    column: position.column,
    environment: environment ?? null,
    type,
    piece: null,
    severity,
    what,
    evidence: [],
    desired: difference?.desired ?? null,
    actual: difference?.actual ?? null,
    why: (cause ?? component) === component ? 'root-cause' : 'collateral',
    cause: cause ?? component,
    observedAt,
    firstSeen: known?.firstSeen ?? observedAt,
    isNew: known?.firstSeen === undefined,
    acknowledged: known?.acknowledged ?? null,
    plan: commands.plan,
  };
}

/** The worst first, root causes before what follows from them; else as they came. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (left, right) =>
      rankOf(right.severity) - rankOf(left.severity) ||
      Number(left.why !== 'root-cause') - Number(right.why !== 'root-cause'),
  );
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** By code units: the same on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
