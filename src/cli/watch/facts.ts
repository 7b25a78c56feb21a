// What a scan's report, as JSON, has for metrics and for whoever plans the next scan. Whoever wrote it was another process: nothing of it is taken on trust.
import { z } from 'zod';
import type { ScanFacts } from '../../watch/supervisor.ts';

const count = z.int().min(0);

const reportSchema = z.object({
  version: z.literal(1),
  counts: z.record(z.string(), count),
  coverage: z.object({ pieces: count, seen: count }),
  awsCalls: count,
  throttled: count,
  alarmDue: z.iso.datetime().nullable(),
  playbooks: z.array(
    z.object({ playbook: z.string(), account: z.string(), region: z.string(), pieces: count, seen: count }),
  ),
});

/** @returns undefined where it is no such report */
export function factsIn(text: string): ScanFacts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = reportSchema.safeParse(value);
  if (!read.success) return undefined;
  const { alarmDue, awsCalls, counts, coverage, playbooks, throttled } = read.data;
  return {
    findings: counts,
    unknown: coverage.pieces - coverage.seen,
    calls: awsCalls,
    throttled,
    alarmDue: alarmDue === null ? undefined : Date.parse(alarmDue),
    playbooks: playbooks.map(({ pieces, seen, ...of }) => ({ ...of, seen: seen === pieces })),
  };
}
