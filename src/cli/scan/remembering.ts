// What a scan takes from those before it, and leaves to those after it: since when a finding lasts, who knows of it, what is over,
// and what alarms somebody.
import type { Severity } from '../../components/contract.ts';
import { unseenOf } from '../../scan/coverage.ts';
import { findingsOf, scannedOf, type Remembered } from '../../scan/fold.ts';
import type { Finding } from '../../scan/finding.ts';
import {
  isSilenced,
  nothingRemembered,
  remember,
  type Acknowledgement,
  type AlarmPolicy,
  type PlaybookMemory,
} from '../../scan/memory.ts';
import type { PlaybookAlarms } from './alarm-notice.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import { scanRecord } from '../../scan/record.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import type { MemoryKey, ScanMemory } from './memory-files.ts';

export interface Recalled {
  /** For the report: what is known of a finding. */
  readonly remembered: (id: string, severity: Severity) => Remembered;
  /** Findings of earlier scans that are over, by the playbook's file. */
  readonly resolved: ReadonlyMap<string, readonly Finding[]>;
  /** Writes down what this scan saw. @returns what alarms somebody, of each playbook */
  readonly keep: (scan: string, report: ScanReport) => readonly PlaybookAlarms[];
}

/** @param policy undefined where nobody is to be told */
export function recall(
  outcomes: readonly PlaybookOutcome[],
  memory: ScanMemory,
  { now, policy }: { readonly now: number; readonly policy: AlarmPolicy | undefined },
): Recalled {
  const acknowledged = memory.acknowledged(now);
  const looks = outcomes.map((outcome) => lookOf(outcome, memory, acknowledged, policy, now));
  const firstSeen = new Map(
    looks.flatMap(({ before }) =>
      before.findings.flatMap(({ finding, firstSeen, over }) =>
        over === null ? [[finding.id, firstSeen] as const] : [],
      ),
    ),
  );
  return {
    remembered: (id, severity) => {
      const since = firstSeen.get(id);
      const ack = acknowledged.get(id);
      return {
        firstSeen: since === undefined ? undefined : new Date(since).toISOString(),
        acknowledged: ack !== undefined && isSilenced(ack, severity, now) ? shownAck(ack) : null,
      };
    },
    resolved: new Map(looks.map(({ file, resolved }) => [file, resolved])),
    keep: (scan, report) => {
      for (const { after, key } of looks) memory.write(key, after);
      memory.record(scanRecord(scan, report, new Map(looks.map(({ file, resolved }) => [file, resolved]))));
      return looks.map(({ alarms, scanned }) => ({ playbook: scanned, alarms }));
    },
  };
}

function shownAck({ because, by, until }: Acknowledgement): Remembered['acknowledged'] {
  return { until: new Date(until).toISOString(), because, by };
}

interface Look {
  readonly key: MemoryKey;
  readonly file: string;
  readonly before: PlaybookMemory;
  readonly after: PlaybookMemory;
  readonly resolved: readonly Finding[];
  readonly alarms: PlaybookAlarms['alarms'];
  readonly scanned: PlaybookAlarms['playbook'];
}

function lookOf(
  outcome: PlaybookOutcome,
  memory: ScanMemory,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
  policy: AlarmPolicy | undefined,
  now: number,
): Look {
  const { playbook, sandbox } = outcome;
  const { account, region } = playbook.target;
  const key = { playbook: playbook.metadata.name, account, region, sandbox };
  const before = memory.read(key) ?? nothingRemembered;
  const findings = findingsOf(outcome);
  const {
    alarms,
    memory: after,
    resolved,
  } = remember(
    before,
    {
      findings,
      unseen: unseenOf(outcome),
      components: new Set(playbook.components.keys()),
      at: now,
    },
    acknowledged,
    policy,
  );
  return {
    key,
    file: playbook.file,
    before,
    after,
    resolved,
    alarms,
    scanned: scannedOf(outcome, findings.length),
  };
}
