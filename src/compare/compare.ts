// Holds the facts of two services against each other. Pure, and the one entry for whoever compares.
import { canonicalOf } from './canonical.ts';
import {
  severities,
  type ComparedPiece,
  type Comparison,
  type Expectation,
  type FactDifference,
  type PieceStatus,
} from './comparison.ts';
import { expecting } from './expected.ts';
import type { SideFacts } from './facts.ts';
import { comparePair, type Both, type Pair, type PairCompared } from './pieces.ts';

/**
 * What differs between two services, component by component, and what of that is said to be meant. Components are matched by
 * id, or as an expectation with `as` says. What differs by nature (accounts, regions, ids that AWS made, names of the same
 * component) is alike.
 */
export function compareFacts(left: SideFacts, right: SideFacts, expectations: readonly Expectation[] = []): Comparison {
  const { pairs, used } = pairsOf(left, right, expectations);
  const ownIds = new Map(pairs.flatMap(({ component, ids }) => (ids.right === null ? [] : [[ids.right, component]])));
  const both: Both = {
    facts: { left, right },
    readers: { left: canonicalOf(left, (id) => id), right: canonicalOf(right, (id) => ownIds.get(id) ?? id) },
  };
  const compared = pairs.map((pair) => ({ pair, found: comparePair(pair, both) }));
  const unseen = compared.flatMap(({ found }) => found.unseen);
  const all = compared.flatMap(({ found }) => found.differences);
  const { differences, stale } = expecting(all, unseen, expectations, used);
  return {
    pieces: compared.map(({ found, pair }) => pieceOf(pair, found)),
    differences: inOrder(differences),
    unseen,
    stale,
  };
}

interface Pairs {
  readonly pairs: readonly Pair[];
  /** Expectations by which ids were matched. */
  readonly used: ReadonlySet<Expectation>;
}

function pairsOf(left: SideFacts, right: SideFacts, expectations: readonly Expectation[]): Pairs {
  const matched = new Map<string, string>();
  const taken = new Set<string>();
  const used = new Set<Expectation>();
  for (const each of expectations) {
    if (each.as === undefined) continue;
    const [one, other] = each.by === 'left' ? [each.component, each.as] : [each.as, each.component];
    if (!left.pieces.has(one) || !right.pieces.has(other)) continue;
    // Both playbooks may say the same.
    if (matched.get(one) === other) used.add(each);
    if (matched.has(one) || taken.has(other)) continue;
    matched.set(one, other);
    taken.add(other);
    used.add(each);
  }
  const found = [...left.pieces.values()].map((piece): Pair => {
    const { id, type } = piece;
    const other = matched.get(id) ?? (right.pieces.has(id) && !taken.has(id) ? id : undefined);
    if (other !== undefined) taken.add(other);
    const ids = { left: id, right: other ?? null };
    return { component: id, ids, type, left: piece, right: other === undefined ? undefined : right.pieces.get(other) };
  });
  const rest = [...right.pieces.values()]
    .filter(({ id }) => !taken.has(id))
    .map((piece): Pair => {
      const { id, type } = piece;
      return { component: id, ids: { left: null, right: id }, type, left: undefined, right: piece };
    });
  return { pairs: [...found, ...rest], used };
}

function pieceOf({ component, ids, left, right, type }: Pair, found: PairCompared): ComparedPiece {
  return {
    component,
    ids,
    type,
    called: { left: left?.called ?? null, right: right?.called ?? null },
    status: statusOf(left, right, found),
    compared: found.compared,
    hidden: found.hidden,
  };
}

function statusOf(left: Pair['left'], right: Pair['right'], { differences, unseen }: PairCompared): PieceStatus {
  if (left === undefined || right === undefined) return 'only';
  if (differences.length > 0) return 'differs';
  if (unseen.length > 0) return 'unseen';
  return left.kind === 'missing' && right.kind === 'missing' ? 'missing' : 'alike';
}

/** Roots first, the most severe of them before the others; else as they were found. */
function inOrder(differences: readonly FactDifference[]): readonly FactDifference[] {
  const rank = ({ follows, severity }: FactDifference): number =>
    (follows === null ? 0 : severities.length) + severities.indexOf(severity);
  return differences.toSorted((one, other) => rank(one) - rank(other));
}
