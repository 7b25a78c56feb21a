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
  const startedAt = clock.now();
  const underway = new Underway(plan, rest, clock);
  const waits = new Waits();
  const ended = new AbortController();
  let restToldAt = startedAt;
  let asking = 0;
  let runId = '';

  const draw = (): void => {
    if (!io.canRedraw || ended.signal.aborted || asking > 0) return;
    io.block(underway.blockLines(io.rows).map((line) => clip(line, io.columns)));
  };
  const line = (at: string, text: string): void => {
    const offset = durationText((Date.parse(at) - startedAt) / 1000).padStart(7);
    io.err(linesText([`${paint.dim(offset)}  ${text}`]));
    draw();
  };
  /** In plain lines, with the end of a step and not too often. */
  const passingRest = (): string => {
    const due = !io.canRedraw && clock.now() - restToldAt >= restEvery;
    const left = due ? underway.left() : undefined;
    if (left === undefined) return '';
    restToldAt = clock.now();
    return `${paint.dim(` · ${quantilesText(left)} to go; `)}${underway.endText(left, paint)}`;
  };
  const textOf = (record: JournalRecord): string | undefined => {
    if (!('step' in record)) return runRecordText(record, runId, paint);
    const step = underway.take(record);
    if (step === undefined || (record.type === 'step-waiting' && (io.canRedraw || !waits.isNews(record))))
      return undefined;
    const text = stepRecordText(record, step, paint);
    if (text === undefined) return undefined;
    const name = `${paintAction(step, `${markOf(step.action)} ${step.action}`, paint)} ${step.component}`;
    return `${name} ${text}${record.type === 'step-succeeded' ? passingRest() : ''}`;
  };

  if (io.canRedraw) void keepDrawing(draw, ended.signal);
  return {
    record: (record) => {
      if (record.type === 'run-started') ({ runId } = record);
      const text = textOf(record);
      if (text !== undefined) line(record.at, text);
      else if ('step' in record) draw();
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

/** The steps as the run has told them, beside the clock and the forecast. */
class Underway {
  readonly #steps: Map<string, StepReport>;
  readonly #plan: Plan;
  readonly #rest: Rest | undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;

  constructor(plan: Plan, rest: Rest | undefined, clock: Clock) {
    this.#steps = new Map(plan.steps.map((step) => [step.id, pendingStep(step)]));
    this.#plan = plan;
    this.#rest = rest;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** The record's step after it; undefined for a step that the plan does not have. */
  take(record: Extract<JournalRecord, { step: string }>): StepReport | undefined {
    const before = this.#steps.get(record.step);
    if (before === undefined) return undefined;
    const step = nextStep(before, record);
    this.#steps.set(record.step, step);
    return step;
  }

  /** Undefined when nothing was forecast, and when all is over, or as good as over. */
  left(): Quantiles | undefined {
    const left = this.#rest?.((id) => this.#statusOf(id));
    return left === undefined || left.p95Seconds < shortestRest ? undefined : left;
  }

  endText(left: Quantiles, paint: Paint): string {
    const objective = isRecovery(this.#plan.strategy) ? this.#plan.rtoSeconds : null;
    return endText(this.#secondsSince(this.#startedAt), left, objective, paint);
  }

  blockLines(rows: number): readonly string[] {
    const running = [...this.#steps.values()].filter((step) => step.status === 'running');
    const done = [...this.#steps.values()].filter((step) => step.status === 'succeeded').length;
    // A block that is taller than the window could not be erased.
    const room = Math.max(1, Math.min(longestBlock, rows - 5));
    const shown = running.slice(0, room).map((step) => {
      const seconds = step.startedAt === null ? 0 : this.#secondsSince(Date.parse(step.startedAt));
      const time = `${durationText(seconds)} of ~${durationText(step.estimateSeconds)}`;
      return `  ${markOf(step.action)} ${step.component} ${step.action} · ${time} · ${step.detail ?? ''}`;
    });
    const more = running.length > room ? [`  and ${running.length - room} more`] : [];
    const elapsed = durationText(this.#secondsSince(this.#startedAt));
    const left = this.left();
    const total = this.#plan.totals[this.#plan.strategy]?.seconds ?? 0;
    const time =
      left === undefined
        ? `${elapsed} of about ${durationText(total)}`
        : `after ${elapsed}, ${quantilesText(left)} to go`;
    // A line of its own: behind the other one it would be cut off where a terminal has 80 columns.
    const end = left === undefined ? [] : [`  ${this.endText(left, plainPaint)}`];
    return [...shown, ...more, `  ${done} of ${this.#steps.size} steps done · ${time}`, ...end];
  }

  #statusOf(id: string): StepStatus {
    const step = this.#steps.get(id);
    if (step === undefined || step.status === 'pending') return { kind: 'pending' };
    if (step.status !== 'running' || step.startedAt === null) return { kind: 'over' };
    return { kind: 'running', seconds: this.#secondsSince(Date.parse(step.startedAt)) };
  }

  #secondsSince(instant: number): number {
    return (this.#clock.now() - instant) / 1000;
  }
}

/** Waits that were told of. */
class Waits {
  readonly #told = new Map<string, { readonly detail: string; readonly toldAt: number; readonly again: number }>();

  isNews({ at, detail, step }: Extract<JournalRecord, { type: 'step-waiting' }>): boolean {
    const now = Date.parse(at);
    const told = this.#told.get(step);
    const same = told?.detail === detail;
    if (same && now - told.toldAt < told.again) return false;
    this.#told.set(step, { detail, toldAt: now, again: same ? told.again * 2 : sameWaitAgain });
    return true;
  }
}

/** Undefined for what is told elsewhere. */
function runRecordText(
  record: Exclude<JournalRecord, { step: string }>,
  runId: string,
  paint: Paint,
): string | undefined {
  switch (record.type) {
    case 'run-interrupted':
      return paint.warn(record.reason);
    case 'credentials-expired': {
      const wait = record.waitSeconds === 0 ? '' : ` (${durationText(record.waitSeconds)} at most)`;
      return paint.warn(`CREDENTIALS EXPIRED: ${record.origin}. All calls pause${wait}; ${record.remedy}`);
    }
    case 'credentials-renewed':
      return paint.warn(`credentials renewed from ${record.origin}: still ${record.arn}; going on`);
    case 'approval-requested': {
      const { component, until } = record;
      const command = `relight approve ${shellWord(runId)} ${shellWord(component)}`;
      return paint.warn(`${component} waits for approval until ${until}; from elsewhere: ${command}`);
    }
    case 'approval-granted':
      return `${paint.good('approved')} ${record.component} by ${record.by} (${record.how})`;
    case 'approval-refused':
      return `${paint.bad('not approved')} ${record.component}: ${record.because}`;
    case 'run-started':
    case 'identity-checked':
    case 'run-finished':
      return undefined;
  }
}

/** Behind the step's name; undefined for what is seen in the block alone. */
function stepRecordText(
  record: Extract<JournalRecord, { step: string }>,
  step: StepReport,
  paint: Paint,
): string | undefined {
  switch (record.type) {
    case 'step-started':
      return paint.dim(`started: ${step.because}`);
    case 'step-waiting':
      return paint.dim(`waits: ${record.detail}`);
    case 'step-retrying':
      return paint.warn(`again in ${record.inSeconds} s: ${record.error.message}`);
    case 'step-succeeded':
      return `${paint.good('done')} in ${durationText(step.seconds ?? 0)}`;
    case 'step-failed':
      if (record.error.class === 'interrupted') return paint.warn('cut off');
      return paint.bad(`FAILED: ${record.error.code}: ${record.error.message}`);
    case 'step-skipped':
      return paint.warn(`skipped: ${record.because}`);
    case 'step-verified':
      return record.unchecked === true || record.evidence?.at(-1)?.outcome === 'differs'
        ? paint.warn(record.detail)
        : undefined;
    case 'step-intended':
    case 'step-acted':
    case 'step-settled':
    case 'before-image':
      return undefined;
  }
}

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
