// What stands at the top of a captured playbook, and what a user is told of it: where it comes from, what is not in it, and why.
import type { Composed } from '../../capture/compose.ts';
import type { Captured } from '../../capture/model.ts';
import { wordsFor } from '../../capture/model.ts';
import { listText } from '../../util/words.ts';

/** As many names are told in a line. */
const mostNames = 12;

/** What a captured playbook does not hold, a line each, by reason. */
export interface Open {
  /** Left unsaid on purpose: it stays as it is. */
  readonly unsaid: readonly string[];
  /** No component type makes it, or no spec can say it. */
  readonly beyond: readonly string[];
  /** It has to be there, and is in no component. */
  readonly needs: readonly string[];
  /** It could not be read. */
  readonly unseen: readonly string[];
  /** It may be the service's, too. */
  readonly left: readonly string[];
}

export function openIn({ asides, left, unseen }: Captured, composed: Composed): Open {
  const idOf = (key: string): string => composed.components.find(({ found }) => found.key === key)?.id ?? key;
  return {
    unsaid: composed.withheld.map(
      ({ component, field: { names, path } }) =>
        `${component}: ${path}${names.length === 0 ? '' : ` (${short(names)})`}`,
    ),
    beyond: [
      ...asides.map(({ aside, of }) => `${idOf(of.key)}: ${aside.what}`),
      ...composed.beyond.map(({ component, what }) => `${component}: ${what}`),
    ],
    needs: composed.needs,
    unseen: unseen.map(({ api, what, why }) => `${what}: ${why}${api === undefined ? '' : ` (${api})`}`),
    left,
  };
}

function short(names: readonly string[]): string {
  const more = names.length - mostNames;
  return listText(more > 0 ? [...names.slice(0, mostNames), `${more} more`] : names);
}

/** @param date `2026-12-01` */
export function headingOf(
  { root }: Captured,
  open: Open,
  { date, place }: { readonly date: string; readonly place: string },
): readonly string[] {
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((each) => `  ${each}`)];
  return [
    `Captured from ${wordsFor(root)} in ${place}, ${date}. What it does not say stays as it is.`,
    ...part('Could not be seen, and may be missing here:', open.unseen),
    ...part('May be its own too, and is left out:', open.left),
    ...part('Left unsaid, since values may be secret (--env-values writes those of environments):', open.unsaid),
    ...part('No playbook can say it, so that a recovery does not bring it back:', open.beyond),
    ...part('Needed, and made by others:', open.needs),
  ];
}
