// relight plan: what a recovery would do, as a dry run. Cannot change anything.
import { randomBytes } from 'node:crypto';
import {
  planChange,
  propose,
  savedPlanFrom,
  type Assessed,
  type PlannedChange,
  type PlanRequest,
} from '../../engine.ts';
import { isPending, strategies, type Plan, type Strategy } from '../../plan/plan.ts';
import { formatDuration } from '../../playbook/duration.ts';
import type { Playbook } from '../../playbook/model.ts';
import { planText } from '../../report/plan-text.ts';
import { newRunId } from '../../run/journal/journal.ts';
import { tellDenied } from '../changing/denied.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { forecastOf } from '../changing/forecast.ts';
import type { Io } from '../terminal/io.ts';
import { excludedComponents, whereWords, type AllowanceOptions, type GlobalOptions } from '../options.ts';
import { knownOf } from '../state/earlier-writes.ts';
import { planKeyIn } from '../changing/plan-key.ts';
import { managersBy, namedState, type NamedState, type StateOption } from '../changing/managers.ts';
import { askedOf, goingOnIn, planAsked, type Asked } from '../changing/planner.ts';
import { tellEditions } from '../state/editions.ts';
import { openKnownGood, type KnownGoodKeeper } from '../state/known-good.ts';
import { noteKnownGood } from '../state/known-good-noting.ts';
import { memoryOf } from '../state/memory.ts';
import { proofStatus, tellProof } from '../state/proofs.ts';
import { keepingOf, writeSavedPlan, type SavePlanFlags } from '../changing/saved-plan.ts';
import { openCliSession, readPlaybook, type CliSession } from '../place/session.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText } from '../../util/shown.ts';

export interface StrategyOption {
  readonly strategy?: string;
}

export type PlanOptions = GlobalOptions &
  StrategyOption &
  SavePlanFlags &
  AllowanceOptions &
  StateOption & { readonly anew?: boolean };

export async function plan(file: string, options: PlanOptions, io: Io): Promise<ExitCode> {
  const keeping = keepingOf(options, io);
  const key = keeping === undefined ? undefined : planKeyIn(io);
  const playbook = readPlaybook(file, options, io);
  const named = namedState(options, io);
  const kind = strategyOf(options, playbook);
  const excluded = excludedComponents(options, playbook);
  const asked = askedOf(playbook, kind, excluded, options);
  const cli = await openCliSession(playbook, 'read', options, io);
  await tellEditions(cli, undefined, options, io);
  const keeper = openKnownGood(cli, { ahead: true });
  try {
    const { assessed, made } = await planned({ cli, asked, excluded, keeper, keeping, key, kind, named }, options, io);
    await noteKnownGood(cli, keeper, assessed, io);
    return planExitCode(made);
  } finally {
    keeper.close();
  }
}

interface Planning {
  readonly cli: CliSession;
  readonly asked: Asked;
  readonly excluded: ReadonlySet<string>;
  readonly keeper: KnownGoodKeeper;
  readonly keeping: ReturnType<typeof keepingOf>;
  readonly key: ReturnType<typeof planKeyIn>;
  readonly kind: Strategy;
  readonly named: NamedState | undefined;
}

/** Makes the plan, shows it, and saves it where that is asked for. */
async function planned(
  { cli, asked, excluded, keeper, keeping, key, kind, named }: Planning,
  options: PlanOptions,
  io: Io,
): Promise<{ readonly assessed: Assessed; readonly made: Plan }> {
  const { paint, place, session } = cli;
  const { playbook } = session;
  const {
    assessed,
    forecast,
    plan: made,
  } = await propose(session, {
    kind,
    known: (seen) => knownOf(cli, seen),
    plan: async (seen) => {
      const left = goingOnIn(options, io)(cli, kind);
      const memory = await memoryOf(cli, keeper, { assessed: seen, kind, unfinished: left?.runId }, io);
      const planWith = (request: PlanRequest): Promise<PlannedChange> =>
        planChange(session, seen, { ...request, ...managersBy(session, seen, named) }, memory);
      return planAsked(asked, left, options, io, planWith);
    },
    forecast: ({ plan, request, assessed }) => forecastOf(cli, assessed, plan, { verify: true, request }),
  });
  tellDenied(playbook, assessed.observations.byId, excluded, io);
  const proof = proofStatus(playbook, options, io);
  if (options.json !== true && options.quiet !== true) tellProof(playbook, proof, io);
  const json = { ...made, forecast: forecast ?? null, proof, sandbox: place.sandbox, endpoint: place.endpoint };
  if (keeping === undefined) {
    io.out(options.json === true ? jsonText(json) : planText(made, paint, forecast, options.verbose));
    return { assessed, made };
  }
  const id = newRunId(session.observeContext.clock, randomBytes(8).toString('hex'));
  const saved = savedPlanFrom(session, assessed, made, { id, ttl: keeping.ttl, excluded, sandbox: place.sandbox, key });
  writeSavedPlan(keeping, saved);
  const { expiresAt, seal } = saved;
  if (options.json === true) {
    io.out(jsonText({ ...json, saved: { file: keeping.file, id, expiresAt, seal } }));
  } else {
    const until = `valid for ${formatDuration(keeping.ttl)}, until ${expiresAt}`;
    const command = `relight recover --plan ${shellWord(keeping.file)}${whereWords({ ...options, param: {} })}`;
    const next = made.steps.length === 0 ? 'there is nothing in it to run' : `run it: ${command}`;
    io.out(`${planText(made, paint, forecast, options.verbose)}\nsaved, ${until}; ${next}\n`);
  }
  return { assessed, made };
}

/** `--strategy`, else the playbook's. */
export function strategyOf(options: StrategyOption, playbook: Playbook): Strategy {
  const wanted = options.strategy ?? playbook.recovery.strategy;
  const strategy = strategies.find((each) => each === wanted);
  if (strategy === undefined) throw new UserError(`--strategy ${wanted}: expected ${strategies.join(' or ')}`);
  return strategy;
}

export function planExitCode(made: Plan): ExitCode {
  if (made.summary.unknown > 0) return exitCodes.incomplete;
  return isPending(made) ? exitCodes.pending : exitCodes.fine;
}
