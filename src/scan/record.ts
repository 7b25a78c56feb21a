// What is kept of one scan, for those who ask later what it saw: short enough to be kept for months. Pure.
import { z } from 'zod';
import { severities } from '../components/contract.ts';
import { scopedIn, scopeOf, type Finding } from './finding.ts';
import { scanResults, type ScanReport } from './scan-report.ts';

const count = z.int().min(0);
const finding = z.object({
  id: z.string(),
  severity: z.enum(severities),
  component: z.string(),
  kind: z.string(),
  field: z.string().nullable(),
  what: z.string(),
  firstSeen: z.string(),
});

/** Version 1 of a file that later versions read. */
export const scanRecordSchema = z.object({
  version: z.literal(1),
  scan: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  result: z.enum(scanResults),
  ended: z.enum(['complete', 'deadline', 'interrupted']),
  pieces: count,
  seen: count,
  awsCalls: count,
  playbooks: z.array(
    z.object({
      playbook: z.string(),
      file: z.string(),
      account: z.string(),
      region: z.string(),
      pieces: count,
      seen: count,
      findings: z.array(finding),
      /** Findings of the scan before that are over. */
      resolved: z.array(finding),
    }),
  ),
  /** What is found of several playbooks together; records of versions that looked for none have it not. */
  between: z.array(finding).default([]),
  /** What is in no playbook, where the scan asked for it. */
  beyond: z.array(finding),
});

export type ScanRecord = z.infer<typeof scanRecordSchema>;
export type RecordedFinding = z.infer<typeof finding>;

export function scanRecord(scan: string, report: ScanReport): ScanRecord {
  const { awsCalls, coverage, ended, endedAt, findings, playbooks, resolved, result, startedAt } = report;
  const own = (all: readonly Finding[], file: string): readonly Finding[] =>
    all.filter((each) => each.file === file && scopeOf(each) === 'playbook');
  return {
    version: 1,
    scan,
    startedAt,
    endedAt,
    result,
    ended,
    pieces: coverage.pieces,
    seen: coverage.seen,
    awsCalls,
    playbooks: playbooks.map(({ account, file, pieces, playbook, region, seen }) => ({
      playbook,
      file,
      account,
      region,
      pieces,
      seen,
      findings: own(findings, file).map(recorded),
      resolved: own(resolved, file).map(recorded),
    })),
    between: scopedIn(findings, 'between').map(recorded),
    beyond: scopedIn(findings, 'beyond').map(recorded),
  };
}

function recorded({ component, field, firstSeen, id, kind, severity, what }: Finding): RecordedFinding {
  return { id, severity, component, kind, field, what, firstSeen };
}
