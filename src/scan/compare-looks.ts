// Two playbooks of a scan held against each other, by what it saw of them already: nothing is looked at again. A look tells less
// than `relight compare` asks for: what only one side may have is left to that.
import { compareFacts } from '../compare/compare.ts';
import type { Comparison } from '../compare/comparison.ts';
import { expectationsOf } from '../compare/expected.ts';
import { factsOf, type SideFacts } from '../compare/facts.ts';
import { labelsOf, type Labels, type Nameable } from '../compare/words.ts';
import type { PlaybookOutcome } from './outcome.ts';

/** A playbook that was looked at. */
export type LookedOutcome = PlaybookOutcome & {
  readonly seen: Extract<PlaybookOutcome['seen'], { readonly kind: 'looked' }>;
};

/** True where it was looked at, whatever was seen. */
export function isLooked(outcome: PlaybookOutcome): outcome is LookedOutcome {
  return outcome.seen.kind === 'looked';
}

export interface ComparedLooks {
  readonly comparison: Comparison;
  readonly labels: Labels;
  readonly facts: { readonly left: SideFacts; readonly right: SideFacts };
}

/** What differs, and what of it either playbook says is meant. */
export function compareLooks(left: LookedOutcome, right: LookedOutcome): ComparedLooks {
  const [one, two] = factsOf([lookedOf(left), lookedOf(right)]);
  if (one === undefined || two === undefined) throw new Error('Internal error: two looks give two sides');
  const comparison = compareFacts(one, two, [
    ...expectationsOf('left', left.playbook, right.playbook).filter(({ component }) => one.pieces.has(component)),
    ...expectationsOf('right', right.playbook, left.playbook).filter(({ component }) => two.pieces.has(component)),
  ]);
  return { comparison, labels: labelsOf(nameable(left), nameable(right)), facts: { left: one, right: two } };
}

function lookedOf({ playbook, seen }: LookedOutcome): Parameters<typeof factsOf>[0][number] {
  const { account, region } = playbook.target;
  return { playbook, observations: seen.observations, closer: new Map(), account, region };
}

function nameable({ alias, playbook: { file, metadata, target } }: PlaybookOutcome): Nameable {
  const { account, environment, region } = target;
  return { playbook: metadata.name, environment: environment ?? null, alias, account, region, file };
}
