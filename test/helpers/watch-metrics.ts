// What the metrics of a watch are named and labelled, by their own exposition.
import { createMetrics } from '../../src/watch/metrics.ts';
import type { ScanEnd, ScanEnded } from '../../src/watch/supervisor.ts';

/** Labels by the name that a query asks for: a histogram's are those of its parts. */
export async function watchMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics();
  const end: ScanEnd = {
    kind: 'ended',
    code: 2,
    facts: {
      findings: { critical: 1 },
      unknown: 1,
      calls: 1,
      throttled: 1,
      alarmDue: undefined,
      playbooks: [{ playbook: 'api', account: '123456789012', region: 'eu-west-1', seen: true }],
    },
  };
  const schedule: ScanEnded['schedule'] = {
    name: 'all',
    cron: '* * * * *',
    timeZone: 'UTC',
    jitter: 0,
    deadline: 1,
    accounts: undefined,
    beyond: undefined,
    catchUp: 'none',
    ping: undefined,
    position: { line: 1, column: 1 },
  };
  metrics.ended({ id: '', due: 0, again: false, schedule, startedAt: 0, endedAt: 1, end });
  metrics.skipped('all');
  const { body } = await metrics.text([
    {
      schedule: 'all',
      nextDue: 1,
      running: false,
      lastEndedAt: undefined,
      lastSucceededAt: undefined,
      isLate: false,
    },
  ]);
  const found = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of body.matchAll(/^([a-z_]+)\{([^}]*)\} /gm)) {
    const known = found.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}
