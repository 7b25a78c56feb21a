// The report of a run for people elsewhere: for the manager the headline and the measured time, for the auditor who, what,
// when and why, for the engineer the graph and the time bars.
import { isRecovery } from '../plan/plan.ts';
import type { Integrity } from '../run/journal/events.ts';
import { durationText } from '../util/words.ts';
import {
  code,
  codes,
  note,
  numbers,
  table,
  wide,
  type Bars,
  type BarRow,
  type Block,
  type Document,
  type Graph,
  type Section,
  type Tile,
} from './document/document.ts';
import { documentPage } from './document/html/page.ts';
import { documentMarkdown } from './document/markdown.ts';
import { longestWaits, removedText } from './evidence.ts';
import { forecastWords } from './forecast-outcome.ts';
import { integrityText } from './integrity-text.ts';
import type { RunReport } from './report.ts';
import {
  acceptedFact,
  approvalText,
  callsOf,
  clockNote,
  componentApprovalText,
  headlineText,
  instantText,
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
} from './run-words.ts';
import { secondsBetween, type PhaseKind, type StepReport } from './step-report.ts';
import { testimonySections } from './testimonies.ts';

/** One file for a browser. @param integrity of its journal, where it was read from one */
export function runPage(report: RunReport, integrity?: Integrity): string {
  return documentPage(runDocument(report, integrity));
}

/** For an issue or a post-mortem. @param integrity of its journal, where it was read from one */
export function runMarkdown(report: RunReport, integrity?: Integrity): string {
  return documentMarkdown(runDocument(report, integrity));
}

function runDocument(report: RunReport, integrity: Integrity | undefined): Document {
  const { components, playbook, runId } = report;
  const place = report.sandbox
    ? ' · sandbox, not AWS'
    : report.endpoint === null
      ? ''
      : ' · an endpoint that is not AWS';
  return {
    title: `${playbook.name}: run ${runId}`,
    kicker: `relight run report${place}`,
    headline: headlineText(report),
    verdict: [resultWord(report)],
    opening: [
      { kind: 'lead', text: summaryTexts(report).join(' ') },
      { kind: 'tiles', tiles: tilesOf(report) },
    ],
    sections: [
      { title: 'What was not done, and why', blocks: [undoneTable(report)] },
      { title: 'Who, where, and by which plan', blocks: [evidence(report, integrity)] },
      { title: 'The components and what became of them', blocks: [graphOf(report)] },
      { title: 'The time of each step', blocks: times(report) },
      removed(report),
      ...testimonySections(report),
      { title: 'Retries', blocks: retries(report) },
      callsMade(report),
      {
        title: 'Every component',
        blocks: [
          table(
            ['Component', 'Type', 'Found', 'Outcome', wide('Because')],
            components.map((each) => [
              code(each.id),
              `${each.type}${each.shared ? ' (shared)' : ''}`,
              each.verdict,
              outcomeWord(each.outcome),
              each.because,
            ]),
          ),
        ],
      },
    ],
    footer: [
      'Run ',
      code(runId),
      ', folded from its journal (',
      code(`runs/${runId}/journal.jsonl`),
      ' in the state directory) by relight. All times in UTC; durations in AWS time, rounded to seconds.',
    ],
  };
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

function undoneTable({ leftUndone }: RunReport): Block {
  // Causes before their consequences.
  const ordered = leftUndone.toSorted((left, right) => left.rootCauses.length - right.rootCauses.length);
  return table(
    ['What', '', wide('Why'), 'Root causes'],
    ordered.map((each) => [
      code(each.step ?? each.component),
      undoneWord(each),
      each.because,
      codes(each.rootCauses, ' '),
    ]),
  );
}

function evidence(report: RunReport, integrity: Integrity | undefined): Block {
  const { approvals, finishedAt, forecast, identity, playbook, resumes, savedPlan } = report;
  return {
    kind: 'facts',
    facts: [
      ['Playbook', [`${playbook.name} (${playbook.file}), digest `, code(playbook.digest)]],
      ['Place', placeWords(report)],
      ['Acting as', code(identity.arn)],
      ['Approved by', approvalText(report.approval)],
      ['Accepted', acceptedFact(report)[0]],
      ...approvals.map((each) => ['Approval', componentApprovalText(each)] as const),
      ['Plan', [`${report.strategy}, SHA-256 `, code(report.planHash)]],
      ['Saved plan', savedPlan === null ? undefined : [code(savedPlan.id), ', seal ', code(savedPlan.seal)]],
      ['Journal', integrity === undefined ? undefined : integrityText(integrity)],
      ['Goes on with', resumes === null ? undefined : ['run ', code(resumes), '; times are those of this run alone']],
      ['Began', instantText(report.startedAt)],
      ['Ended', finishedAt === null ? 'nobody wrote that it ended' : instantText(finishedAt)],
      ['Forecast', forecast === null ? undefined : forecastWords(forecast)],
      ['Clock', clockNote(report)],
      ['Run', [code(report.runId), `, ${report.tool}`]],
    ],
  };
}

function graphOf({ components, playbook }: RunReport): Graph {
  const shared = components.some((each) => each.shared) ? ' Dashed: shared with others, and never changed.' : '';
  return {
    kind: 'graph',
    nodes: components.map((each) => {
      const { text, tone } = outcomeWord(each.outcome);
      return { id: each.id, notes: [each.type, text], tone, dashed: each.shared };
    }),
    edges: components.flatMap((each) => each.needs.map((from) => ({ from, to: each.id }))),
    label: `Dependency graph of ${playbook.name}, coloured by outcome`,
    note: `An arrow leads from a component to one that needs it.${shared}`,
  };
}

function times(report: RunReport): readonly Block[] {
  const begun = report.steps.filter((step) => step.startedAt !== null);
  return [
    ...(begun.length === 0 ? [] : [barsOf(report, begun)]),
    stepTable(report),
    { kind: 'chain', title: 'The chain that took the time', names: report.longestChain },
    ...(report.longestChain.length === 0
      ? []
      : [
          note(
            'Each step began when the one before it had ended; whoever wants the next recovery to be faster begins here.',
          ),
        ]),
    {
      kind: 'list',
      title: 'Waited for longest',
      items: report.longestWaits.map((each) => [
        `${durationText(each.seconds)}: `,
        code(each.step),
        ` for ${each.for}`,
      ]),
    },
  ];
}

const phaseOrder: readonly PhaseKind[] = ['looking', 'waiting', 'acting', 'pausing', 'settling', 'verifying'];

function barsOf(report: RunReport, begun: readonly StepReport[]): Bars {
  const { seconds: limit } = report.objective;
  const seen = new Set(begun.flatMap((step) => step.phases.map((phase) => phase.kind)));
  return {
    kind: 'bars',
    rows: report.steps.toSorted((left, right) => begunAt(left) - begunAt(right)).map((step) => barOf(step, report)),
    seconds: report.durationSeconds,
    limit: limit === null ? undefined : { at: limit, title: `objective ${durationText(limit)}` },
    legend: [
      { mark: 'before', text: 'not begun: waits for the steps before it' },
      ...phaseOrder.filter((mark) => seen.has(mark)).map((mark) => ({ mark, text: phaseWords[mark] })),
      ...(begun.some((step) => step.retries.length > 0)
        ? [{ mark: 'retry', text: 'refused or lost, and tried again' } as const]
        : []),
    ],
  };
}

/** What never began stands last. */
function begunAt({ startedAt }: StepReport): number {
  return startedAt === null ? Number.MAX_VALUE : Date.parse(startedAt);
}

function barOf(step: StepReport, report: RunReport): BarRow {
  const at = (instant: string): number => secondsBetween(report.startedAt, instant);
  const word = stepWord(step);
  const said = step.action === 'verify' ? stepDetail(step) : waitText(step, longestWaits([step]));
  const took = step.seconds === null ? '' : durationText(step.seconds);
  return {
    name: step.action === 'verify' ? step.id : `${step.action} ${step.component}`,
    tone: word.tone,
    word: step.status === 'succeeded' ? undefined : word,
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

function stepTable(report: RunReport): Block {
  const columns = ['Began', 'Took', 'Expected', 'Tries', 'Own calls', 'Looks'].map(numbers);
  return table(
    ['Step', '', ...columns, wide('Why, and how it went')],
    report.steps.map((step) => {
      const detail = stepDetail(step);
      return [
        step.action === 'verify' ? [code(step.id), ` ${step.component}`] : code(step.id),
        stepWord(step),
        offsetText(report, step.startedAt),
        step.seconds === null ? undefined : durationText(step.seconds),
        durationText(step.estimateSeconds),
        step.attempts === 0 ? undefined : String(step.attempts),
        callsOf(step)?.toString(),
        step.calls?.looks.toString(),
        detail === '' ? step.because : [step.because, { kind: 'aside', text: detail }],
      ];
    }),
  );
}

function removed(report: RunReport): Section {
  return {
    title: 'What was taken away',
    blocks: [
      note('Before each of these a full description was saved; the files lie in the run’s folder.'),
      table(
        ['Component', wide('What was there'), 'Gone', wide('Before-image')],
        report.removed.map((each) => [
          code(each.component),
          removedText(each),
          each.at === null ? 'not seen to be gone' : offsetText(report, each.at),
          each.beforeImage === null ? 'none' : code(each.beforeImage),
        ]),
      ),
    ],
  };
}

function retries(report: RunReport): readonly Block[] {
  return [
    table(
      ['When', 'Step', 'Class', wide('What AWS said'), numbers('Pause')],
      report.steps.flatMap((step) =>
        step.retries.map(({ at, error, pauseSeconds }) => [
          offsetText(report, at),
          code(step.id),
          error.class,
          `${error.code}: ${error.message}`,
          durationText(pauseSeconds),
        ]),
      ),
    ),
    table(
      ['Operation', 'Class', 'Code', numbers('Times'), numbers('Pauses together')],
      (report.calls?.repeated ?? []).map((each) => [
        code(each.operation),
        each.class,
        each.code,
        String(each.count),
        durationText(each.pausedSeconds),
      ]),
      'Calls that were sent again at once, without troubling their step',
    ),
  ];
}

function callsMade({ awsCalls, calls }: RunReport): Section {
  const operations = Object.entries(calls?.byOperation ?? {}).toSorted(([, left], [, right]) => right - left);
  return {
    title: `Calls to AWS: ${awsCalls}`,
    blocks: [
      note(
        'From the start of the run to its end, repetitions included. Looks at several pieces share calls, so a step is told its own calls and how often it looked.',
      ),
      table(
        ['Operation', numbers('Calls')],
        operations.map(([operation, times]) => [code(operation), String(times)]),
      ),
    ],
  };
}
