// What recover, teardown, undo and saved plans have in common: the engine's story, with a person at a terminal in it.
import { recover, type Assessed, type PlannedChange, type Proposal } from '../../engine.ts';
import type { Known } from '../../assess/proof.ts';
import type { Forecast } from '../../forecast/forecast.ts';
import type { Patience } from '../../observe/patient.ts';
import type { Plan, PlanKind } from '../../plan/plan.ts';
import { outOfTime } from '../../plan/saved-check.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import { planText } from '../../report/plan-text.ts';
import type { RunReport } from '../../report/report.ts';
import { isoNow } from '../../util/clock.ts';
import { unreachable } from '../../util/unreachable.ts';
import { whoAmI } from '../state/who-am-i.ts';
import { knownOf } from '../state/earlier-writes.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { noteEdition } from '../state/editions.ts';
import type { OpenKnownGood } from '../state/known-good.ts';
import { noteKnownGood } from '../state/known-good-noting.ts';
import type { Endings } from '../notify/run-end.ts';
import type { Io } from '../terminal/io.ts';
import type { Locked } from '../state/locked-session.ts';
import { nothingToRun } from './nothing-to-run.ts';
import type { ApprovalOptions, GlobalOptions } from '../options.ts';
import { askToRun } from './question.ts';
import { hasChanged, isUnwrittenRun, notBegun, runScreen, type RunScreen } from './run-screen.ts';
import { markUsed } from './saved-plan.ts';
import type { CliSession } from '../place/session.ts';
import { cannotKeepRuns, othersMayWrite } from '../state/state-files.ts';

export type CarryOutOptions = GlobalOptions &
  ApprovalOptions & {
    /** False with `--no-verify`. */
    readonly verify: boolean;
    /** Told how the run ends. */
    readonly endings?: Endings;
  };

/** A change as a command means it. */
export interface Change<Planned extends PlannedChange> {
  readonly kind: PlanKind;
  readonly patience: Patience;
  /** Closed at the end. */
  readonly keeper: OpenKnownGood;
  readonly plan: (assessed: Assessed, known: Known | undefined) => Promise<Planned>;
  readonly forecast: (planned: Planned) => Promise<Forecast | undefined>;
  /** Set when the plan comes from a file. */
  readonly saved?: {
    readonly value: SavedPlan;
    readonly refusal: (reason: string) => UserError;
    /** Why nobody but the file says what this is about; undefined where the command line or a key does. */
    readonly unvouched: string | undefined;
  };
}

/** Looks, plans, shows, asks, runs and reports. */
export async function carryOut<Planned extends PlannedChange>(
  change: Change<Planned>,
  locked: Locked,
  options: CarryOutOptions,
  io: Io,
): Promise<ExitCode> {
  try {
    return await carryOutOn(runScreen(locked, options, io), change, locked, options, io);
  } finally {
    change.keeper.close();
  }
}

async function carryOutOn<Planned extends PlannedChange>(
  screen: RunScreen,
  change: Change<Planned>,
  locked: Locked,
  options: CarryOutOptions,
  io: Io,
): Promise<ExitCode> {
  const { cli } = locked;
  const { forecast, keeper, kind, patience, plan, saved } = change;
  try {
    const recovery = await recover<Planned>(cli.session, {
      kind,
      patience,
      plan,
      forecast,
      known: (assessed) => knownOf(cli, assessed),
      tell: (proposal) => {
        showPlan(proposal, cli, options, io);
      },
      approve: async (proposal) => {
        const how = await askAbout(proposal, change, cli, options, io);
        if (how === undefined) return { kind: 'no' };
        const approval = { how, by: whoAmI(), at: isoNow(cli.session.observeContext.clock) };
        claim(locked, saved);
        const command = kind === 'teardown' ? 'teardown' : 'recover';
        // What an undo works with is the playbook as it was, not as somebody keeps it.
        if (kind !== 'undo') void noteEdition(cli, locked.beside, { command, ...approval }, io);
        screen.begin(proposal.plan, proposal.forecast);
        return { kind: 'yes', approval };
      },
      ...screen.execution,
      ...(saved === undefined ? {} : { savedPlan: saved.value }),
    });
    switch (recovery.kind) {
      case 'refused':
        throw refusedBy(recovery.plan);
      case 'idle': {
        const code = await nothingToRun(recovery.plan, recovery.assessed, cli, options, io);
        await noteKnownGood(cli, keeper, recovery.assessed, io);
        return code;
      }
      case 'declined':
        throw new UserError('refused: not approved. Nothing was changed.', exitCodes.refused);
      case 'ran':
        options.endings?.ran(recovery.report, cli);
        screen.show(recovery.report);
        return exitCodeOf(recovery.plan, recovery.report);
      default:
        return unreachable(recovery);
    }
  } catch (error) {
    throw screen.failure(error);
  } finally {
    screen.close();
  }
}

/** The JSON of a refused recovery reads as that of a run that did nothing. */
export async function asRun(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== exitCodes.refused) throw error;
    const nothing = { runId: null, steps: [], awsCalls: 0, durationSeconds: 0 };
    throw new UserError(error.message, error.exitCode, { ...nothing, ...error.details });
  }
}

function showPlan({ forecast, plan }: Proposal, cli: CliSession, options: CarryOutOptions, io: Io): void {
  if (options.json === true) return;
  const unprobed = !options.verify && plan.steps.some((step) => step.action === 'verify');
  io.out(`${planText(plan, cli.paint, forecast, options.verbose)}\n`);
  if (unprobed) io.out(`${cli.paint.warn('--no-verify: the verify steps are left out')}\n\n`);
}

function refusedBy({ refusals }: Plan): UserError {
  const reasons = refusals.map((each) => `refused: ${each.text}`);
  return new UserError([...reasons, 'Nothing was changed.'].join('\n'), exitCodes.refused, { refusals });
}

/** Makes sure that the run can be kept, then asks. */
async function askAbout(
  { forecast, plan }: Proposal,
  { saved }: Pick<Change<PlannedChange>, 'saved'>,
  cli: CliSession,
  options: CarryOutOptions,
  io: Io,
): ReturnType<typeof askToRun> {
  tellOthers(cli.stateDirectory, io);
  const noPlace = cannotKeepRuns(cli.stateDirectory, cli.embedded !== undefined);
  if (noPlace !== undefined) throw notBegun(noPlace);
  const shown = options.json !== true && io.outIsTerminal;
  const how = await askToRun(plan, options, io, () => {
    // Whoever is asked sees what they are asked about, wherever the result goes.
    if (!shown) io.err(`${planText(plan, cli.errPaint, forecast, options.verbose)}\n`);
  });
  if (how === 'flags' && saved?.unvouched !== undefined) throw new UserError(saved.unvouched, exitCodes.refused);
  return how;
}

/** Before anything is kept there. */
function tellOthers(stateDirectory: string, io: Io): void {
  const uid = process.getuid?.();
  const sudoUid = Number(io.env['SUDO_UID']);
  const user = uid === undefined ? undefined : { uid, ...(Number.isInteger(sudoUid) ? { sudoUid } : {}) };
  const text = othersMayWrite(stateDirectory, user);
  if (text !== undefined) io.err(`warning: ${text}\n`);
}

/** Right before the run: still in time, and nobody else's. */
function claim({ cli, lease }: Locked, saved: Change<PlannedChange>['saved']): void {
  const state = lease.state();
  if (state.kind === 'lost') {
    throw new UserError(`refused: ${state.why}. Nothing was changed. Run the same command again.`, exitCodes.refused);
  }
  if (saved === undefined) return;
  const { clock } = cli.session.observeContext;
  const reason = outOfTime(saved.value, clock.now()) ?? markUsed(cli.stateDirectory, saved.value, clock);
  if (reason !== undefined) throw saved.refusal(reason);
}

function exitCodeOf(plan: Plan, report: RunReport): ExitCode {
  if (isUnwrittenRun(report)) return hasChanged(report) ? exitCodes.failed : exitCodes.error;
  switch (report.result) {
    case 'succeeded':
      return exitCodes.fine;
    case 'refused':
      return exitCodes.refused;
    case 'failed':
    case 'partial': {
      const refused = report.approvals.some((each) => each.status === 'refused');
      if (refused && report.steps.every((step) => step.status !== 'failed')) return exitCodes.refused;
      const onlyUnseen = report.steps.every((step) => step.status === 'succeeded') && plan.summary.unknown > 0;
      return onlyUnseen ? exitCodes.incomplete : exitCodes.failed;
    }
    default:
      return unreachable(report.result);
  }
}
