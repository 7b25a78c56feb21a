// A proof for people at a terminal: what was played, how the recoveries went, and each counter-example in plain words.
import { tableLines } from '../../report/document/terminal.ts';
import { table, type Paint } from '../../report/paint.ts';
import { count, durationText } from '../../util/words.ts';
import type { ProofSummary } from '../certificate/summary.ts';
import { missedShown, stopTable, timeTable } from './page.ts';
import type { ProofReport, ProvedExample } from './report.ts';
import { linesText } from '../../util/shown.ts';

export function proofText(report: ProofReport, paint: Paint): string {
  const { certificate, counterExamples, playbook, quick, summary } = report;
  const lines = [
    `${paint.bold(`Proof of ${playbook.name}:`)} ${headline(report, paint)}`,
    paint.dim('in an embedded AWS: no call leaves this machine, no credentials are read; times are AWS’s'),
    '',
    ...(summary === null ? [] : summaryLines(summary, paint)),
    ...counterExamples.flatMap((each, index) => exampleLines(each, index, counterExamples.length, paint)),
    ...(certificate === null ? [] : [`certificate  ${certificate.file}, valid until ${certificate.validUntil}`]),
    ...(certificate === null ? [] : [`page         ${certificate.page}`]),
    ...(quick && report.result === 'proved' ? ['no certificate: --quick plays only a part of what a proof plays'] : []),
  ];
  return linesText(lines);
}

/** `proved, 2,417 recoveries, no counter-example` */
function headline({ counterExamples, result, summary }: ProofReport, paint: Paint): string {
  const played = summary === null ? '' : `, ${count(summary.runs.total, 'recovery', 'recoveries')} played`;
  switch (result) {
    case 'proved':
      return `${paint.good('proved')}${played}, no counter-example`;
    case 'broken':
      return `${paint.bad('NOT proved')}${played}, ${count(counterExamples.length, 'counter-example')}`;
    case 'undeployable':
      return `${paint.bad('NOT proved')}, it cannot even be deployed where nothing is in its way`;
  }
}

function summaryLines(summary: ProofSummary, paint: Paint): readonly string[] {
  const { cover, rate, recovery, runs, seed, stoppedBecause } = summary;
  const again = runs.typedAgain === 0 ? '' : `, ${runs.typedAgain} of them when the command was typed a second time`;
  const broken = runs.broken === 0 ? '' : `; ${paint.bad(`${runs.broken} broke a promise`)}`;
  const { deepest, rtoSeconds } = recovery;
  return [
    'played:',
    ...cover.statement.map((line) => `  ${line}`),
    '',
    `healed ${runs.healed}${again}; ${runs.stopped} stopped for a stated reason that the state deserves${broken}`,
    ...(runs.shownEqual === undefined || runs.shownEqual === 0
      ? []
      : [`${runs.shownEqual} of them came to where another one had come to, and were not played again from there`]),
    '',
    ...(stoppedBecause.length === 0 ? [] : ['stopped because:', ...tableLines(stopTable(stoppedBecause), paint), '']),
    'recovery time by the number of pieces lost, and by strategy:',
    ...tableLines(timeTable(recovery), paint),
    ...(rtoSeconds === null ? [] : [`objective ${durationText(rtoSeconds)}: ${objectiveText(recovery, paint)}`]),
    ...recovery.missed.slice(0, missedShown).map(({ disaster, seconds }) => `  ${durationText(seconds)}  ${disaster}`),
    ...(recovery.overRto > missedShown ? [`  and ${recovery.overRto - missedShown} more`] : []),
    ...(deepest === null ? [] : [`deepest path: ${deepest.disaster}: ${deepest.steps.join(' → ')}`]),
    '',
    `${rate.perCpuSecond} recoveries for each second of CPU: ${rate.cpuSeconds} s of it, ${rate.seconds} s on ${count(rate.workers, 'worker')}; seed ${seed}`,
    '',
  ];
}

/** Nothing is said of recoveries that did not heal, and of those under which something else went wrong. */
function objectiveText({ overRto, timed }: ProofSummary['recovery'], paint: Paint): string {
  if (timed === 0) return 'nothing to hold against it, no recovery healed';
  if (overRto > 0) return paint.warn(`missed in ${overRto} of the ${timed} that healed with nothing else going wrong`);
  return paint.good(`kept in all ${timed} that healed with nothing else going wrong`);
}

function exampleLines(example: ProvedExample, index: number, of: number, paint: Paint): readonly string[] {
  const { disaster, expected, file, look, recoveries, replay, said, seen, told } = example;
  const rows = [
    ['  disaster', disaster],
    ['  expected', expected],
    ['  seen', paint.bad(seen)],
    ...(recoveries > 1 ? [['  seen in', `${recoveries} of the recoveries played`]] : []),
    ...said.map((each) => ['  AWS said', each]),
    ...told.map((each) => ['  also seen', each]),
    ...look.map((each) => ['  look at', each]),
    ['  replay', replay],
    ...(file === null ? [] : [['  kept as', file]]),
  ];
  return [paint.bold(`counter-example ${index + 1} of ${of}`), ...table(rows), ''];
}
