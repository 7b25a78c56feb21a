// Circles through a recovery among the playbooks of a scan: nobody can begin, and that shows on the bad day alone. Told by the
// playbooks as they are written; AWS has no part in it.
import { circlesIn } from '../../dependence/circles.ts';
import type { Dependence } from '../../dependence/model.ts';
import { callingOf, dependenceText } from '../../dependence/words.ts';
import type { Playbook } from '../../playbook/model.ts';
import { listText } from '../../util/words.ts';
import { severityOf } from '../severity.ts';
import { byText, partyOf, partyText, type BetweenAsked, type BetweenFound } from './model.ts';

/** The same, in whatever order the playbooks come. */
export function circlesFound({ at, commands, outcomes }: BetweenAsked): readonly BetweenFound[] {
  const playbooks = outcomes
    .map(({ playbook }) => playbook)
    .toSorted((left, right) => byText(keyOf(left), keyOf(right)));
  const byFile = new Map(playbooks.map((each) => [each.file, each]));
  return circlesIn(playbooks).flatMap((circle): readonly BetweenFound[] => {
    const whole = fromLeast(
      circle.steps.flatMap((step) => {
        const playbook = byFile.get(step.from.file);
        return playbook === undefined ? [] : [{ step, playbook }];
      }),
    );
    const [first] = whole;
    if (first === undefined) return [];
    const called = callingOf(whole.map(({ step }) => step.from));
    const { playbook, step } = first;
    return [
      {
        kind: 'recovery-circle',
        severity: severityOf('recovery-circle'),
        playbook,
        file: playbook.file,
        ...positionIn(step, playbook),
        component: listText(whole.map((each) => called(each.step.from))),
        type: 'playbook',
        piece: { parties: whole.map((each) => partyOf(each.playbook)) },
        field: null,
        what:
          whole.length === 1
            ? 'it needs itself to be recovered, so that nobody can begin'
            : 'they need each other to be recovered, so that none of them can be the first',
        evidence: whole.map((each) => dependenceText(each.step, called)),
        plan: commands.circle(whole.map((each) => each.playbook.file).toSorted(byText)),
        at,
      },
    ];
  });
}

interface Step {
  readonly step: Dependence;
  readonly playbook: Playbook;
}

/** A circle has no beginning: it is told from the playbook on that comes first by its name. */
function fromLeast(steps: readonly Step[]): readonly Step[] {
  const keys = steps.map(({ playbook }) => keyOf(playbook));
  const least = Math.max(0, keys.indexOf(keys.toSorted(byText)[0] ?? ''));
  return [...steps.slice(least), ...steps.slice(0, least)];
}

function keyOf(playbook: Playbook): string {
  return partyText(partyOf(playbook));
}

/** Where the file says what leads to the next one. */
function positionIn({ evidence }: Dependence, { file }: Playbook): { readonly line: number; readonly column: number } {
  const place = evidence.find((each) => each.place.file === file)?.place;
  return { line: place?.line ?? 1, column: place?.column ?? 1 };
}
