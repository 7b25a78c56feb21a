// The certificate as one page that loads nothing from anywhere: what was proved, of which playbook, and what that does
// not mean.
import { chain, code, facts, paragraph, table, tiles, type Tile } from '../report/html/parts.ts';
import { markup } from '../report/html/markup.ts';
import { page } from '../report/html/page.ts';
import { durationText } from '../util/words.ts';
import type { Certificate } from './certificate.ts';

export function proofPage(certificate: Certificate): string {
  const { cover, doesNotMean, playbook, promises, provedAt, rate, recovery, seal, seed, tool, validUntil } =
    certificate;
  const { deepest, overRto, rtoSeconds } = recovery;
  return page({
    title: `${playbook.name}: proof`,
    kicker: 'relight proof · embedded AWS',
    headline: markup`${playbook.name} recovers from every state that was played`,
    opening: tiles(tilesOf(certificate)),
    sections: [
      { title: 'What was played', body: list(cover.statement) },
      {
        title: 'What held in each',
        body: table(
          [{ title: 'promise', kind: 'wide' }, { title: 'id' }],
          Object.entries(promises).map(([id, text]) => [text, code(id)]),
        ),
      },
      {
        title: 'Recovery times',
        body: markup`${paragraph('In AWS time, by the number of pieces lost.')}${table(
          [
            { title: 'lost', kind: 'number' },
            { title: 'recoveries', kind: 'number' },
            { title: 'median', kind: 'number' },
            { title: 'worst', kind: 'number' },
            { title: 'the worst', kind: 'wide' },
          ],
          recovery.byLost.map(({ lost, medianSeconds, runs, worst, worstSeconds }) => [
            lost,
            runs,
            durationText(medianSeconds),
            durationText(worstSeconds),
            worst,
          ]),
        )}${rtoSeconds === null ? '' : paragraph(objectiveText(rtoSeconds, overRto))}`,
      },
      ...(deepest === null
        ? []
        : [
            {
              title: 'Deepest path',
              body: markup`${paragraph(`${deepest.disaster} (${deepest.strategy})`)}${chain(deepest.steps)}`,
            },
          ]),
      { title: 'What this does not mean', body: list(doesNotMean) },
      {
        title: 'Of what, and by what',
        body: facts([
          ['Playbook', code(playbook.file)],
          ['Digest', code(playbook.digest)],
          ['Tool', tool],
          ['Proved at', provedAt],
          ['Valid until', `${validUntil}, as long as neither playbook nor relight changes`],
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
  const worst = Math.max(0, ...recovery.worst.map((each) => each.seconds));
  return [
    { value: String(runs.total), label: 'recoveries played', tone: 'quiet' },
    { value: '0', label: 'counter-examples', tone: 'good' },
    {
      value: String(runs.healed),
      label: runs.typedAgain === 0 ? 'healed' : `healed, ${runs.typedAgain} by a second command`,
      tone: 'good',
    },
    { value: String(runs.stopped), label: 'stopped for a stated reason that the state deserves', tone: 'quiet' },
    { value: durationText(worst), label: 'longest recovery', tone: recovery.overRto > 0 ? 'warn' : 'quiet' },
  ];
}

function objectiveText(rtoSeconds: number, overRto: number): string {
  const goal = `The objective of ${durationText(rtoSeconds)}`;
  return overRto === 0 ? `${goal} is kept in all of them.` : `${goal} is missed in ${overRto}.`;
}

function list(texts: readonly string[]): ReturnType<typeof markup> {
  return markup`<ul>${texts.map((each) => markup`<li>${each}</li>`)}</ul>\n`;
}
