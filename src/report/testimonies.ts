// What was found from outside during a run, beside AWS's own word: who was asked, and what came of it. Pure.
import type { Testimony } from '../components/contract.ts';
import { unreachable } from '../util/unreachable.ts';
import { badge, code, note, table, wide, type Badge, type Section } from './document/document.ts';
import type { RunReport } from './report.ts';

interface Told extends Testimony {
  readonly step: string;
  readonly word: Badge;
}

/** In the order of the steps. */
export function testimoniesOf({ steps }: RunReport): readonly Told[] {
  return steps.flatMap(({ evidence = [], id }) =>
    evidence.map((each) => ({ ...each, step: id, word: testimonyWord(each) })),
  );
}

function testimonyWord({ outcome }: Testimony): Badge {
  switch (outcome) {
    case 'agrees':
      return badge('agrees', 'good');
    case 'differs':
      return badge('differs', 'warn');
    case 'unasked':
      return badge('could not be asked', 'quiet');
    default:
      return unreachable(outcome);
  }
}

/** None where nobody was asked. */
export function testimonySections(report: RunReport): readonly Section[] {
  const told = testimoniesOf(report);
  if (told.length === 0) return [];
  return [
    {
      title: 'Asked from outside',
      blocks: [
        note('Evidence beside what AWS itself shows, which is what the run went by.'),
        table(
          ['Step', 'Who was asked', 'Outcome', wide('What was answered')],
          told.map((each) => [code(each.step), each.source, each.word, each.detail]),
        ),
      ],
    },
  ];
}
