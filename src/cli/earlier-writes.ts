// What earlier runs wrote into pieces that carry no tags: the journals are asked only where something needs the proof.
import { join } from 'node:path';
import type { Written } from '../assess/proof.ts';
import type { Json } from '../components/contract.ts';
import { hasUnproven, judgeWith, look, type Sighting } from '../engine.ts';
import type { Patience } from '../observe/patient.ts';
import { readRun, runIdsIn } from './run-store.ts';
import { wasHere } from './same-place.ts';
import type { CliSession } from './session.ts';

/** What is older than the last so many runs proves nothing any more. */
const runsRead = 200;

/**
 * Looks and judges, with the journals of earlier runs as proof where one is needed.
 *
 * @param patience for commands that change: what cannot be seen right now is looked at again
 */
export async function lookKnowingly(cli: CliSession, patience?: Patience): Promise<Sighting> {
  const sighting = await look(cli.session, patience);
  return hasUnproven(sighting) ? judgeWith(cli.session, sighting, writtenBefore(cli)) : sighting;
}

function writtenBefore({ session, place, stateDirectory }: CliSession): Written {
  const { playbook } = session;
  const directory = join(stateDirectory, 'runs');
  const written = new Map<string, Json[]>();
  for (const runId of runIdsIn(directory).slice(-runsRead)) {
    const { journal } = readRun(directory, runId);
    if (journal.kind !== 'sound') continue;
    const [first] = journal.records;
    const { plan } = first;
    if (plan.playbook.name !== playbook.metadata.name || !wasHere(first, place)) continue;
    const componentOf = new Map(plan.steps.map((step) => [step.id, step.component]));
    for (const record of journal.records) {
      if (record.type !== 'step-acted') continue;
      const component = componentOf.get(record.step);
      const wrote = record.receipt['wrote'];
      if (component === undefined || wrote === undefined) continue;
      written.set(component, [...(written.get(component) ?? []), wrote]);
    }
  }
  return written;
}
