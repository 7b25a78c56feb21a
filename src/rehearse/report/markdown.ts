// A rehearsal as Markdown, for an issue, a pull request or a drill's minutes.
import { count, durationText } from '../../util/words.ts';
import { hitsText } from './fault-text.ts';
import type { RehearsalReport, RehearsedRun, Verdicts } from './report.ts';
import { headline } from './text.ts';
import { markdownCode, markdownTable, markdownText } from '../../report/markdown.ts';

/** @param title what is rehearsed, such as the scenario's name */
export function rehearsalMarkdown(report: RehearsalReport, title: string): string {
  const { calls, disaster, end, events, playbook, target } = report;
  const parts = [
    `# Rehearsal: ${markdownText(title)}`,
    `**${markdownText(headline(report))}.** Playbook ${markdownCode(playbook.name)} (digest ${markdownCode(playbook.digest.slice(0, 16))}), account ${markdownText(
      target.account,
    )}${target.alias === null ? '' : ` (${markdownText(target.alias)})`}, ${target.region}; played in an embedded AWS by ${
      report.tool
    }. All times are AWS’s.`,
    '## Disaster',
    disaster.length === 0
      ? 'None.'
      : rowsOf(
          ['Component', 'State', 'What was done'],
          disaster.map(({ also, component, state, what }) => [
            component,
            state,
            `${what ?? 'an earlier disruption had removed it'}${also.length === 0 ? '' : `; with it ${also.join(', ')}`}`,
          ]),
        ),
    '## Seen first',
    verdicts(report.before),
    ...report.runs.flatMap((run) => runParts(run)),
    ...(events.length === 0
      ? []
      : [
          '## Meanwhile',
          rowsOf(
            ['At', 'What'],
            events.map(({ at, text }) => [at === null ? 'never' : durationText(at), text]),
          ),
        ]),
    ...(report.faults.length === 0
      ? []
      : [
          '## Faults',
          rowsOf(
            ['Fault', 'What it did'],
            report.faults.map(({ hits, kind, text }) => [text, hitsText(kind, hits)]),
          ),
        ]),
    '## At the end',
    verdicts(end.verdicts),
    end.probes.map(({ detail, ok }) => `- ${ok ? '✓' : '✗'} ${markdownText(detail)}`).join('\n'),
    end.stepsLeft.length === 0
      ? 'A second recovery would do nothing.'
      : `A second recovery would do: ${end.stepsLeft.map(markdownCode).join(', ')}.`,
    `${count(calls.total, 'AWS call')}, ${count(calls.changes, 'change')}, ${count(calls.deletes, 'delete')} among them.`,
  ];
  return `${parts.filter((each) => each !== '').join('\n\n')}\n`;
}

function runParts(run: RehearsedRun): readonly string[] {
  const who = run.operator === 0 ? 'Recovery' : `Operator ${run.operator + 1}`;
  const reason = run.reason === null ? '' : `: ${markdownText(run.reason)}`;
  const head = `## ${who}, from ${durationText(run.from)} to ${durationText(run.to)}`;
  const outcome = `**${run.outcome}**${reason}${run.exitCode === null ? '' : ` (exit code ${run.exitCode})`}`;
  if (run.steps.length === 0) return [head, outcome];
  const rows = run.steps.map((step) => [
    markdownCode(step.id),
    step.status,
    step.from === null ? '' : durationText(step.from),
    step.from === null || step.to === null ? '' : durationText(step.to - step.from),
    markdownText(step.because),
  ]);
  return [head, outcome, markdownTable(['Step', 'Status', 'From', 'Took', 'Because'], rows)];
}

function verdicts(seen: readonly Verdicts[]): string {
  const troubled = seen.filter((each) => each.verdict !== 'healthy');
  if (seen.length === 0) return 'Nothing was looked at.';
  if (troubled.length === 0) return 'All healthy.';
  return rowsOf(
    ['Component', 'Verdict', 'Because'],
    troubled.map(({ because, component, verdict }) => [component, verdict, because ?? '']),
  );
}

function rowsOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(
    head,
    rows.map((row) => row.map(markdownText)),
  );
}
