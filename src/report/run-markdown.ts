// The report of a run as Markdown, to be pasted into an issue or a post-mortem. GitHub draws the graph.
import type { Integrity } from '../run/journal/events.ts';
import { durationText } from '../util/words.ts';
import { forecastWords } from './forecast-outcome.ts';
import { integrityText } from './integrity-text.ts';
import type { ComponentReport, RunReport } from './report.ts';
import {
  acceptedFact,
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
import { markdownCode, markdownTable, markdownText } from './markdown.ts';

/** @param integrity of its journal, where it was read from one */
export function runMarkdown(report: RunReport, integrity?: Integrity): string {
  const parts: readonly string[] = [
    `# ${markdownText(headlineText(report))} (${resultWord(report).text})`,
    markdownText(summaryTexts(report).join(' ')),
    ...undonePart(report),
    ...evidencePart(report, integrity),
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
      markdownCode(each.step ?? each.component),
      undoneWord(each).text,
      markdownText(each.because),
      each.rootCauses.map(markdownCode).join(' '),
    ]);
  return ['## What was not done, and why', markdownTable(['What', '', 'Why', 'Root causes'], rows)];
}

function evidencePart(report: RunReport, integrity: Integrity | undefined): readonly string[] {
  const { identity, playbook, savedPlan } = report;
  const clock = clockNote(report);
  const facts: readonly (readonly [string, string])[] = [
    [
      'Playbook',
      `${markdownText(playbook.name)} (${markdownText(playbook.file)}), digest ${markdownCode(playbook.digest)}`,
    ],
    ['Place', markdownText(placeWords(report))],
    ['Acting as', markdownCode(identity.arn)],
    ['Approved by', markdownText(approvalText(report.approval))],
    ...acceptedFact(report).map((text) => ['Accepted', markdownText(text)] as const),
    ...report.approvals.map((each) => ['Approval', markdownText(componentApprovalText(each))] as const),
    ['Plan', `${report.strategy}, SHA-256 ${markdownCode(report.planHash)}`],
    ...(savedPlan === null
      ? []
      : [['Saved plan', `${markdownCode(savedPlan.id)}, seal ${markdownCode(savedPlan.seal)}`] as const]),
    ...(integrity === undefined ? [] : [['Journal', markdownText(integrityText(integrity))] as const]),
    ...(report.resumes === null
      ? []
      : [['Goes on with', `run ${markdownCode(report.resumes)}; times are those of this run alone`] as const]),
    ['Began', instantText(report.startedAt)],
    ['Ended', report.finishedAt === null ? 'nobody wrote that it ended' : instantText(report.finishedAt)],
    ...(report.forecast === null ? [] : [['Forecast', markdownText(forecastWords(report.forecast))] as const]),
    ...(clock === undefined ? [] : [['Clock', markdownText(clock)] as const]),
    ['Run', `${markdownCode(report.runId)}, ${markdownText(report.tool)}`],
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
    step.action === 'verify' ? `${markdownCode(step.id)} ${markdownText(step.component)}` : markdownCode(step.id),
    stepWord(step).text,
    offsetText(report, step.startedAt),
    step.seconds === null ? '' : durationText(step.seconds),
    durationText(step.estimateSeconds),
    step.attempts === 0 ? '' : String(step.attempts),
    String(callsOf(step) ?? ''),
    String(step.calls?.looks ?? ''),
    markdownText([step.because, stepDetail(step)].filter((each) => each !== '').join(' — ')),
  ]);
  const titles = ['Step', '', 'Began', 'Took', 'Expected', 'Tries', 'Own calls', 'Looks', 'Why, and how it went'];
  const waits = report.longestWaits.map(
    (each) => `- ${durationText(each.seconds)}: ${markdownCode(each.step)} for ${markdownText(each.for)}`,
  );
  return [
    '## The time of each step',
    markdownTable(titles, rows),
    ...(report.longestChain.length === 0
      ? []
      : [`The chain that took the time: ${report.longestChain.map(markdownCode).join(' → ')}`]),
    ...(waits.length === 0 ? [] : ['Waited for longest:', waits.join('\n')]),
  ];
}

function removedPart(report: RunReport): readonly string[] {
  if (report.removed.length === 0) return [];
  const rows = report.removed.map((each) => [
    markdownCode(each.component),
    markdownText(each.what ?? ''),
    each.at === null ? 'not seen to be gone' : offsetText(report, each.at),
    each.beforeImage === null ? 'none' : markdownCode(each.beforeImage),
  ]);
  return ['## What was taken away', markdownTable(['Component', 'What was there', 'Gone', 'Before-image'], rows)];
}

function retryPart(report: RunReport): readonly string[] {
  const retries = report.steps.flatMap((step) =>
    step.retries.map(({ at, error, pauseSeconds }) => [
      offsetText(report, at),
      markdownCode(step.id),
      markdownText(error.class),
      markdownText(`${error.code}: ${error.message}`),
      durationText(pauseSeconds),
    ]),
  );
  const repeated = (report.calls?.repeated ?? []).map((each) => [
    markdownCode(each.operation),
    markdownText(each.class),
    markdownText(each.code),
    String(each.count),
    durationText(each.pausedSeconds),
  ]);
  return [
    ...(retries.length + repeated.length === 0 ? [] : ['## Retries']),
    ...(retries.length === 0 ? [] : [markdownTable(['When', 'Step', 'Class', 'What AWS said', 'Pause'], retries)]),
    ...(repeated.length === 0
      ? []
      : [
          'Calls that were sent again at once, without troubling their step:',
          markdownTable(['Operation', 'Class', 'Code', 'Times', 'Pauses together'], repeated),
        ]),
  ];
}

function callPart(report: RunReport): readonly string[] {
  if (report.calls === null) return [];
  const rows = Object.entries(report.calls.byOperation)
    .toSorted(([, left], [, right]) => right - left)
    .map(([operation, calls]) => [markdownCode(operation), String(calls)]);
  return rows.length === 0 ? [] : [`## Calls to AWS: ${report.awsCalls}`, markdownTable(['Operation', 'Calls'], rows)];
}

function componentPart(report: RunReport): readonly string[] {
  if (report.components.length === 0) return [];
  const rows = report.components.map((each) => [
    markdownCode(each.id),
    markdownText(`${each.type}${each.shared ? ' (shared)' : ''}`),
    each.verdict,
    outcomeWord(each.outcome).text,
    markdownText(each.because),
  ]);
  return ['## Every component', markdownTable(['Component', 'Type', 'Found', 'Outcome', 'Because'], rows)];
}
