// The certificate as one page that loads nothing from anywhere: what was proved, of which playbook, and what that does
// not mean.
import { chain, code, facts, paragraph, table, tiles, type Tile } from '../../report/html/parts.ts';
import { markup, nothing, type Markup } from '../../report/html/markup.ts';
import { page } from '../../report/html/page.ts';
import { pieceStates } from '../../rehearse/disaster/disaster.ts';
import { durationText } from '../../util/words.ts';
import type { Certificate } from '../certificate/certificate-schema.ts';
import { missedShown } from './text.ts';

export function proofPage(certificate: Certificate): string {
  const {
    cover,
    doesNotMean,
    playbook,
    promises,
    provedAt,
    rate,
    recovery,
    seal,
    seed,
    stoppedBecause,
    tool,
    validUntil,
  } = certificate;
  const { deepest, rtoSeconds } = recovery;
  return page({
    title: `${playbook.name}: proof`,
    kicker: 'relight proof · embedded AWS',
    headline: markup`${playbook.name} recovers or rightly stops in every state that was played`,
    opening: markup`${facts([
      ['Proved at', provedAt],
      ['Valid until', `${validUntil}, as long as neither playbook nor relight changes`],
      ['Digest', code(playbook.digest)],
      ['Account', `${playbook.account}, ${playbook.region}`],
    ])}${tiles(tilesOf(certificate))}`,
    sections: [
      { title: 'What was played', body: list(cover.statement) },
      ...(cover.impossible.length === 0
        ? []
        : [{ title: 'Single states that cannot be', body: impossibleTable(cover.impossible) }]),
      {
        title: 'What held in each',
        body: table(
          [{ title: 'promise', kind: 'wide' }, { title: 'id' }],
          Object.entries(promises).map(([id, text]) => [text, code(id)]),
        ),
      },
      {
        title: 'Recovery times',
        body: markup`${paragraph('In AWS time, by the number of pieces lost and by strategy. The JSON has each set of lost pieces.')}${table(
          [
            { title: 'lost', kind: 'number' },
            { title: 'strategy' },
            { title: 'recoveries', kind: 'number' },
            { title: 'median', kind: 'number' },
            { title: 'worst', kind: 'number' },
            { title: 'the worst', kind: 'wide' },
          ],
          recovery.byLost.map(({ lost, medianSeconds, runs, strategy, worst, worstSeconds }) => [
            lost,
            strategy,
            runs,
            durationText(medianSeconds),
            durationText(worstSeconds),
            worst,
          ]),
        )}${rtoSeconds === null ? '' : paragraph(objectiveText(rtoSeconds, recovery))}${missedTable(recovery)}`,
      },
      ...(stoppedBecause.length === 0
        ? []
        : [
            {
              title: 'Stopped because',
              body: markup`${paragraph('Each state deserves the reason. A recovery that had two is counted for each.')}${table(
                [
                  { title: 'recoveries', kind: 'number' },
                  { title: 'reason', kind: 'wide' },
                  { title: 'of', kind: 'wide' },
                ],
                stoppedBecause.map((each) => [each.runs, each.reason, each.components.join(', ')]),
              )}`,
            },
          ]),
      ...(deepest === null
        ? []
        : [
            {
              title: 'Deepest path',
              body: markup`${paragraph(deepest.disaster)}${chain(deepest.steps)}`,
            },
          ]),
      { title: 'What this does not mean', body: list(doesNotMean) },
      {
        title: 'Of what, and by what',
        body: facts([
          ['Playbook', code(playbook.file)],
          ['Tool', tool],
          ['Seed', String(seed)],
          [
            'Rate',
            `${rate.perCpuSecond} recoveries for each second of CPU (${rate.cpuSeconds} s of it, ${rate.seconds} s on ${rate.workers} workers)`,
          ],
          ['Seal', code(seal)],
        ]),
      },
    ],
    footer: markup`Written by ${tool}. The certificate itself is the JSON beside this page.`,
  });
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

function missedTable({ missed, overRto }: Certificate['recovery']): Markup {
  if (missed.length === 0) return nothing;
  const rows = missed.slice(0, missedShown);
  const more = overRto - rows.length;
  return markup`${table(
    [
      { title: 'took', kind: 'number' },
      { title: 'disaster', kind: 'wide' },
    ],
    rows.map(({ disaster, seconds }) => [durationText(seconds), disaster]),
  )}${more === 0 ? nothing : paragraph(`And ${more} more.`)}`;
}

/** A row for each piece, a column for each state; each reason is written once, below, by its number. */
function impossibleTable(impossible: Certificate['cover']['impossible']): Markup {
  const reasons = [...new Set(impossible.map((each) => each.because))];
  const components = [...new Set(impossible.map((each) => each.component))];
  const states = pieceStates.filter((state) => impossible.some((each) => each.state === state));
  const rows = components.map((component) => [
    code(component),
    ...states.map((state) => {
      const found = impossible.find((each) => each.component === component && each.state === state);
      return found === undefined ? 'played' : `no (${reasons.indexOf(found.because) + 1})`;
    }),
  ]);
  return markup`${paragraph('These were not played, for the reason whose number is given.')}${table(
    [{ title: 'piece' }, ...states.map((title) => ({ title }))],
    rows,
  )}<ol>${reasons.map((each) => markup`<li>${each}</li>`)}</ol>
`;
}

function list(texts: readonly string[]): ReturnType<typeof markup> {
  return markup`<ul>${texts.map((each) => markup`<li>${each}</li>`)}</ul>\n`;
}
