// What is kept of one scan, for those who ask later what it saw: short enough to be kept for months. Pure.
import { z } from 'zod';
import { severities } from '../components/contract.ts';
import type { Finding } from './finding.ts';
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
});

export type ScanRecord = z.infer<typeof scanRecordSchema>;
export type RecordedFinding = z.infer<typeof finding>;

/** @param resolved what is over, by the playbook's file */
export function scanRecord(
  scan: string,
  report: ScanReport,
  resolved: ReadonlyMap<string, readonly Finding[]>,
): ScanRecord {
  const { awsCalls, coverage, ended, endedAt, findings, playbooks, result, startedAt } = report;
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
      findings: findings.filter((each) => each.file === file).map(recorded),
      resolved: (resolved.get(file) ?? []).map(recorded),
    })),
  };
}

function recorded({ component, field, firstSeen, id, kind, severity, what }: Finding): RecordedFinding {
  return { id, severity, component, kind, field, what, firstSeen };
}
