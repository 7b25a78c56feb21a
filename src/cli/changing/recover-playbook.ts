// A recovery or a teardown from a playbook: how the plan is made.
import { planChange, type PlannedChange, type PlanRequest } from '../../engine.ts';
import type { Consents } from '../../plan/consent.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import { carryOut, type CarryOutOptions } from './carry-out.ts';
import { tellDenied } from './denied.ts';
import type { ExitCode } from '../exit.ts';
import { forecastOf } from './forecast.ts';
import type { NotifyOption } from '../notify/run-end.ts';
import type { Io } from '../terminal/io.ts';
import { inLockedSession } from '../state/locked-session.ts';
import type { LockOption } from '../state/locking.ts';
import { excludedComponents, refuseUnknown, type AllowanceOptions } from '../options.ts';
import { managersBy, namedState, type StateOption } from './managers.ts';
import { patienceFor } from './patience.ts';
import type { StrategyOption } from '../verbs/plan.ts';
import { askedOf, planAsked, type GoingOn } from './planner.ts';
import { tellEditions } from '../state/editions.ts';
import { openKnownGood } from '../state/known-good.ts';
import { memoryOf } from '../state/memory.ts';
import { insistOnProof, proofStatus, tellProof } from '../state/proofs.ts';
import { readPlaybook } from '../place/session.ts';

export type RecoverOptions = CarryOutOptions &
  NotifyOption &
  AllowanceOptions &
  LockOption &
  StateOption &
  StrategyOption & {
    /** File of a saved plan. */
    readonly plan?: string;
    /** Begin from scratch, whatever an unfinished run has made. */
    readonly anew?: boolean;
  };

/**
 * Looks, plans, asks and runs; `goingOn` finds the unfinished run to go on with.
 *
 * @param carried what was accepted in that run
 */
export async function carryOutChange(
  file: string,
  kindOf: (playbook: Playbook) => PlanKind,
  options: RecoverOptions,
  io: Io,
  goingOn: GoingOn,
  carried?: Consents,
): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const named = namedState(options, io);
  const kind = kindOf(playbook);
  const excluded = excludedComponents(options, playbook);
  const asked = askedOf(playbook, kind, excluded, options);
  refuseUnknown('--approve', options.approve, playbook);
  const command = kind === 'teardown' ? 'teardown' : 'recover';
  if (command === 'recover') proofFirst(playbook, options, io);
  return inLockedSession(playbook, command, options, io, async (locked) => {
    const { cli } = locked;
    await tellEditions(cli, locked.beside, options, io);
    const keeper = openKnownGood(cli, { ahead: kind !== 'teardown' });
    return carryOut(
      {
        kind,
        patience: patienceFor(excluded, options, io),
        keeper,
        plan: async (assessed) => {
          tellDenied(playbook, assessed.observations.byId, excluded, io);
          const left = goingOn(cli, kind);
          const memory = await memoryOf(cli, keeper, { assessed, kind, unfinished: left?.runId }, io);
          const planWith = (request: PlanRequest): Promise<PlannedChange> =>
            planChange(cli.session, assessed, { ...request, ...managersBy(cli.session, assessed, named) }, memory);
          return planAsked(asked, left, options, io, planWith, carried);
        },
        forecast: ({ plan, request, assessed }) => forecastOf(cli, assessed, plan, { verify: options.verify, request }),
      },
      locked,
      options,
      io,
    );
  });
}

/** A recovery tells how its playbook's proof stands, and is refused before anything is asked if that is not enough. */
export function proofFirst(playbook: Playbook, options: RecoverOptions, io: Io): void {
  const status = proofStatus(playbook, options, io);
  insistOnProof(playbook, status);
  if (options.json !== true && options.quiet !== true) tellProof(playbook, status, io);
}
