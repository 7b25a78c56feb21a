// relight recover and relight teardown: look, plan, ask, run, report. The only commands that change AWS.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execute, planAgain, planChange, tool, type Assessed } from '../engine.ts';
import type { Forecast } from '../forecast/forecast.ts';
import { foreseeRest } from '../forecast/remaining.ts';
import { approvalNeed } from '../guard/guard.ts';
import type { Consents } from '../plan/consent.ts';
import type { Plan, PlanKind } from '../plan/plan.ts';
import { otherPlace, otherPlaybook, otherSayings, otherTool, outOfTime, paramsFor } from '../plan/saved-check.ts';
import type { SavedPlan } from '../plan/saved.ts';
import type { Playbook } from '../playbook/model.ts';
import { planText } from '../report/plan-text.ts';
import type { RunReport } from '../report/report.ts';
import { runText } from '../report/run-text.ts';
import type { Approval } from '../run/events.ts';
import { openFileJournal, type Journal } from '../run/journal.ts';
import type { UnfinishedRun } from '../run/unfinished.ts';
import { isUnwritten } from '../run/written.ts';
import { isoNow, systemClock } from '../util/clock.ts';
import { StorageFailure } from '../util/storage.ts';
import { storageText } from '../util/storage-remedy.ts';
import { unreachable } from '../util/unreachable.ts';
import { approverFor, whoAmI } from './approver.ts';
import { planAccepting } from './consenting.ts';
import { lookKnowingly } from './earlier-writes.ts';
import { asWorldFailure } from './embedded.ts';
import { nothingToRun } from './nothing-to-run.ts';
import { exitCodes, UserError, type ExitCode } from './exit.ts';
import { forecastOf } from './forecast.ts';
import { runToGoOnWith } from './going-on.ts';
import { pathIn, type Io } from './io.ts';
import { underLock, type Locked, type LockOption } from './locking.ts';
import {
  allowancesIn,
  excludedComponents,
  refuseUnknown,
  retypedWords,
  whereWords,
  type AllowanceOptions,
  type ApprovalOptions,
  type GlobalOptions,
} from './options.ts';
import { patienceFor } from './patience.ts';
import { strategyOf, type StrategyOption } from './plan.ts';
import { planKeyIn } from './plan-key.ts';
import { insistOnProof, proofStatus, tellProof } from './proofs.ts';
import { showProgress } from './progress.ts';
import { earlierUse, loadSavedPlan, markUsed, savedPlanRefusal } from './saved-plan.ts';
import { loadDiagnosed, readPlaybook, type CliSession } from './session.ts';
import { cannotKeepRuns, cannotWrite, othersMayWrite } from './state-files.ts';
import { jsonText, shownName } from '../util/shown.ts';
import { shellWord } from '../util/shell.ts';

export type RecoverOptions = GlobalOptions &
  ApprovalOptions &
  AllowanceOptions &
  LockOption &
  StrategyOption & {
    /** False with `--no-verify`. */
    readonly verify: boolean;
    /** File of a saved plan. */
    readonly plan?: string;
    /** Begin from scratch, whatever an unfinished run has made. */
    readonly anew?: boolean;
  };

export function recover(file: string | undefined, options: RecoverOptions, io: Io): Promise<ExitCode> {
  const { plan } = options;
  return asRun(() => {
    if (plan !== undefined) return recoverBySavedPlan(plan, file, options, io);
    if (file === undefined) throw new UserError('recover: name a playbook, or a saved plan with --plan');
    return carryOutChange(file, (playbook) => strategyOf(options, playbook), options, io, goingOnIn(options, io));
  });
}

export function teardown(file: string, options: RecoverOptions, io: Io): Promise<ExitCode> {
  return asRun(() => carryOutChange(file, () => 'teardown', options, io, goingOnIn(options, io)));
}

function goingOnIn(options: RecoverOptions, io: Io): (cli: CliSession, kind: PlanKind) => UnfinishedRun | undefined {
  return (cli, kind) => (options.anew === true ? undefined : runToGoOnWith(cli, kind, io));
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

/** A plan on its way to be run, with what was seen of what it is about. */
interface Work {
  readonly plan: Plan;
  readonly locked: Locked;
  readonly assessed: Pick<Assessed, 'observations'>;
  /** Undefined where there is nothing to do. */
  readonly forecast: Forecast | undefined;
  /** Set when the plan comes from a file. */
  readonly saved?: {
    readonly value: SavedPlan;
    readonly refusal: (reason: string) => UserError;
    /** Why nobody but the file says what this is about; undefined where the command line or a key does. */
    readonly unvouched: string | undefined;
  };
}

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
  goingOn: (cli: CliSession, kind: PlanKind) => UnfinishedRun | undefined,
  carried?: Consents,
): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const kind = kindOf(playbook);
  const excluded = excludedComponents(options, playbook);
  const { accepting, allowDowntime } = allowancesIn(options, playbook);
  refuseUnknown('--approve', options.approve, playbook);
  const command = kind === 'teardown' ? 'teardown' : 'recover';
  if (command === 'recover') proofFirst(playbook, options, io);
  return underLock(playbook, command, options, io, async (locked) => {
    const { cli } = locked;
    const seen = await lookKnowingly(cli, patienceFor(excluded, options, io));
    const left = goingOn(cli, kind);
    const resumes = left === undefined ? {} : { resumes: left.resumption };
    const base = { kind, excluded, allowDowntime, retype: retypedWords(options), ...resumes };
    const planWith = async (accepted: Consents) => {
      const request = { ...base, accepted };
      return { ...(await planChange(cli.session, seen, request)), request };
    };
    const { plan, request, assessed } = await planAccepting(accepting, options, io, planWith, carried);
    const forecast = await forecastOf(cli, assessed, plan, { verify: options.verify, request });
    return carryOut({ plan, locked, assessed, forecast }, options, io);
  });
}

/**
 * Does what a saved plan says, if all that it was made from still holds. From the file comes what is to be done: what may be
 * done is said by playbook, command line and journal, and the plan that is run is made here.
 */
async function recoverBySavedPlan(
  planFile: string,
  playbookFile: string | undefined,
  options: RecoverOptions,
  io: Io,
): Promise<ExitCode> {
  refuseOverrides(options);
  const key = planKeyIn(io);
  const saved = loadSavedPlan(planFile, key, io);
  const file = playbookFile ?? saved.playbook.file;
  const refusal = (reason: string): UserError => savedPlanRefusal(planFile, file, reason);
  const insist = (reason: string | undefined): void => {
    if (reason !== undefined) throw refusal(reason);
  };
  insist(otherTool(saved, tool));
  if (!existsSync(pathIn(io, file))) {
    throw new UserError(
      `${file}: no such file; the plan was made from it. Elsewhere: relight recover <playbook> --plan ${shellWord(planFile)}`,
    );
  }
  const playbook = readPlaybook(file, { ...options, param: paramsFor(saved, options.param) }, io);
  insist(otherPlaybook(saved, playbook));
  insist(otherSayings(saved, playbook));
  const unvouched = key === undefined ? saidByFileAlone(planFile, playbookFile, playbook, options, io) : undefined;
  const { strategy: kind } = saved;
  const excluded = new Set(saved.excluded);
  const { accepting, allowDowntime } = allowancesIn(options, playbook);
  refuseUnknown('--approve', options.approve, playbook);
  proofFirst(playbook, options, io);
  return underLock(playbook, 'recover', options, io, async (locked) => {
    const { cli } = locked;
    const { identity, observeContext } = cli.session;
    insist(otherPlace(saved, { ...identity, sandbox: cli.place.sandbox }));
    insist(outOfTime(saved, observeContext.clock.now()));
    insist(earlierUse(cli.stateDirectory, saved));
    const seen = await lookKnowingly(cli, patienceFor(excluded, options, io));
    const left = goingOnIn(options, io)(cli, kind);
    const resumes = left === undefined ? {} : { resumes: left.resumption };
    const base = { kind, excluded, allowDowntime, retype: retypedWords(options), ...resumes };
    const planWith = (accepted: Consents) => planAgain(cli.session, seen, saved, { ...base, accepted });
    const { apart, moved, plan, assessed } = await planAccepting(accepting, options, io, planWith);
    if (moved.length > 0) throw savedPlanRefusal(planFile, file, 'what it was made for has moved', { moved });
    if (apart.length > 0) {
      const reason = `planned anew, it is not the same${missingSay(saved.plan, plan)}`;
      throw savedPlanRefusal(planFile, file, reason, { apart });
    }
    const forecast = await forecastOf(cli, assessed, plan, { verify: options.verify });
    return carryOut({ plan, locked, assessed, forecast, saved: { value: saved, refusal, unvouched } }, options, io);
  });
}

/** What the plan was made with and this command was not given: a file permits nothing. */
function missingSay(saved: Plan, now: Plan): string {
  const accepted = saved.accepted.filter((each) => !now.accepted.includes(each)).map((each) => `--accept ${each}`);
  const given = [...accepted, ...(saved.allowDowntime && !now.allowDowntime ? ['--allow-downtime'] : [])];
  if (given.length > 0) return `. It was made with ${given.join(' ')}: what that permits has to be given here again`;
  if (saved.resumes === null && now.resumes !== null) {
    return `. Run ${now.resumes.run} did not reach its end and is gone on with; to begin anew: --anew`;
  }
  return '';
}

/** Without a key anybody may have made the file: what is run unasked has to be named on the command line. */
function saidByFileAlone(
  planFile: string,
  playbookFile: string | undefined,
  playbook: Playbook,
  options: RecoverOptions,
  io: Io,
): string | undefined {
  const { file, params, secrets } = playbook;
  const said = playbookFile === undefined ? undefined : loadDiagnosed(playbookFile, options, io);
  if (said?.ok === true && said.playbook.digest === playbook.digest) return undefined;
  const defaults = said?.ok === true ? said.playbook.params : {};
  const missing = Object.entries(params).filter(
    ([name, value]) => defaults[name] !== value && options.param[name] === undefined && !secrets.params.has(name),
  );
  const words = playbookFile === undefined ? [] : missing.map(([name, value]) => ` --param ${name}=${String(value)}`);
  const what = playbookFile === undefined ? 'which playbook is meant' : 'with which parameters';
  return (
    `refused: --yes, and only the saved plan ${planFile} says ${what}: whoever made it is not known. Nothing was changed. ` +
    `Say it here too: relight recover ${playbookFile ?? file} --plan ${planFile}${words.join('')}; or have plans sealed with ` +
    'RELIGHT_PLAN_KEY'
  );
}

/** A recovery tells how its playbook's proof stands, and is refused before anything is asked if that is not enough. */
function proofFirst(playbook: Playbook, options: RecoverOptions, io: Io): void {
  const leaseState = proofStatus(playbook, options, io);
  insistOnProof(playbook, leaseState);
  if (options.json !== true && options.quiet !== true) tellProof(playbook, leaseState, io);
}

/** A saved plan says itself what is to be done, though not what may be. */
function refuseOverrides(options: RecoverOptions): void {
  const flags = [
    ['--strategy', options.strategy !== undefined],
    ['--only', options.only.length > 0],
    ['--exclude', options.exclude.length > 0],
  ] as const;
  const given = flags.find(([, isGiven]) => isGiven);
  if (given !== undefined) throw new UserError(`${given[0]} has no effect on a saved plan: plan again with it`);
}

/** Shows the plan, asks, runs it. */
export async function carryOut(work: Work, options: RecoverOptions, io: Io): Promise<ExitCode> {
  const { forecast, plan } = work;
  const { cli } = work.locked;
  if (options.json !== true) {
    const unprobed = !options.verify && plan.steps.some((step) => step.action === 'verify');
    io.out(`${planText(plan, cli.paint, forecast)}\n`);
    if (unprobed) io.out(`${cli.paint.warn('--no-verify: the verify steps are left out')}\n\n`);
  }
  if (plan.refusals.length > 0) {
    const reasons = plan.refusals.map((each) => `refused: ${each.text}`);
    throw new UserError([...reasons, 'Nothing was changed.'].join('\n'), exitCodes.refused, {
      refusals: plan.refusals,
    });
  }
  if (plan.steps.length === 0) return nothingToRun(plan, work.assessed, cli, options, io);
  tellOthers(cli.stateDirectory, io);
  const noPlace = cannotKeepRuns(cli.stateDirectory, cli.embedded !== undefined);
  if (noPlace !== undefined) throw notBegun(noPlace);
  const shown = options.json !== true && io.outIsTerminal;
  const how = await approve(work, options, io, () => {
    // Whoever is asked sees what they are asked about, wherever the result goes.
    if (!shown) io.err(`${planText(plan, cli.errPaint, forecast)}\n`);
  });
  const approval: Approval = { how, by: whoAmI(), at: isoNow(cli.session.observeContext.clock) };
  const report = await run(work, approval, options, io);
  return recoverExitCode(plan, report);
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
function claim({ locked, saved }: Work): void {
  const { cli, lease } = locked;
  const leaseState = lease.leaseState();
  if (leaseState.kind === 'lost') {
    throw new UserError(
      `refused: ${leaseState.why}. Nothing was changed. Run the same command again.`,
      exitCodes.refused,
    );
  }
  if (saved === undefined) return;
  const { clock } = cli.session.observeContext;
  const reason = outOfTime(saved.value, clock.now()) ?? markUsed(cli.stateDirectory, saved.value, clock);
  if (reason !== undefined) throw saved.refusal(reason);
}

/**
 * Asks whoever sits at the terminal; refuses when there is nobody and nothing was said in advance.
 *
 * @param show called right before the question
 */
async function approve(
  { plan, saved }: Pick<Work, 'plan' | 'saved'>,
  options: ApprovalOptions,
  io: Io,
  show: () => void,
): Promise<Approval['how']> {
  const need = approvalNeed({
    environment: plan.environment ?? undefined,
    playbook: plan.playbook.name,
    yes: options.yes === true,
    confirm: options.confirm,
    terminal: io.canAsk,
  });
  const { account, alias, region } = plan.identity;
  const target = `account ${shownName(account)} (${alias === null ? 'no alias' : shownName(alias)}), ${shownName(region)}`;
  switch (need.kind) {
    case 'none':
      if (saved?.unvouched !== undefined) throw new UserError(saved.unvouched, exitCodes.refused);
      return 'flags';
    case 'refused':
      throw new UserError(need.text, exitCodes.refused);
    case 'yes': {
      show();
      const answer = await io.ask(`Run this plan in ${target}? [y/N] `);
      if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw notApproved();
      return 'typed-yes';
    }
    case 'name': {
      show();
      const answer = await io.ask(`This is PRODUCTION, ${target}. Type the playbook's name to run the plan: `);
      if (answer?.trim() !== need.name) throw notApproved();
      return 'typed-name';
    }
    default:
      return unreachable(need);
  }
}

/** A run that cannot be written down is not run. */
function notBegun(trouble: string): UserError {
  return new UserError(`the run cannot be written down: ${trouble}. Nothing was changed.`);
}

function notApproved(): UserError {
  return new UserError('refused: not approved. Nothing was changed.', exitCodes.refused);
}

async function run(work: Work, approval: Approval, options: RecoverOptions, io: Io): Promise<RunReport> {
  const { forecast, plan, locked, assessed, saved } = work;
  const { cli, lease, runId } = locked;
  const { embedded } = cli;
  claim(work);
  const { clock } = cli.session.observeContext;
  const stop = new AbortController();
  let presses = 0;
  const stopListening = io.onInterrupt(() => {
    presses += 1;
    if (presses > 1) {
      io.err('\nstopped at once; the journal tells how far it came. Run the same command again to go on.\n');
      process.exit(exitCodes.failed);
    }
    io.err('\nstopping: calls under way are finished, nothing new is begun; press again to stop at once\n');
    stop.abort(new Error('interrupted'));
  });
  locked.listenNoMore();
  const remaining = forecast === undefined ? undefined : foreseeRest(plan, forecast);
  const progress = options.quiet === true ? undefined : showProgress(plan, remaining, clock, io, cli.errPaint);
  const directory = join(cli.stateDirectory, 'runs');
  let place: string | null = null;
  try {
    const report = await execute(cli.session, assessed, plan, {
      openJournal: (sink) => {
        const journal = openJournal(directory, runId, clock, (record) => {
          sink(record);
          progress?.record(record);
        });
        place = journal.place;
        return journal;
      },
      prober: cli.prober,
      verify: options.verify,
      stop: stop.signal,
      sandbox: cli.place.sandbox,
      ...(cli.place.endpoint === null ? {} : { endpoint: cli.place.endpoint }),
      approver: approverFor(
        {
          directory: join(directory, runId),
          approved: options.approve,
          ...(embedded !== undefined && options.sandboxSpeed === undefined
            ? { clock: systemClock, hold: () => embedded.clock.hold() }
            : { clock }),
          ask: progress?.ask ?? io.ask,
        },
        io,
      ),
      lease,
      ...(saved === undefined ? {} : { savedPlan: saved.value }),
      approval,
      forecast,
    });
    progress?.end();
    io.out(options.json === true ? jsonText(report) : `\n${runText(report, place, cli.paint, whereWords(options))}`);
    if (isUnwrittenRun(report)) {
      io.err(
        `${report.interruption ?? ''}.\nWhat happened after that is written nowhere; the state is in AWS: ` +
          'make good what is wrong there, then run the same command again to go on from what is there\n',
      );
    }
    if (stop.signal.aborted) io.err('interrupted: run the same command again to go on from what is there\n');
    if (lease.lost.aborted && report.interruption !== null) {
      io.err(`${report.interruption}\nThe state is in AWS: run the same command again to go on from what is there\n`);
    }
    keepWorld(cli, report);
    return report;
  } catch (error) {
    // Not even its first line could be written: nothing was begun.
    throw error instanceof StorageFailure ? notBegun(storageText(error, directory)) : error;
  } finally {
    progress?.end();
    stopListening();
  }
}

/** The world of `--sandbox`, once more: a save that failed meanwhile may do now. */
function keepWorld({ embedded }: CliSession, report: RunReport): void {
  try {
    embedded?.save();
  } catch (error) {
    const failure = asWorldFailure(error);
    throw new UserError(failure.message, hasChanged(report) ? exitCodes.failed : exitCodes.error);
  }
}

/** The run ended because nothing more could be written. */
function isUnwrittenRun({ interruption }: RunReport): boolean {
  return interruption !== null && isUnwritten(interruption);
}

/** A change was sent to AWS, whatever came of it. */
function hasChanged({ steps }: RunReport): boolean {
  return steps.some((step) => step.attempts > 0);
}

/** @throws UserError when there is no place for it */
function openJournal(...[directory, runId, clock, onRecord]: Parameters<typeof openFileJournal>): Journal {
  try {
    return openFileJournal(directory, runId, clock, onRecord);
  } catch (error) {
    throw notBegun(cannotWrite(error, join(directory, runId), directory));
  }
}

function recoverExitCode(plan: Plan, report: RunReport): ExitCode {
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
