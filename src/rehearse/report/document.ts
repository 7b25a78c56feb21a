// Rehearsals as documents: what was done to the service, the recovery on a time axis beside its objective, and how things
// are at the end. One rehearsal, or those of a folder on one page.
import {
  badge,
  code,
  codes,
  numbers,
  paragraph,
  table,
  wide,
  type Badge,
  type BarRow,
  type Block,
  type Document,
  type Moment,
  type Section,
  type SegmentKind,
  type Table,
  type Tone,
} from '../../report/document/document.ts';
import { documentPage } from '../../report/document/html/page.ts';
import { documentMarkdown } from '../../report/document/markdown.ts';
import { unreachable } from '../../util/unreachable.ts';
import { count, durationText } from '../../util/words.ts';
import type { Judged } from '../scenario/judge.ts';
import { hitsText } from './fault-text.ts';
import type { RehearsalReport, RehearsedRun, RehearsedStep, Verdicts } from './report.ts';

export interface ShownRehearsal {
  /** Such as the scenario's name. */
  readonly title: string;
  readonly report: RehearsalReport;
  /** What its file expects; null for one that no file describes. */
  readonly judged: readonly Judged[] | null;
}

/** One file for a browser. */
export function rehearsalPage(rehearsals: readonly [ShownRehearsal, ...ShownRehearsal[]]): string {
  const [first, ...others] = rehearsals;
  return documentPage(others.length === 0 ? oneDocument(first) : allDocument(rehearsals));
}

/** For an issue, a pull request or a drill's minutes. */
export function rehearsalMarkdown(rehearsal: ShownRehearsal): string {
  const document = oneDocument(rehearsal);
  // Without expectations the lead says all there is to say.
  return documentMarkdown(rehearsal.judged === null ? { ...document, verdict: [] } : document);
}

/** `deployer-api healed in 1m30s, objective 15m00s met` */
export function headline(report: RehearsalReport): string {
  const took = durationText(report.seconds);
  switch (report.result) {
    case 'healed':
      if (report.calls.changes === 0) return 'nothing was to be done';
      return `${report.runs[0]?.strategy === 'teardown' ? 'taken down' : 'healed'} in ${took}${objectiveText(report)}`;
    case 'refused':
      return `nothing was changed: ${report.runs.at(0)?.reason ?? 'there was nothing to do'}`;
    case 'not-healed': {
      const [wait, ...others] = report.dark.flatMap(({ waits }) => waits);
      if (wait === undefined) return `not healed after ${took}`;
      const more = others.length === 0 ? '' : `; ${count(others.length, 'more wait')}`;
      return `does not end, not healed after ${took}: ${wait.text}${more}`;
    }
    default:
      return unreachable(report.result);
  }
}

function objectiveText({ objective, rtoSeconds }: RehearsalReport): string {
  return objective === null || rtoSeconds === null ? '' : `, objective ${durationText(rtoSeconds)} ${objective}`;
}

const kicker = 'relight rehearsal · an embedded AWS, no account, no network';

function oneDocument(rehearsal: ShownRehearsal): Document {
  const title = `Rehearsal: ${rehearsal.title}`;
  return {
    title,
    kicker,
    headline: title,
    verdict: verdictOf(rehearsal),
    opening: openingOf(rehearsal),
    sections: sectionsOf(rehearsal),
  };
}

function allDocument(rehearsals: readonly ShownRehearsal[]): Document {
  const failed = rehearsals.filter((each) => !holds(each)).length;
  const title = count(rehearsals.length, 'rehearsal');
  return {
    title,
    kicker,
    headline: title,
    verdict: [failed === 0 ? badge('all hold', 'good') : badge(`${failed} failed`, 'bad')],
    opening: [overview(rehearsals)],
    sections: rehearsals.map((each, index) => ({
      title: each.title,
      id: sectionId(index),
      blocks: [...openingOf(each), ...sectionsOf(each).map((section) => ({ kind: 'part', ...section }) as const)],
    })),
  };
}

/** Without expectations a rehearsal is as it should be when the service is healed. */
function holds({ judged, report }: ShownRehearsal): boolean {
  if (judged !== null) return judged.every((each) => each.holds);
  return (
    report.result !== 'not-healed' && report.objective !== 'missed' && report.faults.every((each) => each.hits > 0)
  );
}

/** What came of it, and that the objective was missed even where nobody expects it to be met. */
function verdictOf(rehearsal: ShownRehearsal): readonly Badge[] {
  const word = holds(rehearsal) ? badge('holds', 'good') : badge('failed', 'bad');
  return rehearsal.report.objective === 'missed' ? [word, badge('objective missed', 'bad')] : [word];
}

/** What the file expects of the outcome. */
function expected({ judged, report }: ShownRehearsal): string {
  const outcome = judged?.find((each) => each.name === 'then.outcome');
  if (outcome === undefined) return '';
  const last = report.runs.filter((run) => run.operator === 0).at(-1)?.outcome ?? '';
  return outcome.holds ? last : (outcome.diff[0]?.replace(/^- /, '') ?? '');
}

const longestReason = 160;

function shortened(text: string): string {
  if (text.length <= longestReason) return text;
  return `${text.slice(0, text.lastIndexOf(' ', longestReason))} …`;
}

function sectionId(index: number): string {
  return `rehearsal-${index + 1}`;
}

function overview(rehearsals: readonly ShownRehearsal[]): Block {
  return table(
    ['Rehearsal', '', 'Expected', wide('What came of it'), numbers('Took')],
    rehearsals.map((each, index) => [
      { kind: 'link', text: each.title, to: sectionId(index) },
      verdictOf(each).flatMap((word, at) => (at === 0 ? [word] : [' ', word])),
      expected(each),
      shortened(headline(each.report)),
      durationText(each.report.seconds),
    ]),
  );
}

function openingOf({ report }: ShownRehearsal): readonly Block[] {
  const { calls, objective, playbook, rtoSeconds, target } = report;
  const place = `account ${target.account}${target.alias === null ? '' : ` (${target.alias})`}, ${target.region}`;
  return [
    {
      kind: 'lead',
      text: [
        { kind: 'strong', text: `${headline(report)}.` },
        ' Playbook ',
        code(playbook.name),
        ` (${playbook.file}, digest `,
        code(playbook.digest.slice(0, 16)),
        `), ${place}; played in an embedded AWS by ${report.tool}. All times are AWS’s, from the first call of the recovery.`,
      ],
    },
    {
      kind: 'tiles',
      tiles: [
        {
          value: durationText(report.seconds),
          label:
            rtoSeconds === null
              ? 'no objective'
              : `objective ${durationText(rtoSeconds)}${objective === null ? '' : `, ${objective}`}`,
          tone: objective === null ? 'quiet' : objective === 'met' ? 'good' : 'bad',
        },
        { value: String(calls.total), label: 'calls to AWS', tone: 'quiet' },
        { value: String(calls.changes), label: 'changes', tone: 'quiet' },
        {
          value: String(calls.deletes),
          label: calls.deletes === 1 ? 'piece taken away' : 'pieces taken away',
          tone: calls.deletes === 0 ? 'quiet' : 'warn',
        },
        {
          value: report.end.serving ? 'yes' : 'no',
          label: 'answers at the end',
          tone: report.end.serving ? 'good' : 'bad',
        },
      ],
    },
  ];
}

function sectionsOf({ judged, report }: ShownRehearsal): readonly Section[] {
  const { events, faults, runs } = report;
  return [
    {
      title: 'What does not hold',
      blocks: (judged ?? [])
        .filter((each) => !each.holds)
        .flatMap(({ diff, name }) => [
          paragraph(code(name)),
          { kind: 'lines', lines: diff, language: 'diff' } as const,
        ]),
    },
    { title: 'The disaster', blocks: [disaster(report)] },
    { title: 'Seen first', blocks: [verdicts(report.before)] },
    ...runs.map((run) => ({ title: runTitle(run), blocks: runBlocks(run, report) })),
    { title: 'The objective', blocks: objective(report) },
    {
      title: 'Meanwhile',
      blocks: [
        table(
          [numbers('At'), wide('What')],
          events.map(({ at, text }) => [at === null ? 'never' : durationText(at), text]),
        ),
      ],
    },
    {
      title: 'Faults',
      blocks: [
        table(
          [numbers('Set at'), wide('Fault'), 'What it did'],
          faults.map(({ at, hits, kind, text }) => [
            durationText(at),
            text,
            hits === 0 ? badge(hitsText(kind, hits), 'bad') : hitsText(kind, hits),
          ]),
        ),
      ],
    },
    { title: 'Dark', blocks: report.dark.length === 0 ? [] : [darkTable(report)] },
    { title: 'At the end', blocks: ending(report) },
    {
      title: 'Expectations',
      blocks: [
        table(
          ['Expectation', ''],
          (judged ?? []).map((each) => [
            code(each.name),
            each.holds ? badge('holds', 'good') : badge('does not hold', 'bad'),
          ]),
        ),
      ],
    },
  ];
}

function disaster(report: RehearsalReport): Block {
  return report.disaster.length === 0 ? paragraph('None.') : disasterTable(report);
}

/** Names that did not answer, and what waited for them. */
export function darkTable({ dark }: RehearsalReport): Table {
  return table(
    ['Name', wide('What waited for it')],
    dark.flatMap(({ name, waits }) =>
      waits.length === 0 ? [[code(name), 'nothing']] : waits.map(({ text }) => [code(name), text]),
    ),
  );
}

export function disasterTable(report: RehearsalReport): Table {
  return table(
    ['Component', 'State', wide('What was done')],
    report.disaster.map(({ also, component, state, what }) => [
      code(component),
      badge(state, 'bad'),
      `${what ?? 'an earlier disruption had removed it'}${also.length === 0 ? '' : `; AWS made ${also.join(', ')} go with it`}`,
    ]),
  );
}

function verdicts(seen: readonly Verdicts[]): Block {
  if (seen.length === 0) return paragraph('Nothing was looked at.');
  const trouble = troubleTable(seen);
  return trouble.rows.length === 0 ? paragraph('All healthy.') : trouble;
}

/** Those that are not healthy. */
export function troubleTable(seen: readonly Verdicts[]): Table {
  return table(
    ['Component', 'Verdict', wide('Because')],
    seen
      .filter((each) => each.verdict !== 'healthy')
      .map(({ because, component, verdict }) => [code(component), badge(verdict, 'warn'), because ?? undefined]),
  );
}

function runTitle({ from, operator, strategy, to }: RehearsedRun): string {
  const who = operator === 0 ? 'Recovery' : `Operator ${operator + 1}`;
  return `${who}${strategy === null ? '' : `: ${strategy}`}, from ${durationText(from)} to ${durationText(to)}`;
}

function runBlocks(run: RehearsedRun, { events, rtoSeconds, seconds }: RehearsalReport): readonly Block[] {
  const tone: Tone = run.outcome === 'succeeded' || run.outcome === 'idle' ? 'good' : 'warn';
  const code = run.exitCode === null ? '' : ` (exit code ${run.exitCode})`;
  return [
    paragraph(badge(run.outcome, tone), `${run.reason === null ? '' : ` ${run.reason}`}${code}`),
    {
      kind: 'bars',
      rows: run.steps.map(barRow),
      seconds,
      events: events.flatMap(({ at, text }) => (at === null ? [] : [{ at, title: `${durationText(at)}: ${text}` }])),
      limit: rtoSeconds === null ? undefined : limitAt(rtoSeconds),
      instead: stepTable(run),
    },
  ];
}

function limitAt(rtoSeconds: number): Moment {
  return { at: rtoSeconds, title: `objective ${durationText(rtoSeconds)}` };
}

function stepTable({ steps }: RehearsedRun): Table {
  return table(
    ['Step', 'Status', numbers('From'), numbers('Took'), wide('Because')],
    steps.map(({ because, from, id, status, to }) => [
      code(id),
      status,
      from === null ? undefined : durationText(from),
      from === null || to === null ? undefined : durationText(to - from),
      because,
    ]),
  );
}

/** The whole recovery on an axis as long as the objective. */
function objective({ result, rtoSeconds, runs, seconds }: RehearsalReport): readonly Block[] {
  if (rtoSeconds === null || runs.every((run) => run.steps.length === 0)) return [];
  const share = seconds / rtoSeconds;
  const used = `${Math.round(share * 100)} % of the objective (${durationText(rtoSeconds)}) used`;
  const title = result === 'healed' ? used : `${used}, and not healed`;
  const kind = share > 1 ? 'failed' : result === 'healed' ? 'verifying' : 'looking';
  const row: BarRow = {
    name: 'all of it',
    tone: share > 1 ? 'bad' : result === 'healed' ? 'good' : 'quiet',
    word: undefined,
    from: 0,
    segments: [{ kind, from: 0, to: seconds, title }],
    retries: [],
    said: title,
  };
  return [{ kind: 'bars', rows: [row], seconds: Math.max(seconds, rtoSeconds), limit: limitAt(rtoSeconds) }];
}

const tones: Readonly<Record<RehearsedStep['status'], Tone>> = {
  pending: 'quiet',
  running: 'change',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'warn',
};

function kindOf({ action, status }: RehearsedStep): SegmentKind {
  if (status === 'failed') return 'failed';
  return action === 'verify' ? 'verifying' : 'acting';
}

function barRow(step: RehearsedStep): BarRow {
  const { action, component, detail, from, status, to } = step;
  const took = from === null || to === null ? '' : durationText(to - from);
  const title = `${action} ${component}${took === '' ? '' : `, ${took}`}`;
  return {
    name: `${action} ${component}`,
    tone: tones[status],
    word: status === 'succeeded' ? undefined : badge(status, tones[status]),
    from,
    segments: from === null || to === null ? [] : [{ kind: kindOf(step), from, to, title }],
    retries: [],
    said: status === 'succeeded' ? took : (detail ?? took),
  };
}

function ending({ calls, end }: RehearsalReport): readonly Block[] {
  return [
    verdicts(end.verdicts),
    {
      kind: 'list',
      items: end.probes.map(({ detail, ok }) => [
        ok ? badge('answers', 'good') : badge('does not answer', 'bad'),
        ` ${detail}`,
      ]),
    },
    end.stepsLeft.length === 0
      ? paragraph('A second recovery would do nothing.')
      : paragraph('A second recovery would do: ', ...codes(end.stepsLeft, ', '), '.'),
    paragraph(
      `${count(calls.total, 'AWS call')}, ${count(calls.changes, 'change')}, ${count(calls.deletes, 'delete')} among them.`,
    ),
  ];
}
