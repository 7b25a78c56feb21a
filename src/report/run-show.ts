// A past run on a terminal: the end of the run as it was told then, and what an auditor asks next.
import { isRecovery } from '../plan/plan.ts';
import type { Integrity } from '../run/journal/events.ts';
import { durationText } from '../util/words.ts';
import { removedText } from './evidence.ts';
import { forecastWords } from './forecast-outcome.ts';
import { integrityText } from './integrity-text.ts';
import { table, type Paint } from './paint.ts';
import type { RunReport } from './report.ts';
import { runText } from './run-text.ts';
import {
  acceptedFact,
  approvalText,
  componentApprovalText,
  instantText,
  objectiveWords,
  offsetText,
  placeWords,
  undoneWord,
} from './run-words.ts';
import { testimoniesOf } from './testimonies.ts';
import { shownName } from '../util/shown.ts';

/**
 * @param place the run's folder
 * @param where options that lead to where the run was, for the command to type next
 * @param kept those of them that say where runs are kept
 */
export function runShowText(
  report: RunReport,
  place: string,
  paint: Paint,
  {
    integrity,
    kept = '',
    where = '',
  }: { readonly integrity?: Integrity | undefined; readonly kept?: string; readonly where?: string } = {},
): string {
  const blocks = [
    runText(report, place, paint, where, kept).trimEnd(),
    factBlock(report, paint, integrity),
    listBlock(
      'What was not done, and why',
      report.leftUndone.map((each) => [each.step ?? each.component, undoneWord(each).text, each.because]),
      paint,
    ),
    listBlock(
      'What was taken away',
      report.removed.map((each) => [
        each.component,
        each.at === null ? 'not seen to be gone' : `gone at ${offsetText(report, each.at)}`,
        each.beforeImage ?? 'no before-image',
        removedText(each) ?? '',
      ]),
      paint,
    ),
    listBlock(
      'Asked from outside',
      testimoniesOf(report).map((each) => [each.step, each.source, each.word.text, each.detail]),
      paint,
    ),
    listBlock(
      'Retries',
      report.steps.flatMap((step) =>
        step.retries.map(({ at, error, pauseSeconds }) => [
          offsetText(report, at),
          step.id,
          error.class,
          `${error.code}: ${error.message}; again in ${durationText(pauseSeconds)}`,
        ]),
      ),
      paint,
    ),
    listBlock(
      'What it waited for longest',
      report.longestWaits.slice(0, 5).map((each) => [durationText(each.seconds), each.step, each.for]),
      paint,
    ),
    listBlock(
      'The chain that took the time',
      report.longestChain.length === 0 ? [] : [[report.longestChain.join(' → ')]],
      paint,
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function factBlock(report: RunReport, paint: Paint, integrity: Integrity | undefined): string {
  const { identity, playbook, savedPlan } = report;
  const facts = [
    ['playbook', `${playbook.name} (${playbook.file}), digest ${playbook.digest}`],
    ['place', placeWords(report)],
    ['as', shownName(identity.arn, 200)],
    ['approved by', approvalText(report.approval)],
    ...acceptedFact(report).map((text) => ['accepted', text]),
    ...report.approvals.map((each) => ['approval', componentApprovalText(each)]),
    ['plan', `${report.strategy}, SHA-256 ${report.planHash}`],
    ...(savedPlan === null ? [] : [['saved plan', `${savedPlan.id}, seal ${savedPlan.seal}`]]),
    ...(report.resumes === null ? [] : [['goes on with', `run ${report.resumes}`]]),
    ['began', instantText(report.startedAt)],
    ['ended', report.finishedAt === null ? 'nobody wrote that it ended' : instantText(report.finishedAt)],
    ...(isRecovery(report.strategy) ? [['recovery time', objectiveWords(report)]] : []),
    ...(report.forecast === null ? [] : [['forecast', forecastWords(report.forecast)]]),
    ...(integrity === undefined ? [] : [['journal', integrityText(integrity)]]),
    ...report.interruptions.map((each) => ['interrupted', `${offsetText(report, each.at)}: ${each.reason}`]),
  ];
  return table(facts.map(([name = '', value = '']) => [`  ${paint.dim(name)}`, value])).join('\n');
}

function listBlock(title: string, rows: readonly (readonly string[])[], paint: Paint): string {
  if (rows.length === 0) return '';
  return [paint.bold(title), ...table(rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest]))].join('\n');
}
