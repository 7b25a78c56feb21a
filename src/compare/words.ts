// A comparison in words: what the two sides are called, what a difference comes to, and all of it in a sentence. Pure.
import { count, listText } from '../util/words.ts';
import { unreachable } from '../util/unreachable.ts';
import { otherSide, unexpectedIn, type Comparison, type FactDifference, type Side } from './comparison.ts';
import { lastOf } from './order.ts';

/** What the sides are called; two different words. */
export type Labels = { readonly [side in Side]: string };

/** By what a side can be told from the other, most telling first. */
export interface Nameable {
  readonly environment: string | null;
  readonly playbook: string;
  readonly alias: string | null;
  readonly account: string;
  readonly region: string;
  /** As the user named it. */
  readonly file: string;
}

/** The first by which the two differ: `staging` and `production`. */
export function labelsOf(left: Nameable, right: Nameable): Labels {
  for (const name of ['environment', 'playbook', 'alias', 'account', 'region', 'file'] as const) {
    const [one, other] = [left[name], right[name]];
    if (one !== null && other !== null && one !== other) return { left: one, right: other };
  }
  return { left: 'left', right: 'right' };
}

/** What a difference comes to, said of the left side where it is about both. */
export function differenceWords(difference: FactDifference, labels: Labels): string {
  const { detail, follows, kind, side } = difference;
  const who = labels[side ?? 'left'];
  const more = detail === null ? '' : ` (${detail})`;
  switch (kind) {
    case 'only':
      return `only ${who} has it${detail === null ? '' : `, ${detail}`}`;
    case 'missing':
      return `missing in ${who}${follows === null ? more : `, as ${follows} is`}`;
    case 'type':
      return 'of another type';
    case 'crosses':
      return `${who} names ${labels[otherSide(side ?? 'left')]}'s ${detail ?? 'own'}`;
    case 'ahead':
      return `${labels.left} is ${aheadWord(difference)}`;
    case 'differs':
      return 'differs';
    default:
      return unreachable(kind);
  }
}

/** Of the left side. */
export function aheadWord({ side }: Pick<FactDifference, 'side'>): 'ahead' | 'behind' {
  return side === 'left' ? 'ahead' : 'behind';
}

/**
 * What nobody has said to be meant, in a sentence: `staging is ahead in image, behind in ttl; 2 more settings differ`. Undefined
 * where there is nothing of the kind.
 */
export function headlineOf(comparison: Pick<Comparison, 'differences'>, labels: Labels): string | undefined {
  const open = unexpectedIn(comparison);
  if (open.length === 0) return undefined;
  const named = (kind: 'ahead' | 'behind'): string | undefined => {
    const fields = open.flatMap((each) =>
      each.kind === 'ahead' && aheadWord(each) === kind ? [lastOf(each.field ?? '')] : [],
    );
    const different = [...new Set(fields)];
    return different.length === 0 ? undefined : `${kind} in ${shortList(different)}`;
  };
  const ordered = [named('ahead'), named('behind')].filter((each) => each !== undefined);
  const components = (wanted: (each: FactDifference) => boolean): readonly string[] =>
    open.filter(wanted).map((each) => each.component);
  const sides = ['left', 'right'] as const;
  const whole = sides.flatMap((side) => {
    const label = labels[side];
    const missing = components((each) => each.kind === 'missing' && each.side === side);
    const alone = components((each) => each.kind === 'only' && each.field === null && each.side === side);
    const crossing = components((each) => each.kind === 'crosses' && each.side === side);
    return [
      ...(missing.length === 0 ? [] : [`${label} misses ${shortList(missing)}`]),
      ...(alone.length === 0 ? [] : [`only ${label} has ${shortList(alone)}`]),
      ...(crossing.length === 0
        ? []
        : [`${label} names what is ${labels[otherSide(side)]}'s in ${shortList([...new Set(crossing)])}`]),
    ];
  });
  const rest = open.filter(
    ({ field, kind }) => kind === 'differs' || kind === 'type' || (kind === 'only' && field !== null),
  ).length;
  const parts = [...whole, ...(ordered.length === 0 ? [] : [`${labels.left} is ${ordered.join(', ')}`])];
  const more = parts.length === 0 ? '' : ' more';
  if (rest > 0) parts.push(`${rest}${more} ${rest === 1 ? 'setting differs' : 'settings differ'}`);
  return parts.join('; ');
}

const mostNamed = 4;

function shortList(words: readonly string[]): string {
  return words.length <= mostNamed
    ? listText(words)
    : `${words.slice(0, mostNamed - 1).join(', ')} and ${words.length - mostNamed + 1} more`;
}

/** `2 differences that nobody expects, 1 expected, 1 that cannot be told` */
export function countWords(comparison: Comparison): string {
  const { differences, unseen, stale } = comparison;
  const open = unexpectedIn(comparison).length;
  const expected = differences.length - open;
  const parts = [
    open === 0 ? 'nothing differs that is not expected' : `${count(open, 'difference')} that nobody expects`,
    ...(expected === 0 ? [] : [`${expected} expected`]),
    ...(unseen.length === 0 ? [] : [`${unseen.length} that cannot be told`]),
    ...(stale.length === 0
      ? []
      : [`${count(stale.length, 'expectation')} that no longer ${stale.length === 1 ? 'fits' : 'fit'}`]),
  ];
  return parts.join(', ');
}
