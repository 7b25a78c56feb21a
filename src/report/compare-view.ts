// What a comparison is told with: the two places beside what was found.
import { unexpectedIn, type Comparison, type Side } from '../compare/comparison.ts';
import { countWords, headlineOf, type Labels } from '../compare/words.ts';
import type { Place } from './place-text.ts';

/** One of the two, and where it was looked at. */
export interface ComparedSide {
  readonly playbook: { readonly name: string; readonly digest: string; readonly file: string };
  readonly place: Place;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  readonly awsCalls: number;
}

export interface CompareView {
  readonly sides: { readonly [side in Side]: ComparedSide };
  readonly labels: Labels;
  readonly comparison: Comparison;
}

export const bothSides = ['left', 'right'] as const;

export type CompareResult = 'alike' | 'differs' | 'incomplete';

/** What could not be seen wins: nobody knows then whether the rest is all. */
export function resultOf(comparison: Comparison): CompareResult {
  if (comparison.unseen.length > 0) return 'incomplete';
  return unexpectedIn(comparison).length > 0 ? 'differs' : 'alike';
}

export function isSamePlace({ sides: { left, right } }: CompareView): boolean {
  return left.place.account === right.place.account && left.place.region === right.place.region;
}

/** The comparison for programs. */
export function compareJson(view: CompareView): object {
  const { comparison, labels, sides } = view;
  const side = (name: Side): object => {
    const { awsCalls, observedAt, place, playbook } = sides[name];
    const { account, alias, arn, endpoint, environment, region, sandbox } = place;
    return {
      label: labels[name],
      playbook,
      identity: { account, alias, region, arn },
      environment,
      sandbox,
      endpoint,
      observedAt: new Date(observedAt).toISOString(),
      awsCalls,
    };
  };
  const { differences, pieces, stale, unseen } = comparison;
  const unexpected = unexpectedIn(comparison).length;
  return {
    version: 1,
    result: resultOf(comparison),
    left: side('left'),
    right: side('right'),
    samePlace: isSamePlace(view),
    headline: headlineOf(comparison, labels) ?? null,
    counts: {
      unexpected,
      expected: differences.length - unexpected,
      unseen: unseen.length,
      stale: stale.length,
      alike: pieces.filter(({ status }) => status === 'alike').length,
    },
    components: pieces,
    differences,
    unseen,
    stale: stale.map(({ as = null, field = null, is = null, ...each }) => ({ ...each, field, is, as })),
  };
}

/** `staging and production: 2 differences that nobody expects` */
export function verdictWords({ comparison, labels }: CompareView): string {
  return `${labels.left} and ${labels.right}: ${countWords(comparison)}`;
}
