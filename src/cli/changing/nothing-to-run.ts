// A plan without steps: all is in place, or nothing can be done.
import { probeAll, type Probed, type Assessed } from '../../engine.ts';
import { isRecovery, type Plan } from '../../plan/plan.ts';
import type { RunReport } from '../../report/report.ts';
import { count } from '../../util/words.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import type { CliSession } from '../place/session.ts';
import { jsonText, linesText } from '../../util/shown.ts';

/** Says why there is nothing to run, and asks the service itself where it should answer. */
export async function nothingToRun(
  plan: Plan,
  assessed: Pick<Assessed, 'observations'>,
  cli: CliSession,
  options: Pick<GlobalOptions, 'json' | 'quiet'> & { readonly verify: boolean },
  io: Io,
): Promise<ExitCode> {
  const blocked = plan.summary.blocked > 0;
  const wantsProbes = options.verify && !blocked && isRecovery(plan.strategy);
  const ask = (patient: boolean): Promise<readonly Probed[]> =>
    wantsProbes ? probeAll(cli.session, assessed, cli.prober, patient) : Promise.resolve([]);
  let probes = await ask(false);
  if (plan.resumes !== null && probes.some((each) => !each.ok)) {
    if (options.quiet !== true) {
      io.err(
        `what run ${plan.resumes.run} sent last may still be spreading: asking for as long as each probe allows\n`,
      );
    }
    probes = await ask(true);
  }
  const silent = probes.filter((each) => !each.ok);
  if (options.json === true) {
    const result = blocked || silent.length > 0 ? 'failed' : 'succeeded';
    io.out(jsonText(emptyRun(plan, result, { probes })));
  } else {
    for (const { ok, detail } of probes) {
      io.out(linesText([`  ${ok ? cli.paint.good('✓') : cli.paint.bad('✗')} ${detail}`]));
    }
  }
  const told = nothingDoneText(plan, silent.length > 0);
  if (told !== undefined) io.err(linesText([told]));
  if (plan.summary.unknown > 0) return exitCodes.incomplete;
  return blocked || silent.length > 0 ? exitCodes.failed : exitCodes.fine;
}

/** Why nothing was done, where that is no good news; undefined where it is. */
function nothingDoneText(plan: Plan, silent: boolean): string | undefined {
  const blocked = plan.components.filter((each) => each.disposition === 'blocked');
  const [first] = blocked;
  if (first !== undefined) {
    const piece = `${first.id} (${first.verdict})`;
    if (blocked.length === 1) return `nothing was done: ${piece} has to wait: ${first.because}`;
    const others = count(blocked.length - 1, 'other piece');
    return `nothing was done: ${piece} and ${others} have to wait: ${first.because}`;
  }
  if (!silent) return undefined;
  const leftOut = plan.components.filter((each) => each.disposition === 'excluded' && each.verdict !== 'healthy');
  if (leftOut.length === 0) return 'every piece is in place, but the service does not answer as it should';
  const pieces = leftOut.map((each) => `${each.id} (${each.verdict})`).join(', ');
  return `the service does not answer as it should; left out on request: ${pieces}`;
}

function emptyRun(plan: Plan, result: RunReport['result'], more: object): object {
  return {
    version: 1,
    runId: null,
    playbook: plan.playbook,
    identity: plan.identity,
    environment: plan.environment,
    strategy: plan.strategy,
    ...(plan.undoes === undefined ? {} : { undoes: plan.undoes }),
    result,
    steps: [],
    blocked: plan.components
      .filter((each) => each.disposition === 'blocked')
      .map((each) => ({ component: each.id, because: each.because })),
    ...more,
    awsCalls: plan.awsCalls,
    durationSeconds: 0,
  };
}
