// Live progress of a run on stderr: a line for each thing that happened, and on a terminal a block below it that shows
// what is under way, for how long, and what it waits for.
import type { Quantiles } from '../../forecast/forecast.ts';
import type { Rest, StepStatus } from '../../forecast/remaining.ts';
import { isRecovery, type Plan } from '../../plan/plan.ts';
import { endText, quantilesText } from '../../report/forecast-text.ts';
import { markOf, paintAction } from '../../report/plan-text.ts';
import { plainPaint, type Paint } from '../../report/paint.ts';
import { nextStep, pendingStep, type StepReport } from '../../report/step-report.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { systemClock, type Clock } from '../../util/clock.ts';
import { durationText } from '../../util/words.ts';
import type { Io } from '../terminal/io.ts';
import { linesText, shown } from '../../util/shown.ts';
import { shellWord } from '../../util/shell.ts';

const redrawMilliseconds = 500;
/** In plain lines. */
const restEvery = 30_000;
/** Seconds; nobody wants to be told of less. */
const shortestRest = 5;
const longestBlock = 12;
/** In plain lines, a wait that goes on unchanged is told again after so long, then after twice as long. */
const sameWaitAgain = 30_000;

export interface Progress {
  readonly record: (record: JournalRecord) => void;
  /** Asks below what is shown; the block is not drawn while the question stands. */
  readonly ask: Io['ask'];
  /** Removes the block; nothing is drawn any more. */
  readonly end: () => void;
}

/**
 * @param rest what is left of the run; undefined where nothing was forecast
 * @param clock the run's clock: times are told in AWS time
 */
export function showProgress(plan: Plan, rest: Rest | undefined, clock: Clock, io: Io, paint: Paint): Progress {
  const steps = new Map<string, StepReport>(plan.steps.map((step) => [step.id, pendingStep(step)]));
  const estimates = new Map(plan.steps.map((step) => [step.id, step.estimateSeconds]));
  const startedAt = clock.now();
  const total = plan.totals[plan.strategy]?.seconds ?? 0;
  const objective = isRecovery(plan.strategy) ? plan.rtoSeconds : null;
  let restToldAt = startedAt;
  const ended = new AbortController();
  const waits = new Map<string, { readonly detail: string; readonly toldAt: number; readonly again: number }>();
  let asking = 0;
  let runId = '';

  const draw = (): void => {
    if (!io.canRedraw || ended.signal.aborted || asking > 0) return;
    io.block(blockLines().map((line) => clip(line, io.columns)));
  };
  const blockLines = (): readonly string[] => {
    const running = [...steps.values()].filter((step) => step.status === 'running');
    const done = [...steps.values()].filter((step) => step.status === 'succeeded').length;
    // A block that is taller than the window could not be erased.
    const room = Math.max(1, Math.min(longestBlock, io.rows - 5));
    const shown = running.slice(0, room).map((step) => {
      const seconds = step.startedAt === null ? 0 : (clock.now() - Date.parse(step.startedAt)) / 1000;
      const time = `${durationText(seconds)} of ~${durationText(estimates.get(step.id) ?? 0)}`;
      return `  ${markOf(step.action)} ${step.component} ${step.action} · ${time} · ${step.detail ?? ''}`;
    });
    const more = running.length > room ? [`  and ${running.length - room} more`] : [];
    const elapsed = durationText(elapsedSeconds());
    const left = rest === undefined ? undefined : restOf(rest);
    const time =
      left === undefined
        ? `${elapsed} of about ${durationText(total)}`
        : `after ${elapsed}, ${quantilesText(left)} to go`;
    // A line of its own: behind the other one it would be cut off where a terminal has 80 columns.
    const end = left === undefined ? [] : [`  ${endText(elapsedSeconds(), left, objective, plainPaint)}`];
    return [...shown, ...more, `  ${done} of ${steps.size} steps done · ${time}`, ...end];
  };
  const elapsedSeconds = (): number => (clock.now() - startedAt) / 1000;
  const statusOf = (id: string): StepStatus => {
    const step = steps.get(id);
    if (step === undefined || step.status === 'pending') return { kind: 'pending' };
    if (step.status !== 'running' || step.startedAt === null) return { kind: 'over' };
    return { kind: 'running', seconds: (clock.now() - Date.parse(step.startedAt)) / 1000 };
  };
  /** Undefined when all is over, or as good as over. */
  const restOf = (of: Rest): Quantiles | undefined => {
    const left = of(statusOf);
    return left.p95Seconds < shortestRest ? undefined : left;
  };
  /** In plain lines, with the end of a step and not too often. */
  const passingRest = (): string => {
    const due = !io.canRedraw && clock.now() - restToldAt >= restEvery;
    const left = due && rest !== undefined ? restOf(rest) : undefined;
    if (left === undefined) return '';
    restToldAt = clock.now();
    return `${paint.dim(` · ${quantilesText(left)} to go; `)}${endText(elapsedSeconds(), left, objective, paint)}`;
  };
  const isNews = ({ at, detail, step }: Extract<JournalRecord, { type: 'step-waiting' }>): boolean => {
    const now = Date.parse(at);
    const told = waits.get(step);
    const same = told?.detail === detail;
    if (same && now - told.toldAt < told.again) return false;
    waits.set(step, { detail, toldAt: now, again: same ? told.again * 2 : sameWaitAgain });
    return true;
  };
  const line = (at: string, text: string): void => {
    const offset = durationText((Date.parse(at) - startedAt) / 1000).padStart(7);
    io.err(linesText([`${paint.dim(offset)}  ${text}`]));
    draw();
  };
  const name = (step: StepReport): string =>
    `${paintAction(step, `${markOf(step.action)} ${step.action}`, paint)} ${step.component}`;

  const tellOfRun = (record: Exclude<JournalRecord, { step: string }>): void => {
    switch (record.type) {
      case 'run-started':
        runId = record.runId;
        break;
      case 'run-interrupted':
        line(record.at, paint.warn(record.reason));
        break;
      case 'credentials-expired': {
        const wait = record.waitSeconds === 0 ? '' : ` (${durationText(record.waitSeconds)} at most)`;
        const what = `CREDENTIALS EXPIRED: ${record.origin}. All calls pause${wait}; ${record.remedy}`;
        line(record.at, paint.warn(what));
        break;
      }
      case 'credentials-renewed': {
        const what = `credentials renewed from ${record.origin}: still ${record.arn}; going on`;
        line(record.at, paint.warn(what));
        break;
      }
      case 'approval-requested': {
        const { component, until } = record;
        const command = `relight approve ${shellWord(runId)} ${shellWord(component)}`;
        line(record.at, paint.warn(`${component} waits for approval until ${until}; from elsewhere: ${command}`));
        break;
      }
      case 'approval-granted':
        line(record.at, `${paint.good('approved')} ${record.component} by ${record.by} (${record.how})`);
        break;
      case 'approval-refused':
        line(record.at, `${paint.bad('not approved')} ${record.component}: ${record.because}`);
        break;
      case 'identity-checked':
      case 'run-finished':
        break;
    }
  };

  if (io.canRedraw) void keepDrawing(draw, ended.signal);
  return {
    record: (record) => {
      if (!('step' in record)) {
        tellOfRun(record);
        return;
      }
      const before = steps.get(record.step);
      if (before === undefined) return;
      const step = nextStep(before, record);
      steps.set(record.step, step);
      switch (record.type) {
        case 'step-started':
          line(record.at, `${name(step)} ${paint.dim(`started: ${step.because}`)}`);
          break;
        case 'step-waiting':
          if (io.canRedraw) draw();
          else if (isNews(record)) line(record.at, `${name(step)} ${paint.dim(`waits: ${record.detail}`)}`);
          break;
        case 'step-retrying':
          line(record.at, `${name(step)} ${paint.warn(`again in ${record.inSeconds} s: ${record.error.message}`)}`);
          break;
        case 'step-succeeded':
          line(record.at, `${name(step)} ${paint.good('done')} in ${durationText(step.seconds ?? 0)}${passingRest()}`);
          break;
        case 'step-failed':
          if (record.error.class === 'interrupted') line(record.at, `${name(step)} ${paint.warn('cut off')}`);
          else line(record.at, `${name(step)} ${paint.bad(`FAILED: ${record.error.code}: ${record.error.message}`)}`);
          break;
        case 'step-skipped':
          line(record.at, `${name(step)} ${paint.warn(`skipped: ${record.because}`)}`);
          break;
        case 'step-intended':
        case 'step-acted':
        case 'step-settled':
        case 'before-image':
          draw();
          break;
        case 'step-verified':
          if (record.unchecked === true) line(record.at, `${name(step)} ${paint.warn(record.detail)}`);
          else draw();
          break;
      }
    },
    ask: async (question, takenBack) => {
      asking += 1;
      if (io.canRedraw) io.block([]);
      try {
        return await io.ask(question, takenBack);
      } finally {
        asking -= 1;
        draw();
      }
    },
    end: () => {
      if (io.canRedraw) io.block([]);
      ended.abort();
    },
  };
}

/** What concerns all steps; undefined for what is told elsewhere. */
async function keepDrawing(draw: () => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    draw();
    try {
      await systemClock.sleep(redrawMilliseconds, ended);
    } catch {
      return;
    }
  }
}

/** On one line, whatever an error's text holds: a wrapped line could not be erased. */
function clip(line: string, columns: number): string {
  const text = shown(line.replaceAll(/\s*[\r\n]+\s*/g, ' '));
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
