// Which differences are said to be meant, and which of the sayings fit nothing any more. Pure.
import { isWithin } from '../settings/paths.ts';
import type { Meaning, Playbook } from '../playbook/model.ts';
import { segmentsOf } from '../util/path-mask.ts';
import {
  otherSide,
  type Expectation,
  type Expected,
  type FactDifference,
  type Side,
  type Stale,
  type Unseen,
} from './comparison.ts';

type Found = Omit<FactDifference, 'expected'>;

/** What a playbook says of its difference from another one. */
export function expectationsOf(by: Side, own: Playbook, other: Playbook): readonly Expectation[] {
  const names = new Set([other.metadata.name, other.target.environment, other.target.alias]);
  return own.expected
    .filter((each) => each.with === undefined || names.has(each.with))
    .map(({ as, because, component, field, is }) => ({ by, as, because, component, field, is }));
}

/** @param used expectations that fit already: ids were matched by them */
export function expecting(
  found: readonly Found[],
  unseen: readonly Unseen[],
  expectations: readonly Expectation[],
  used: ReadonlySet<Expectation>,
): { readonly differences: readonly FactDifference[]; readonly stale: readonly Stale[] } {
  const fitting = new Set(used);
  const own = found.map((difference): FactDifference => {
    const all = expectations.filter((each) => fits(each, difference));
    for (const each of all) fitting.add(each);
    const [first] = all;
    return { ...difference, expected: first === undefined ? null : { by: first.by, because: first.because } };
  });
  const differences = own.map((each) => ({ ...each, expected: each.expected ?? inherited(each, own) }));
  const stale = expectations.flatMap((each): readonly Stale[] => {
    if (fitting.has(each) || unseen.some((other) => mayBeAbout(each, other))) return [];
    return [{ ...each, why: whyStale(each) }];
  });
  return { differences, stale };
}

function whyStale({ as, component, field }: Expectation): string {
  if (as !== undefined) return `there is no ${component} that the other playbook calls ${as}, or it is matched already`;
  if (field === undefined) return 'both sides have it';
  return 'nothing differs there, or not in this way';
}

/** What is missing with something that may be missing is meant as well. */
function inherited(difference: FactDifference, all: readonly FactDifference[]): Expected | null {
  const seen = new Set<FactDifference>();
  let each: FactDifference | undefined = difference;
  while (each !== undefined && !seen.has(each)) {
    seen.add(each);
    if (each.expected !== null) return each.expected;
    each = rootOf(each, all);
  }
  return null;
}

/** What this is missing with. */
function rootOf({ follows, kind, side }: FactDifference, all: readonly FactDifference[]): FactDifference | undefined {
  if (kind !== 'missing' || side === null || follows === null) return undefined;
  return all.find((other) => other.kind === 'missing' && other.side === side && other.ids[side] === follows);
}

function fits(expectation: Expectation, difference: Found): boolean {
  if (expectation.as !== undefined || difference.ids[expectation.by] !== expectation.component) return false;
  if (expectation.field === undefined) return difference.field === null;
  if (difference.field === null || !covers(expectation.field, difference.field)) return false;
  return expectation.is === undefined || expectation.is === meaningOf(difference, expectation.by);
}

/** What cannot be seen may be as expected. */
function mayBeAbout(expectation: Expectation, unseen: Unseen): boolean {
  if (expectation.as !== undefined || unseen.ids[expectation.by] !== expectation.component) return false;
  if (unseen.field === null) return true;
  return expectation.field !== undefined && covers(expectation.field, unseen.field);
}

function covers(pattern: string, field: string): boolean {
  return isWithin(segmentsOf(field), segmentsOf(pattern));
}

/** What a difference of a field is, seen from one side. */
function meaningOf({ kind, side }: Found, by: Side): Meaning | undefined {
  switch (kind) {
    case 'ahead':
      return side === by ? 'ahead' : 'behind';
    case 'only':
      return side === otherSide(by) ? 'only-there' : 'only-here';
    case 'crosses':
    case 'differs':
      return kind;
    case 'missing':
    case 'type':
      return undefined;
  }
}
