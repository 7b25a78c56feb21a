// The report of a run as Markdown, to be pasted into an issue or a post-mortem. GitHub draws the graph.
import { durationText } from '../util/words.ts';
import { forecastWords } from './forecast-outcome.ts';
import type { ComponentReport, RunReport } from './report.ts';
import {
  approvalText,
  clockNote,
  callsOf,
  componentApprovalText,
  headlineText,
  instantText,
  offsetText,
  outcomeWord,
  placeWords,
  resultWord,
  stepDetail,
  stepWord,
  summaryTexts,
  undoneWord,
  type Mood,
} from './run-words.ts';

export function runMarkdown(report: RunReport): string {
  const parts: readonly string[] = [
    `# ${plain(headlineText(report))} (${resultWord(report).text})`,
    plain(summaryTexts(report).join(' ')),
    ...undonePart(report),
    ...evidencePart(report),
    ...graphPart(report),
    ...timePart(report),
    ...removedPart(report),
    ...retryPart(report),
    ...callPart(report),
    ...componentPart(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function undonePart(report: RunReport): readonly string[] {
  if (report.leftUndone.length === 0) return [];
  const rows = report.leftUndone
    .toSorted((left, right) => left.rootCauses.length - right.rootCauses.length)
    .map((each) => [
      code(each.step ?? each.component),
      undoneWord(each).text,
      plain(each.because),
      each.rootCauses.map(code).join(' '),
    ]);
  return ['## What was not done, and why', table(['What', '', 'Why', 'Root causes'], rows)];
}

function evidencePart(report: RunReport): readonly string[] {
  const { identity, playbook, savedPlan } = report;
  const clock = clockNote(report);
  const facts: readonly (readonly [string, string])[] = [
    ['Playbook', `${plain(playbook.name)} (${plain(playbook.file)}), digest ${code(playbook.digest)}`],
    ['Place', plain(placeWords(report))],
    ['Acting as', code(identity.arn)],
    ['Approved by', plain(approvalText(report.approval))],
    ...report.approvals.map((each) => ['Approval', plain(componentApprovalText(each))] as const),
    ['Plan', `${report.strategy}, SHA-256 ${code(report.planHash)}`],
    ...(savedPlan === null ? [] : [['Saved plan', `${code(savedPlan.id)}, seal ${code(savedPlan.seal)}`] as const]),
    ...(report.resumes === null
      ? []
      : [['Goes on with', `run ${code(report.resumes)}; times are those of this run alone`] as const]),
    ['Began', instantText(report.startedAt)],
    ['Ended', report.finishedAt === null ? 'nobody wrote that it ended' : instantText(report.finishedAt)],
    ...(report.forecast === null ? [] : [['Forecast', plain(forecastWords(report.forecast))] as const]),
    ...(clock === undefined ? [] : [['Clock', plain(clock)] as const]),
    ['Run', `${code(report.runId)}, ${plain(report.tool)}`],
  ];
  return ['## Who, where, and by which plan', facts.map(([name, value]) => `- **${name}**: ${value}`).join('\n')];
}

const strokes: Readonly<Record<Mood, string>> = {
  good: '#1a7f45',
  change: '#1761c7',
  warn: '#b07300',
  bad: '#bf2334',
  quiet: '#7b8794',
};

/** Beyond this GitHub draws nothing that could be read. */
const mostNodes = 60;

function graphPart({ components }: RunReport): readonly string[] {
  if (components.length === 0 || components.length > mostNodes) return [];
  const names = new Map(components.map((each, index) => [each.id, `c${index}`]));
  const nodes = components.map(
    (each) => `  ${names.get(each.id) ?? ''}${nodeText(each)}:::${outcomeWord(each.outcome).mood}`,
  );
  const edges = components.flatMap((each) =>
    each.needs.flatMap((from) =>
      names.has(from) ? [`  ${names.get(from) ?? ''} --> ${names.get(each.id) ?? ''}`] : [],
    ),
  );
  const classes = Object.entries(strokes).map(
    ([mood, colour]) => `  classDef ${mood} stroke:${colour},stroke-width:2px`,
  );
  const drawing = ['```mermaid', 'flowchart TB', ...nodes, ...edges, ...classes, '```'];
  return ['## The components and what became of them', drawing.join('\n')];
}

function nodeText(component: ComponentReport): string {
  const { text } = outcomeWord(component.outcome);
  const label = [component.id, component.type, text].map((each) => each.replaceAll(/[^\w ./-]/g, ' ')).join('<br/>');
  return component.shared ? `(["${label}"])` : `["${label}"]`;
}

function timePart(report: RunReport): readonly string[] {
  if (report.steps.length === 0) return [];
  const rows = report.steps.map((step) => [
    step.action === 'verify' ? `${code(step.id)} ${plain(step.component)}` : code(step.id),
    stepWord(step).text,
    offsetText(report, step.startedAt),
    step.seconds === null ? '' : durationText(step.seconds),
    durationText(step.estimateSeconds),
    step.attempts === 0 ? '' : String(step.attempts),
    String(callsOf(step) ?? ''),
    String(step.calls?.looks ?? ''),
    plain([step.because, stepDetail(step)].filter((each) => each !== '').join(' — ')),
  ]);
  const titles = ['Step', '', 'Began', 'Took', 'Expected', 'Tries', 'Own calls', 'Looks', 'Why, and how it went'];
  const waits = report.longestWaits.map(
    (each) => `- ${durationText(each.seconds)}: ${code(each.step)} for ${plain(each.for)}`,
  );
  return [
    '## The time of each step',
    table(titles, rows),
    ...(report.longestChain.length === 0
      ? []
      : [`The chain that took the time: ${report.longestChain.map(code).join(' → ')}`]),
    ...(waits.length === 0 ? [] : ['Waited for longest:', waits.join('\n')]),
  ];
}

function removedPart(report: RunReport): readonly string[] {
  if (report.removed.length === 0) return [];
  const rows = report.removed.map((each) => [
    code(each.component),
    plain(each.what ?? ''),
    each.at === null ? 'not seen to be gone' : offsetText(report, each.at),
    each.beforeImage === null ? 'none' : code(each.beforeImage),
  ]);
  return ['## What was taken away', table(['Component', 'What was there', 'Gone', 'Before-image'], rows)];
}

function retryPart(report: RunReport): readonly string[] {
  const retries = report.steps.flatMap((step) =>
    step.retries.map(({ at, error, pauseSeconds }) => [
      offsetText(report, at),
      code(step.id),
      plain(error.class),
      plain(`${error.code}: ${error.message}`),
      durationText(pauseSeconds),
    ]),
  );
  const repeated = (report.calls?.repeated ?? []).map((each) => [
    code(each.operation),
    plain(each.class),
    plain(each.code),
    String(each.count),
    durationText(each.pausedSeconds),
  ]);
  return [
    ...(retries.length + repeated.length === 0 ? [] : ['## Retries']),
    ...(retries.length === 0 ? [] : [table(['When', 'Step', 'Class', 'What AWS said', 'Pause'], retries)]),
    ...(repeated.length === 0
      ? []
      : [
          'Calls that were sent again at once, without troubling their step:',
          table(['Operation', 'Class', 'Code', 'Times', 'Pauses together'], repeated),
        ]),
  ];
}

function callPart(report: RunReport): readonly string[] {
  if (report.calls === null) return [];
  const rows = Object.entries(report.calls.byOperation)
    .toSorted(([, left], [, right]) => right - left)
    .map(([operation, calls]) => [code(operation), String(calls)]);
  return rows.length === 0 ? [] : [`## Calls to AWS: ${report.awsCalls}`, table(['Operation', 'Calls'], rows)];
}

function componentPart(report: RunReport): readonly string[] {
  if (report.components.length === 0) return [];
  const rows = report.components.map((each) => [
    code(each.id),
    plain(`${each.type}${each.shared ? ' (shared)' : ''}`),
    each.verdict,
    outcomeWord(each.outcome).text,
    plain(each.because),
  ]);
  return ['## Every component', table(['Component', 'Type', 'Found', 'Outcome', 'Because'], rows)];
}

// --- Markdown --------------------------------------------------------------------------------------------------------

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** On one line, and nothing in it is taken for Markdown or HTML. */
function plain(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~#]/g, (character) => `\\${character}`);
}

/** A backtick would end it, and a bar would end its cell. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '¦')}\``;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
