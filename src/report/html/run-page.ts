// The report of a run as one page: for the manager the headline and the measured time, for the auditor who, what, when and
// why, for the engineer the graph and the time bars.
import type { Integrity } from '../../run/journal/events.ts';
import { integrityText } from '../integrity-text.ts';
import { isRecovery } from '../../plan/plan.ts';
import { count, durationText } from '../../util/words.ts';
import { longestWaits } from '../evidence.ts';
import { forecastWords } from '../forecast-outcome.ts';
import type { RunReport } from '../report.ts';
import {
  acceptedFact,
  approvalText,
  clockNote,
  callsOf,
  componentApprovalText,
  headlineText,
  instantText,
  objectiveWords,
  offsetText,
  outcomeWord,
  phaseWords,
  placeWords,
  resultWord,
  stepDetail,
  stepWord,
  summaryTexts,
  undoneWord,
  waitText,
  type Word,
} from '../run-words.ts';
import { secondsBetween, type PhaseKind, type StepReport } from '../step-report.ts';
import { graphSvg, mostNodes } from './graph-svg.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { page, type Section } from './page.ts';
import { badge, chain, code, facts, legend, paragraph, table, tiles, type Tile } from './parts.ts';
import { timeBars, type BarRow } from './time-bars.ts';

/**
 * A whole HTML file.
 *
 * @param integrity of its journal, where it was read from one
 */
export function runPage(report: RunReport, integrity?: Integrity): string {
  const { playbook, runId } = report;
  const result = resultWord(report);
  return page({
    title: `${playbook.name}: run ${runId}`,
    kicker: `relight run report${report.sandbox ? ' · sandbox, not AWS' : report.endpoint === null ? '' : ' · an endpoint that is not AWS'}`,
    headline: markup`${headlineText(report)} ${worded(result)}`,
    opening: markup`<p class="lead">${summaryTexts(report).join(' ')}</p>
${tiles(tilesOf(report))}`,
    sections: sectionsOf(report),
    footer: markup`Run ${code(runId)}, folded from its journal (${code(`runs/${runId}/journal.jsonl`)} in the state directory${integrity === undefined ? '' : `; ${integrityText(integrity)}`}) by relight. All times in UTC; durations in AWS time, rounded to seconds.`,
  });
}

function worded({ text, mood }: Word): Markup {
  return badge(text, mood);
}

function tilesOf(report: RunReport): readonly Tile[] {
  const { measuredSeconds, met, seconds } = report.objective;
  const goal = seconds === null ? 'no objective' : `objective ${durationText(seconds)}`;
  const verdict = met === null ? '' : met ? ', met' : ', missed';
  const done = report.steps.filter((step) => step.status === 'succeeded').length;
  const undone = report.leftUndone.length;
  const measured = measuredSeconds === null ? '?' : durationText(measuredSeconds);
  const whole = durationText(report.durationSeconds);
  const recovery: readonly Tile[] = !isRecovery(report.strategy)
    ? []
    : [
        {
          value: measured,
          label: `${measuredSeconds === null ? 'recovery time, not measured' : 'from start to last green probe'}; ${goal}${verdict}`,
          tone: met === null ? 'quiet' : met ? 'good' : 'bad',
        },
      ];
  // The probes come last: mostly both are the same time, which is told once.
  const all: readonly Tile[] =
    recovery.length > 0 && whole === measured ? [] : [{ value: whole, label: 'whole run', tone: 'quiet' }];
  return [
    ...recovery,
    forecastTile(report),
    ...all,
    {
      value: `${done} of ${report.steps.length}`,
      label: 'steps done',
      tone: done === report.steps.length ? 'good' : 'warn',
    },
    {
      value: String(report.removed.length),
      label: 'pieces taken away',
      tone: report.removed.length === 0 ? 'quiet' : 'warn',
    },
    { value: String(undone), label: 'left undone', tone: undone === 0 ? 'good' : 'bad' },
    { value: report.finishedAt === null ? 'unknown' : String(report.awsCalls), label: 'calls to AWS', tone: 'quiet' },
  ];
}

/** What was expected before it began; runs that made no forecast have their plan's estimate. */
function forecastTile({ estimateSeconds, forecast, objective, strategy }: RunReport): Tile {
  if (forecast === null) return { value: durationText(estimateSeconds), label: 'planned, by estimate', tone: 'quiet' };
  const goal =
    objective.seconds === null || !isRecovery(strategy) ? '' : `; objective ${durationText(objective.seconds)}`;
  return {
    value: durationText(forecast.p50Seconds),
    label: `forecast (p50); at worst ${durationText(forecast.p95Seconds)} (p95)${goal}`,
    tone: 'quiet',
  };
}

function sectionsOf(report: RunReport): readonly Section[] {
  const sections: readonly (Section | undefined)[] = [
    undoneSection(report),
    evidenceSection(report),
    graphSection(report),
    timeSection(report),
    removedSection(report),
    retrySection(report),
    stepSection(report),
    callSection(report),
    componentSection(report),
  ];
  return sections.filter((each) => each !== undefined);
}

function undoneSection(report: RunReport): Section | undefined {
  if (report.leftUndone.length === 0) return undefined;
  // Causes before their consequences.
  const ordered = report.leftUndone.toSorted((left, right) => left.rootCauses.length - right.rootCauses.length);
  return {
    title: 'What was not done, and why',
    body: table(
      [{ title: 'What' }, { title: '' }, { title: 'Why', kind: 'wide' }, { title: 'Root causes' }],
      ordered.map((each) => [
        code(each.step ?? each.component),
        worded(undoneWord(each)),
        each.because,
        each.rootCauses.length === 0 ? undefined : each.rootCauses.map((id) => markup`${code(id)} `),
      ]),
    ),
  };
}

function evidenceSection(report: RunReport): Section {
  const { identity, playbook, savedPlan } = report;
  return {
    title: 'Who, where, and by which plan',
    body: facts([
      ['Playbook', markup`${playbook.name} (${playbook.file})`],
      ['Playbook digest', code(playbook.digest)],
      ['Place', placeWords(report)],
      ['Acting as', code(identity.arn)],
      ['Approved by', approvalText(report.approval)],
      ['Accepted', acceptedFact(report)[0]],
      ['Approvals asked for', approvalsOf(report)],
      ['Plan', markup`${report.strategy}, SHA-256 ${code(report.planHash)}`],
      ['Saved plan', savedPlan === null ? undefined : markup`${code(savedPlan.id)}, seal ${code(savedPlan.seal)}`],
      [
        'Goes on with',
        report.resumes === null ? undefined : markup`run ${code(report.resumes)}; times are those of this run alone`,
      ],
      ['Began', instantText(report.startedAt)],
      ['Ended', report.finishedAt === null ? 'nobody wrote that it ended' : instantText(report.finishedAt)],
      ['Recovery time', isRecovery(report.strategy) ? objectiveWords(report) : undefined],
      ['Forecast', report.forecast === null ? undefined : forecastWords(report.forecast)],
      ['Interruptions', interruptionsOf(report)],
      ['Clock', clockNote(report)],
      ['Tool', report.tool],
      ['Run', code(report.runId)],
    ]),
  };
}

function approvalsOf(report: RunReport): Markup | undefined {
  if (report.approvals.length === 0) return undefined;
  return markup`${report.approvals.map((each) => markup`<div>${componentApprovalText(each)}</div>`)}`;
}

function interruptionsOf(report: RunReport): Markup | undefined {
  if (report.interruptions.length === 0) return undefined;
  return markup`${report.interruptions.map((each) => markup`<div>${offsetText(report, each.at)}: ${each.reason}</div>`)}`;
}

function graphSection(report: RunReport): Section | undefined {
  const { components } = report;
  if (components.length === 0) return undefined;
  const title = 'The components and what became of them';
  if (components.length > mostNodes) {
    return {
      title,
      body: paragraph(`${count(components.length, 'component')} are too many for a drawing; they are listed below.`),
    };
  }
  const nodes = components.map((each) => {
    const { text, mood } = outcomeWord(each.outcome);
    return { id: each.id, notes: [each.type, text], tone: mood, dashed: each.shared };
  });
  const edges = components.flatMap((each) => each.needs.map((from) => ({ from, to: each.id })));
  const explained = `An arrow leads from a component to one that needs it. ${components.some((each) => each.shared) ? 'Dashed: shared with others, and never changed.' : ''}`;
  return {
    title,
    body: markup`${paragraph(explained)}${graphSvg(nodes, edges, `Dependency graph of ${report.playbook.name}, coloured by outcome`)}`,
  };
}

const phaseOrder: readonly PhaseKind[] = ['looking', 'waiting', 'acting', 'pausing', 'settling', 'verifying'];

function timeSection(report: RunReport): Section | undefined {
  const begun = report.steps.filter((step) => step.startedAt !== null);
  if (begun.length === 0) return undefined;
  const rows = report.steps
    .toSorted((left, right) => begunAt(left) - begunAt(right))
    .map((step) => barOf(step, report));
  const { seconds: limit } = report.objective;
  const seen = new Set(begun.flatMap((step) => step.phases.map((phase) => phase.kind)));
  const entries = [
    { mark: markup`<i class="s-before"></i>`, text: 'not begun: waits for the steps before it' },
    ...phaseOrder
      .filter((kind) => seen.has(kind))
      .map((kind) => ({ mark: markup`<i class="s-${kind}"></i>`, text: phaseWords[kind] })),
    ...(begun.some((step) => step.retries.length > 0)
      ? [{ mark: markup`<b style="color:var(--pausing)">↻ </b>`, text: 'refused or lost, and tried again' }]
      : []),
  ];
  const bars = timeBars({
    rows,
    seconds: report.durationSeconds,
    ...(limit === null ? {} : { limit: { at: limit, title: `objective ${durationText(limit)}` } }),
  });
  const waits =
    report.longestWaits.length === 0
      ? nothing
      : markup`<h2>What it waited for longest</h2>
${table(
  [{ title: 'Time', kind: 'number' }, { title: 'Step' }, { title: 'Waited for', kind: 'wide' }],
  report.longestWaits.map((each) => [durationText(each.seconds), code(each.step), each.for]),
)}`;
  return {
    title: 'The time of each step',
    body: markup`${legend(entries)}${bars}
<h2>The chain that took the time</h2>
${paragraph('Each step began when the one before it had ended; whoever wants the next recovery to be faster begins here.')}${chain(report.longestChain)}${waits}`,
  };
}

/** What never began stands last. */
function begunAt({ startedAt }: StepReport): number {
  return startedAt === null ? Number.MAX_VALUE : Date.parse(startedAt);
}

function barOf(step: StepReport, report: RunReport): BarRow {
  const at = (instant: string): number => secondsBetween(report.startedAt, instant);
  const { text, mood } = stepWord(step);
  const said = step.action === 'verify' ? stepDetail(step) : waitText(step, longestWaits([step]));
  const took = step.seconds === null ? '' : durationText(step.seconds);
  return {
    name: step.action === 'verify' ? step.id : `${step.action} ${step.component}`,
    tone: mood,
    word: step.status === 'succeeded' ? undefined : text,
    from: step.startedAt === null ? null : at(step.startedAt),
    segments: step.phases.map(({ kind, startedAt, seconds, detail }) => {
      const from = at(startedAt);
      const length = seconds ?? report.durationSeconds - from;
      const words = `${phaseWords[kind]}, ${durationText(length)}`;
      return { kind, from, to: from + length, title: detail === null ? words : `${words}: ${detail}` };
    }),
    retries: step.retries.map(({ at: instant, error, pauseSeconds }) => ({
      at: at(instant),
      title: `${error.code} (${error.class}); again in ${durationText(pauseSeconds)}`,
    })),
    said: clipped(step.startedAt === null ? stepDetail(step) : [took, said].filter((each) => each !== '').join(' · ')),
  };
}

/** A line or three beside a bar; the whole text stands in the tables. */
function clipped(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function removedSection(report: RunReport): Section | undefined {
  if (report.removed.length === 0) return undefined;
  return {
    title: 'What was taken away',
    body: markup`${paragraph('Before each of these a full description was saved; the files lie in the run’s folder.')}${table(
      [
        { title: 'Component' },
        { title: 'What was there', kind: 'wide' },
        { title: 'Gone' },
        { title: 'Before-image', kind: 'wide' },
      ],
      report.removed.map((each) => [
        code(each.component),
        each.what ?? undefined,
        each.at === null ? 'not seen to be gone' : offsetText(report, each.at),
        each.beforeImage === null ? 'none' : code(each.beforeImage),
      ]),
    )}`,
  };
}

function retrySection(report: RunReport): Section | undefined {
  const retries = report.steps.flatMap((step) => step.retries.map((retry) => ({ step, retry })));
  const repeated = report.calls?.repeated ?? [];
  if (retries.length === 0 && repeated.length === 0) return undefined;
  const changes = table(
    [
      { title: 'When' },
      { title: 'Step' },
      { title: 'Class' },
      { title: 'What AWS said', kind: 'wide' },
      { title: 'Pause', kind: 'number' },
    ],
    retries.map(({ step, retry }) => [
      offsetText(report, retry.at),
      code(step.id),
      retry.error.class,
      `${retry.error.code}: ${retry.error.message}`,
      durationText(retry.pauseSeconds),
    ]),
  );
  const calls = table(
    [
      { title: 'Operation' },
      { title: 'Class' },
      { title: 'Code' },
      { title: 'Times', kind: 'number' },
      { title: 'Pauses together', kind: 'number' },
    ],
    repeated.map((each) => [code(each.operation), each.class, each.code, each.count, durationText(each.pausedSeconds)]),
  );
  return {
    title: 'Retries',
    body: markup`${retries.length === 0 ? nothing : changes}${
      repeated.length === 0
        ? nothing
        : markup`${paragraph('Calls that were sent again at once, without troubling their step:')}${calls}`
    }`,
  };
}

function stepSection(report: RunReport): Section | undefined {
  if (report.steps.length === 0) return undefined;
  return {
    title: 'Every step',
    body: table(
      [
        { title: 'Step' },
        { title: '' },
        { title: 'Began', kind: 'number' },
        { title: 'Took', kind: 'number' },
        { title: 'Expected', kind: 'number' },
        { title: 'Tries', kind: 'number' },
        { title: 'Own calls', kind: 'number' },
        { title: 'Looks', kind: 'number' },
        { title: 'Why, and how it went', kind: 'wide' },
      ],
      report.steps.map((step) => {
        const detail = stepDetail(step);
        return [
          step.action === 'verify' ? markup`${code(step.id)} ${step.component}` : code(step.id),
          worded(stepWord(step)),
          offsetText(report, step.startedAt),
          step.seconds === null ? undefined : durationText(step.seconds),
          durationText(step.estimateSeconds),
          step.attempts === 0 ? undefined : step.attempts,
          callsOf(step),
          step.calls?.looks,
          detail === '' ? step.because : markup`${step.because}<br/><span class="dim">${detail}</span>`,
        ];
      }),
    ),
  };
}

function callSection(report: RunReport): Section | undefined {
  if (report.calls === null) return undefined;
  const operations = Object.entries(report.calls.byOperation).toSorted(([, left], [, right]) => right - left);
  return {
    title: 'Calls to AWS',
    body: markup`${paragraph(`${count(report.awsCalls, 'call')} from the start of the run to its end, repetitions included. Looks at several pieces share calls, so a step is told its own calls and how often it looked.`)}${table(
      [{ title: 'Operation' }, { title: 'Calls', kind: 'number' }],
      operations.map(([operation, calls]) => [code(operation), calls]),
    )}`,
  };
}

function componentSection(report: RunReport): Section | undefined {
  if (report.components.length === 0) return undefined;
  return {
    title: 'Every component',
    body: table(
      [
        { title: 'Component' },
        { title: 'Type' },
        { title: 'Found' },
        { title: 'Outcome' },
        { title: 'Because', kind: 'wide' },
      ],
      report.components.map((each) => [
        code(each.id),
        markup`${each.type}${each.shared ? ' (shared)' : ''}`,
        each.verdict,
        worded(outcomeWord(each.outcome)),
        each.because,
      ]),
    ),
  };
}
