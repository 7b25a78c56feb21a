// What is known of how long this service takes to recover, and the forecast that is made of it.
import { join } from 'node:path';
import { forecastFrom, planFrom, toolFor, type PlanRequest, type Assessed } from '../../engine.ts';
import type { Forecast } from '../../forecast/forecast.ts';
import type { Knowledge } from '../../forecast/knowledge.ts';
import { everyConsent } from '../../plan/consent.ts';
import { isRecovery, strategies, type Plan } from '../../plan/plan.ts';
import { durationsIn } from '../../run/journal/durations.ts';
import { readRun, runIdsIn } from '../state/run-store.ts';
import { wasHere } from '../state/same-place.ts';
import type { CliSession } from '../place/session.ts';

/** What lies further back than the last so many runs was another service. */
const runsRead = 200;

export interface ForecastOptions {
  /** False: the playbook's probes will be left out. */
  readonly verify: boolean;
  /** How the plan was asked for, to plan its alternative in the same way; without one no alternative is forecast. */
  readonly request?: PlanRequest;
}

/** Undefined where there is nothing to do. */
export async function forecastOf(
  cli: CliSession,
  assessed: Assessed | Pick<Assessed, 'observations'>,
  plan: Plan,
  { request, verify }: ForecastOptions,
): Promise<Forecast | undefined> {
  const alternatives = 'assessments' in assessed && request !== undefined ? others(cli, assessed, plan, request) : [];
  if (plan.steps.length === 0 && alternatives.every((each) => each.steps.length === 0)) return undefined;
  // With the sandbox, a third of relight: for who has something to do.
  const { rehearsedTimings } = await import('../../rehearse/world/timings.ts');
  const knowledge = { rehearsal: await rehearsedTimings(cli.session.playbook), history: pastDurations(cli) };
  return forecastFrom(cli.session, assessed, plan, { alternatives, knowledge, verify });
}

function others(cli: CliSession, assessed: Assessed, plan: Plan, request: PlanRequest): readonly Plan[] {
  if (!isRecovery(plan.strategy)) return [];
  const accepted = everyConsent(cli.session.playbook.components.keys());
  return strategies
    .filter((kind) => kind !== plan.strategy)
    .map((kind) => planFrom(cli.session, assessed, { ...request, kind, accepted }));
}

/** Of this playbook in this account and region; runs in a sandbox tell nothing of AWS, nor the other way round. */
function pastDurations({ session, place, stateDirectory }: CliSession): Knowledge['history'] {
  const { playbook } = session;
  const directory = join(stateDirectory, 'runs');
  let runs = 0;
  const measurements = runIdsIn(directory)
    .slice(-runsRead)
    .flatMap((runId) => {
      const { journal } = readRun(directory, runId);
      if (journal.kind !== 'sound') return [];
      const [first] = journal.records;
      if (first.plan.playbook.name !== playbook.metadata.name || !wasHere(first, place)) return [];
      const durations = durationsIn(journal.records, toolFor(playbook));
      if (durations.length > 0) runs += 1;
      return durations;
    });
  return { runs, measurements };
}
