// relight recover --plan: what was planned and looked at earlier is planned again, and run if it is still the same.
import { existsSync } from 'node:fs';
import { planAgain, tool, toolFor, type PlannedAgain, type PlanRequest } from '../../engine.ts';
import type { Plan } from '../../plan/plan.ts';
import {
  otherPlace,
  otherPlaybook,
  otherSayings,
  otherTool,
  otherTypes,
  outOfTime,
  paramsFor,
} from '../../plan/saved-check.ts';
import type { Playbook } from '../../playbook/model.ts';
import { shellWord } from '../../util/shell.ts';
import { carryOut } from './carry-out.ts';
import { UserError, type ExitCode } from '../exit.ts';
import { forecastOf } from './forecast.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { tellEditions } from '../state/editions.ts';
import { openKnownGood } from '../state/known-good.ts';
import { memoryOf } from '../state/memory.ts';
import { inLockedSession } from '../state/locked-session.ts';
import { approvalWords, refuseUnknown, whereWords } from '../options.ts';
import { patienceFor } from './patience.ts';
import { planKeyIn } from './plan-key.ts';
import { askedOf, goingOnIn, planAsked } from './planner.ts';
import { proofFirst, type RecoverOptions } from './recover-playbook.ts';
import { earlierUse, loadSavedPlan, savedPlanRefusal } from './saved-plan.ts';
import { loadDiagnosed, readPlaybook } from '../place/session.ts';

/**
 * Does what a saved plan says, if all that it was made from still holds. From the file comes what is to be done: what may be
 * done is said by playbook, command line and journal, and the plan that is run is made here.
 */
export async function recoverBySavedPlan(
  planFile: string,
  playbookFile: string | undefined,
  options: RecoverOptions,
  io: Io,
): Promise<ExitCode> {
  refuseOverrides(options);
  const key = planKeyIn(io);
  const where = whereWords(options);
  const saved = loadSavedPlan({ file: planFile, playbook: playbookFile, where }, key, io);
  const file = playbookFile ?? saved.playbook.file;
  const named = { file: planFile, playbook: file, where };
  const refusal = (reason: string): UserError => savedPlanRefusal(named, reason);
  const insist = (reason: string | undefined): void => {
    if (reason !== undefined) throw refusal(reason);
  };
  insist(otherTool(saved, tool));
  if (!existsSync(pathIn(io, file))) {
    throw new UserError(
      `${file}: no such file; the plan was made from it. Elsewhere: relight recover <playbook> ` +
        `--plan ${shellWord(planFile)}${where}${approvalWords(options)}`,
    );
  }
  const playbook = readPlaybook(file, { ...options, param: paramsFor(saved, options.param) }, io);
  insist(otherTypes(saved, toolFor(playbook)));
  insist(otherPlaybook(saved, playbook));
  insist(otherSayings(saved, playbook));
  const unvouched = key === undefined ? saidByFileAlone(planFile, playbookFile, playbook, options, io) : undefined;
  const { strategy: kind } = saved;
  const excluded = new Set(saved.excluded);
  const asked = askedOf(playbook, kind, excluded, options);
  refuseUnknown('--approve', options.approve, playbook);
  proofFirst(playbook, options, io);
  return inLockedSession(playbook, 'recover', options, io, async (locked) => {
    const { cli } = locked;
    const { identity, observeContext } = cli.session;
    insist(otherPlace(saved, { ...identity, sandbox: cli.place.sandbox }));
    insist(outOfTime(saved, observeContext.clock.now()));
    insist(earlierUse(cli.stateDirectory, saved));
    await tellEditions(cli, locked.beside, options, io);
    const keeper = openKnownGood(cli, { ahead: true });
    return carryOut(
      {
        kind,
        patience: patienceFor(excluded, options, io),
        keeper,
        plan: async (assessed) => {
          const left = goingOnIn(options, io)(cli, kind);
          const memory = await memoryOf(cli, keeper, { assessed, kind, unfinished: left?.runId }, io);
          const planWith = (request: PlanRequest): Promise<PlannedAgain> =>
            planAgain(cli.session, assessed, saved, request, memory);
          const planned = await planAsked(asked, left, options, io, planWith);
          const { apart, moved, plan } = planned;
          if (moved.length > 0) throw savedPlanRefusal(named, 'what it was made for has moved', { moved });
          if (apart.length > 0) {
            const reason = `planned anew, it is not the same${missingSay(saved.plan, plan)}`;
            throw savedPlanRefusal(named, reason, { apart });
          }
          return planned;
        },
        forecast: ({ assessed, plan }) => forecastOf(cli, assessed, plan, { verify: options.verify }),
        saved: { value: saved, refusal, unvouched },
      },
      locked,
      options,
      io,
    );
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
  const words =
    playbookFile === undefined
      ? []
      : missing.map(([name, value]) => ` --param ${shellWord(`${name}=${String(value)}`)}`);
  const what = playbookFile === undefined ? 'which playbook is meant' : 'with which parameters';
  return (
    `refused: --yes, and only the saved plan ${planFile} says ${what}: whoever made it is not known. Nothing was changed. ` +
    `Say it here too: relight recover ${shellWord(playbookFile ?? file)} --plan ${shellWord(planFile)}${words.join('')}` +
    `${whereWords(options)}${approvalWords(options)}; or have plans sealed with ` +
    'RELIGHT_PLAN_KEY'
  );
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
