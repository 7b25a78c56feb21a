// What a watch tells Prometheus: when each playbook was last seen whole, what was found, what could not be seen, and what it
// cost.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { hasSucceeded, type ScanEnd, type ScanEnded, type ScheduleState } from './supervisor.ts';

export interface WatchMetrics {
  readonly ended: (ended: ScanEnded) => void;
  readonly skipped: (schedule: string) => void;
  /** The exposition format, and its content type. */
  readonly text: (states: readonly ScheduleState[]) => Promise<{ readonly type: string; readonly body: string }>;
}

export function createMetrics(): WatchMetrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  const bySchedule = { labelNames: ['schedule'] as const, registers };
  const scans = new Counter({
    name: 'relight_scans_total',
    help: 'Scans that ended, by how: fine, findings, error, refused, incomplete, crashed, given_up.',
    labelNames: ['schedule', 'result'] as const,
    registers,
  });
  const skipped = new Counter({
    name: 'relight_scans_skipped_total',
    help: 'Scans that were not begun, because the one before had not ended.',
    ...bySchedule,
  });
  const duration = new Histogram({
    name: 'relight_scan_duration_seconds',
    help: 'How long scans took.',
    buckets: [5, 15, 30, 60, 120, 300, 600, 1_800],
    ...bySchedule,
  });
  const success = new Gauge({
    name: 'relight_scan_last_success_timestamp_seconds',
    help: 'When a scan last saw all that it was to see.',
    ...bySchedule,
  });
  const seen = new Gauge({
    name: 'relight_playbook_last_seen_timestamp_seconds',
    help: 'When all pieces of a playbook were last seen.',
    labelNames: ['playbook', 'account', 'region'] as const,
    registers,
  });
  const findings = new Gauge({
    name: 'relight_scan_findings',
    help: 'Findings of the last scan, by severity.',
    labelNames: ['schedule', 'severity'] as const,
    registers,
  });
  const unknown = new Gauge({
    name: 'relight_scan_unknown_pieces',
    help: 'Pieces that the last scan could not see.',
    ...bySchedule,
  });
  const calls = new Counter({ name: 'relight_aws_calls_total', help: 'Calls to AWS.', ...bySchedule });
  const throttled = new Counter({
    name: 'relight_aws_throttled_total',
    help: 'Calls that AWS throttled.',
    ...bySchedule,
  });
  const due = new Gauge({
    name: 'relight_schedule_next_due_timestamp_seconds',
    help: 'When a schedule falls due next.',
    ...bySchedule,
  });
  const late = new Gauge({
    name: 'relight_schedule_late',
    help: '1 where nothing was heard of a schedule for longer than its scan may take.',
    ...bySchedule,
  });
  return {
    ended: ({ end, endedAt, schedule: { name: schedule }, startedAt }) => {
      scans.inc({ schedule, result: resultOf(end) });
      duration.observe({ schedule }, (endedAt - startedAt) / 1000);
      if (hasSucceeded(end)) success.set({ schedule }, endedAt / 1000);
      if (end.kind !== 'ended' || end.facts === undefined) return;
      const { facts } = end;
      for (const [severity, count] of Object.entries(facts.findings)) findings.set({ schedule, severity }, count);
      unknown.set({ schedule }, facts.unknown);
      calls.inc({ schedule }, facts.calls);
      throttled.inc({ schedule }, facts.throttled);
      for (const { account, playbook, region, seen: isSeen } of facts.playbooks) {
        if (isSeen) seen.set({ playbook, account, region }, endedAt / 1000);
      }
    },
    skipped: (schedule) => {
      skipped.inc({ schedule });
    },
    text: async (states) => {
      for (const { isLate, nextDue, schedule } of states) {
        late.set({ schedule }, isLate ? 1 : 0);
        if (nextDue !== undefined) due.set({ schedule }, nextDue / 1000);
      }
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

const results: ReadonlyMap<number, string> = new Map([
  [0, 'fine'],
  [1, 'error'],
  [2, 'findings'],
  [3, 'refused'],
  [4, 'incomplete'],
]);

function resultOf(end: ScanEnd): string {
  switch (end.kind) {
    case 'ended':
      return results.get(end.code) ?? 'error';
    case 'crashed':
      return 'crashed';
    case 'given-up':
      return 'given_up';
  }
}
