// Rehearsals as one page: what was done to the service, the recovery on a time axis beside its objective, and how things
// are at the end. One rehearsal or a folder of them.
import { count, durationText } from '../../util/words.ts';
import { markup, type Markup } from '../../report/html/markup.ts';
import { page, type Section } from '../../report/html/page.ts';
import { badge, code, paragraph, table, tiles } from '../../report/html/parts.ts';
import type { Tone } from '../../report/html/style.ts';
import { timeBars, type BarRow, type SegmentKind } from '../../report/html/time-bars.ts';
import { hitsText } from './fault-text.ts';
import type { RehearsalReport, RehearsedRun, RehearsedStep, Verdicts } from './report.ts';
import type { Judged } from '../scenario/judge.ts';
import { headline } from './text.ts';

export interface ShownRehearsal {
  /** Such as the scenario's name. */
  readonly title: string;
  readonly report: RehearsalReport;
  /** What its file expects; null for one that no file describes. */
  readonly judged: readonly Judged[] | null;
}

/** A whole HTML file. */
export function rehearsalPage(rehearsals: readonly [ShownRehearsal, ...ShownRehearsal[]]): string {
  const [first] = rehearsals;
  const failed = rehearsals.filter((each) => !holds(each));
  const several = rehearsals.length > 1;
  const word = several
    ? failed.length === 0
      ? badge('all hold', 'good')
      : badge(`${failed.length} failed`, 'bad')
    : verdict(first);
  return page({
    title: several ? `${rehearsals.length} rehearsals` : `Rehearsal: ${first.title}`,
    kicker: 'relight rehearsal · an embedded AWS, no account, no network',
    headline: several ? markup`${count(rehearsals.length, 'rehearsal')} ${word}` : markup`${first.title} ${word}`,
    opening: several ? overview(rehearsals) : opening(first),
    sections: several
      ? rehearsals.map((each, index) => ({
          title: each.title,
          id: sectionId(index),
          body: markup`${opening(each)}${bodyOf(each)}`,
        }))
      : sectionsOf(first),
    footer: markup`Played by ${first.report.tool}. All times are AWS’s, from the first call of the recovery.`,
  });
}

/** Without expectations a rehearsal is as it should be when the service is healed. */
function holds({ judged, report }: ShownRehearsal): boolean {
  if (judged !== null) return judged.every((each) => each.holds);
  return (
    report.result !== 'not-healed' && report.objective !== 'missed' && report.faults.every((each) => each.hits > 0)
  );
}

/** What came of it, and that the objective was missed even where nobody expects it to be met. */
function verdict(rehearsal: ShownRehearsal): Markup {
  const word = holds(rehearsal) ? badge('holds', 'good') : badge('failed', 'bad');
  return rehearsal.report.objective === 'missed' ? markup`${word} ${badge('objective missed', 'bad')}` : word;
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

function overview(rehearsals: readonly ShownRehearsal[]): Markup {
  return table(
    [
      { title: 'Rehearsal' },
      { title: '' },
      { title: 'Expected' },
      { title: 'What came of it', kind: 'wide' },
      { title: 'Took', kind: 'number' },
    ],
    rehearsals.map((each, index) => [
      markup`<a href="#${sectionId(index)}">${each.title}</a>`,
      verdict(each),
      expected(each),
      shortened(headline(each.report)),
      durationText(each.report.seconds),
    ]),
  );
}

function opening({ report }: ShownRehearsal): Markup {
  const { calls, objective, playbook, rtoSeconds, target } = report;
  const place = `account ${target.account}${target.alias === null ? '' : ` (${target.alias})`}, ${target.region}`;
  return markup`<p class="lead">${headline(report)}. Playbook ${code(playbook.name)} (${playbook.file}, digest ${code(playbook.digest.slice(0, 16))}), ${place}.</p>
${tiles([
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
])}`;
}

function bodyOf(rehearsal: ShownRehearsal): Markup {
  return markup`${sectionsOf(rehearsal).map(({ body, title }) => markup`<h3>${title}</h3>\n${body}`)}`;
}

function sectionsOf({ judged, report }: ShownRehearsal): readonly Section[] {
  const failing = judged?.filter((each) => !each.holds) ?? [];
  const sections: readonly (Section | undefined)[] = [
    failing.length === 0
      ? undefined
      : {
          title: 'What does not hold',
          body: markup`${failing.map(({ diff, name }) => markup`<p>${code(name)}</p><pre>${diff.map((line) => markup`${line}\n`)}</pre>\n`)}`,
        },
    { title: 'The disaster', body: disaster(report) },
    { title: 'Seen first', body: verdicts(report.before, 'Nothing was looked at.') },
    ...report.runs.map((run) => ({ title: runTitle(run), body: runBody(run, report) })),
    report.rtoSeconds === null || report.runs.every((run) => run.steps.length === 0)
      ? undefined
      : { title: 'The objective', body: objective(report.rtoSeconds, report) },
    report.events.length === 0 ? undefined : { title: 'Meanwhile', body: events(report) },
    report.faults.length === 0 ? undefined : { title: 'Faults', body: faults(report) },
    { title: 'At the end', body: ending(report) },
    judged === null || judged.length === 0
      ? undefined
      : { title: 'Expectations', body: table([{ title: 'Expectation' }, { title: '' }], judged.map(expectation)) },
  ];
  return sections.filter((each) => each !== undefined);
}

function expectation({ holds: held, name }: Judged): readonly Markup[] {
  return [code(name), held ? badge('holds', 'good') : badge('does not hold', 'bad')];
}

function disaster(report: RehearsalReport): Markup {
  if (report.disaster.length === 0) return paragraph('None.');
  return table(
    [{ title: 'Component' }, { title: '' }, { title: 'What was done', kind: 'wide' }],
    report.disaster.map(({ also, component, state, what }) => [
      code(component),
      badge(state, 'bad'),
      `${what ?? 'an earlier disruption had removed it'}${also.length === 0 ? '' : `; AWS made ${also.join(', ')} go with it`}`,
    ]),
  );
}

function verdicts(seen: readonly Verdicts[], none: string): Markup {
  const troubled = seen.filter((each) => each.verdict !== 'healthy');
  if (seen.length === 0) return paragraph(none);
  if (troubled.length === 0) return paragraph('All healthy.');
  return table(
    [{ title: 'Component' }, { title: '' }, { title: 'Because', kind: 'wide' }],
    troubled.map(({ because, component, verdict }) => [code(component), badge(verdict, 'warn'), because ?? '']),
  );
}

function runTitle({ from, operator, strategy }: RehearsedRun): string {
  const who = operator === 0 ? 'Recovery' : `Operator ${operator + 1}`;
  return `${who}${strategy === null ? '' : `: ${strategy}`}${from === 0 ? '' : `, from ${durationText(from)}`}`;
}

function runBody(run: RehearsedRun, { events, rtoSeconds, seconds }: RehearsalReport): Markup {
  const tone: Tone = run.outcome === 'succeeded' || run.outcome === 'idle' ? 'good' : 'warn';
  const said = markup`<p>${badge(run.outcome, tone)}${run.reason === null ? '' : ` ${run.reason}`}${
    run.exitCode === null ? '' : ` (exit code ${run.exitCode})`
  }</p>\n`;
  if (run.steps.length === 0) return said;
  const bars = timeBars({
    rows: run.steps.map(barRow),
    seconds,
    events: events.flatMap(({ at, text }) => (at === null ? [] : [{ at, title: `${durationText(at)}: ${text}` }])),
    ...(rtoSeconds === null ? {} : { limit: { at: rtoSeconds, title: `objective ${durationText(rtoSeconds)}` } }),
  });
  return markup`${said}${bars}`;
}

/** The whole recovery on an axis as long as the objective. */
function objective(rtoSeconds: number, { result, seconds }: RehearsalReport): Markup {
  const share = seconds / rtoSeconds;
  const used = `${Math.round(share * 100)} % of the objective (${durationText(rtoSeconds)}) used`;
  const title = result === 'healed' ? used : `${used}, and not healed`;
  const kind = share > 1 ? 'failed' : result === 'healed' ? 'verifying' : 'looking';
  return timeBars({
    rows: [
      {
        name: 'all of it',
        tone: share > 1 ? 'bad' : result === 'healed' ? 'good' : 'quiet',
        word: undefined,
        from: 0,
        segments: [{ kind, from: 0, to: seconds, title }],
        retries: [],
        said: title,
      },
    ],
    seconds: Math.max(seconds, rtoSeconds),
    limit: { at: rtoSeconds, title: `objective ${durationText(rtoSeconds)}` },
  });
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
    word: status === 'succeeded' ? undefined : status,
    from,
    segments: from === null || to === null ? [] : [{ kind: kindOf(step), from, to, title }],
    retries: [],
    said: status === 'succeeded' ? took : (detail ?? took),
  };
}

function events({ events: happened }: RehearsalReport): Markup {
  return table(
    [
      { title: 'At', kind: 'number' },
      { title: 'What', kind: 'wide' },
    ],
    happened.map(({ at, text }) => [at === null ? 'never' : durationText(at), text]),
  );
}

function faults({ faults: set }: RehearsalReport): Markup {
  return table(
    [{ title: 'Set at', kind: 'number' }, { title: 'Fault', kind: 'wide' }, { title: 'What it did' }],
    set.map(({ at, hits, kind, text }) => [
      durationText(at),
      text,
      hits === 0 ? badge(hitsText(kind, hits), 'bad') : hitsText(kind, hits),
    ]),
  );
}

function ending({ end }: RehearsalReport): Markup {
  const probes = end.probes.map(
    ({ detail, ok }) => markup`<p>${badge(ok ? 'answers' : 'does not answer', ok ? 'good' : 'bad')} ${detail}</p>\n`,
  );
  const left =
    end.stepsLeft.length === 0
      ? paragraph('A second recovery would do nothing.')
      : paragraph(markup`A second recovery would do: ${end.stepsLeft.map((each) => markup`${code(each)} `)}`);
  return markup`${verdicts(end.verdicts, 'Nothing was looked at.')}${probes}${left}`;
}
