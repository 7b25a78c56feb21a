// The answer of a scan as one value: all forms of it are made of this, and `--format json` is this.
import type { ScanBound } from './bound.ts';
import type { Severity } from '../components/contract.ts';
import type { ComparedPair } from './between/compared.ts';
import type { BeyondReport } from './beyond/report.ts';
import type { Coverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Unread } from './outcome.ts';

/**
 * What came of it, in order of precedence: something was not seen (exit code 4), a file could not be read (1), something was
 * found (2), all is well (0).
 */
export const scanResults = ['incomplete', 'error', 'findings', 'fine'] as const;
export type ScanResult = (typeof scanResults)[number];

/** One playbook in the report. */
export interface ScannedPlaybook {
  readonly playbook: string;
  readonly file: string;
  readonly digest: string;
  readonly account: string;
  readonly alias: string | null;
  readonly region: string;
  readonly environment: string | null;
  readonly principal: string | null;
  /** A sandbox answered, and no account. */
  readonly sandbox: boolean;
  readonly pieces: number;
  readonly seen: number;
  readonly findings: number;
  /** Of the look; null where there was none. */
  readonly observedAt: string | null;
  readonly plan: string;
  /** Its components, for forms that tell what is well too. */
  readonly components: readonly { readonly id: string; readonly type: string; readonly verdict: string }[];
}

export interface ScanReport {
  readonly version: 1;
  /** `relight 0.1.0` */
  readonly tool: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly result: ScanResult;
  /** `deadline` and `interrupted`: it ended before it had seen all. */
  readonly ended: 'complete' | 'deadline' | 'interrupted';
  /** Seconds that it was given. */
  readonly deadline: number;
  readonly coverage: Coverage;
  readonly counts: Readonly<Record<Severity, number>>;
  /** The worst first; root causes before what follows from them. */
  readonly findings: readonly Finding[];
  /** What the scan before found, and is over. */
  readonly resolved: readonly Finding[];
  /** When the first of what alarms nobody yet will have lasted long enough to; null where nothing waits for that. */
  readonly alarmDue: string | null;
  readonly playbooks: readonly ScannedPlaybook[];
  readonly unread: readonly Unread[];
  /** Services that are to be alike and were held against each other. */
  readonly compared: readonly ComparedPair[];
  /** What was listed beside the playbooks' pieces; null where nobody asked. */
  readonly beyond: BeyondReport | null;
  readonly awsCalls: number;
  /** What was foreseen before anything was asked. */
  readonly bound: ScanBound;
  /** Of these, those that AWS refused for its rate and that were sent again. */
  readonly throttled: number;
}
