// How long a playbook's own steps take in the embedded AWS, at AWS's usual durations: it is deployed and rebuilt there
// once. Virtual time; the real AWS is not asked.
import { execute, look, openSession, planFrom, toolFor } from '../../engine.ts';
import type { Knowledge, Measurement } from '../../forecast/knowledge.ts';
import type { PlanKind } from '../../plan/plan.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { durationsIn } from '../../run/journal/durations.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { createMemoryJournal } from '../../run/journal/journal.ts';
import { plugsOf } from './plugs.ts';
import { openSandbox, type OpenSandbox } from './sandbox.ts';

/** Beyond this a rehearsal would hold up the plan that waits for it; the types' defaults have to do. */
const mostComponents = 60;
/** What a call takes on the way to AWS and back, in milliseconds. */
const latencyMs = 60;

/** What was measured lately, of so many playbooks: who plans the same once more need not wait for it again. */
const mostKept = 16;
const kept = new WeakMap<Playbook['types'], Map<string, Promise<Knowledge['rehearsal']>>>();

/** Nothing is known where the playbook is too large or cannot be deployed in the sandbox. */
export function rehearsedTimings(playbook: Playbook): Promise<Knowledge['rehearsal']> {
  if (playbook.components.size > mostComponents) return Promise.resolve({ runs: 0, measurements: [] });
  const free = unguarded(playbook);
  const known = kept.get(free.types) ?? new Map<string, Promise<Knowledge['rehearsal']>>();
  kept.set(free.types, known);
  const key = keyOf(free);
  const before = known.get(key);
  if (before !== undefined) return before;
  const measuring = measure(free);
  known.set(key, measuring);
  for (const oldest of [...known.keys()].slice(0, -mostKept)) known.delete(oldest);
  return measuring;
}

/** All that a rehearsal depends on. Not the digest alone: who undoes a run has changed the components of the playbook. */
function keyOf({ components, digest, target }: Playbook): string {
  return digestOf({ digest, target, components: [...components.values()] });
}

async function measure(free: Playbook): Promise<Knowledge['rehearsal']> {
  const { alias } = free.target;
  const sandbox = openSandbox({
    startAt: Date.UTC(2016, 8, 5, 9),
    services: plugsOf(free.types),
    ...(alias === undefined ? {} : { alias }),
    transportOptions: { latencyMs },
  });
  const measurements: Measurement[] = [];
  let runs = 0;
  try {
    await sandbox.seed(free);
    for (const kind of ['repair', 'rebuild'] as const) {
      measurements.push(...durationsIn(await rehearse(free, kind, sandbox), toolFor(free)));
      runs += 1;
    }
  } catch (error) {
    // What cannot be seeded cannot be measured; what is broken in relight itself must be heard of.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
  }
  return { runs, measurements };
}

async function rehearse(playbook: Playbook, kind: PlanKind, sandbox: OpenSandbox): Promise<readonly JournalRecord[]> {
  const opened = await openSession(playbook, sandbox.access(playbook.target.region, 'change'));
  if (opened.kind !== 'open') throw new Error('the rehearsal is not where the playbook wants to be');
  const { session } = opened;
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind, allowDowntime: true });
  const records: JournalRecord[] = [];
  const keep = (record: JournalRecord): void => {
    records.push(record);
  };
  await execute(session, assessed, plan, {
    openJournal: (sink) =>
      createMemoryJournal(`timing-${kind}`, sandbox.clock, (record) => {
        keep(record);
        sink(record);
      }),
    prober: sandbox.prober,
    verify: false,
    stop: new AbortController().signal,
  });
  return records;
}

/** In a rehearsal nobody has to be asked, and nothing is lost. */
function unguarded(playbook: Playbook): Playbook {
  const components = new Map(
    [...playbook.components].map(([id, component]): [string, Component] => [
      id,
      { ...component, approval: undefined, protect: false },
    ]),
  );
  const recovery = { ...playbook.recovery, maxDeletes: undefined, deadline: 6 * 60 * 60_000 };
  return { ...playbook, components, recovery };
}
