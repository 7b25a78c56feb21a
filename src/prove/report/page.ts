// The certificate as one page that loads nothing from anywhere: what was proved, of which playbook, and what that does
// not mean.
import {
  code,
  note,
  numbers,
  paragraph,
  table,
  wide,
  type Block,
  type Document,
  type Table,
  type Tile,
} from '../../report/document/document.ts';
import { documentPage } from '../../report/document/html/page.ts';
import { pieceStates } from '../../rehearse/disaster/disaster.ts';
import { durationText } from '../../util/words.ts';
import type { Certificate } from '../certificate/certificate-schema.ts';

/** So many recoveries that miss the objective are named; the JSON names more. */
export const missedShown = 10;

/** One file for a browser. */
export function proofPage(certificate: Certificate): string {
  return documentPage(proofDocument(certificate));
}

function proofDocument(certificate: Certificate): Document {
  const { cover, doesNotMean, playbook, promises, recovery, stoppedBecause, tool } = certificate;
  return {
    title: `${playbook.name}: proof`,
    kicker: 'relight proof · embedded AWS',
    headline: `${playbook.name} recovers or rightly stops in every state that was played`,
    verdict: [],
    opening: openingOf(certificate),
    sections: [
      { title: 'What was played', blocks: [{ kind: 'list', items: cover.statement }] },
      { title: 'Single states that cannot be', blocks: impossible(cover.impossible) },
      {
        title: 'What held in each',
        blocks: [
          table(
            [wide('promise'), 'id'],
            Object.entries(promises).map(([id, text]) => [text, code(id)]),
          ),
        ],
      },
      { title: 'Recovery times', blocks: recoveryTimes(recovery) },
      { title: 'Stopped because', blocks: stops(stoppedBecause) },
      { title: 'Deepest path', blocks: deepestPath(recovery) },
      { title: 'What this does not mean', blocks: [{ kind: 'list', items: doesNotMean }] },
      { title: 'Of what, and by what', blocks: [origin(certificate)] },
    ],
    footer: `Written by ${tool}. The certificate itself is the JSON beside this page.`,
  };
}

function openingOf(certificate: Certificate): readonly Block[] {
  const { playbook, provedAt, validUntil } = certificate;
  return [
    {
      kind: 'facts',
      facts: [
        ['Proved at', provedAt],
        ['Valid until', `${validUntil}, as long as neither playbook nor relight changes`],
        ['Digest', code(playbook.digest)],
        ['Account', `${playbook.account}, ${playbook.region}`],
      ],
    },
    { kind: 'tiles', tiles: tilesOf(certificate) },
  ];
}

function tilesOf({ recovery, runs }: Certificate): readonly Tile[] {
  const [worst] = recovery.worst;
  return [
    { value: String(runs.total), label: 'recoveries played', tone: 'quiet' },
    { value: '0', label: 'counter-examples', tone: 'good' },
    {
      value: String(runs.healed),
      label: runs.typedAgain === 0 ? 'healed' : `healed, ${runs.typedAgain} by a second command`,
      tone: 'good',
    },
    { value: String(runs.stopped), label: 'stopped for a stated reason that the state deserves', tone: 'quiet' },
    {
      value: durationText(worst?.seconds ?? 0),
      label: worst === undefined ? 'longest recovery' : `longest recovery: ${worst.disaster}`,
      tone: recovery.overRto > 0 ? 'warn' : 'quiet',
    },
  ];
}

function objectiveText(rtoSeconds: number, { overRto, timed }: Certificate['recovery']): string {
  const goal = `The objective of ${durationText(rtoSeconds)}`;
  const those = `of the ${timed} recoveries that healed with nothing else going wrong`;
  return overRto === 0 ? `${goal} is kept in all ${those}.` : `${goal} is missed in ${overRto} ${those}:`;
}

function recoveryTimes(recovery: Certificate['recovery']): readonly Block[] {
  const { missed, overRto, rtoSeconds } = recovery;
  const named = missed.slice(0, missedShown);
  return [
    note('In AWS time, by the number of pieces lost and by strategy. The JSON has each set of lost pieces.'),
    timeTable(recovery),
    ...(rtoSeconds === null ? [] : [paragraph(objectiveText(rtoSeconds, recovery))]),
    table(
      [numbers('took'), wide('disaster')],
      named.map(({ disaster, seconds }) => [durationText(seconds), disaster]),
    ),
    ...(overRto === named.length ? [] : [paragraph(`And ${overRto - named.length} more.`)]),
  ];
}

function stops(stoppedBecause: Certificate['stoppedBecause']): readonly Block[] {
  return [
    note('Each state deserves the reason. A recovery that had two is counted for each.'),
    stopTable(stoppedBecause),
  ];
}

function deepestPath({ deepest }: Certificate['recovery']): readonly Block[] {
  return deepest === null ? [] : [paragraph(deepest.disaster), { kind: 'chain', names: deepest.steps }];
}

/** By the number of pieces lost, and by strategy. */
export function timeTable({ byLost }: Certificate['recovery']): Table {
  return table(
    [numbers('lost'), 'strategy', numbers('recoveries'), numbers('median'), numbers('worst'), wide('the worst')],
    byLost.map(({ lost, medianSeconds, runs, strategy, worst, worstSeconds }) => [
      String(lost),
      strategy,
      String(runs),
      durationText(medianSeconds),
      durationText(worstSeconds),
      worst,
    ]),
  );
}

export function stopTable(stoppedBecause: Certificate['stoppedBecause']): Table {
  return table(
    [numbers('recoveries'), wide('reason'), wide('of')],
    stoppedBecause.map((each) => [String(each.runs), each.reason, each.components.join(', ')]),
  );
}

/** A row for each piece, a column for each state; each reason is written once, below, by its number. */
function impossible(cases: Certificate['cover']['impossible']): readonly Block[] {
  const reasons = [...new Set(cases.map((each) => each.because))];
  const components = [...new Set(cases.map((each) => each.component))];
  const states = pieceStates.filter((state) => cases.some((each) => each.state === state));
  const rows = components.map((component) => [
    code(component),
    ...states.map((state) => {
      const found = cases.find((each) => each.component === component && each.state === state);
      return found === undefined ? 'played' : `no (${reasons.indexOf(found.because) + 1})`;
    }),
  ]);
  return [
    note('These were not played, for the reason whose number is given.'),
    table(['piece', ...states], rows),
    { kind: 'list', items: reasons, ordered: true },
  ];
}

function origin({ playbook, rate, seal, seed, tool }: Certificate): Block {
  const cost = `${rate.cpuSeconds} s of it, ${rate.seconds} s on ${rate.workers} workers`;
  return {
    kind: 'facts',
    facts: [
      ['Playbook', code(playbook.file)],
      ['Tool', tool],
      ['Seed', String(seed)],
      ['Rate', `${rate.perCpuSecond} recoveries for each second of CPU (${cost})`],
      ['Seal', code(seal)],
    ],
  };
}
