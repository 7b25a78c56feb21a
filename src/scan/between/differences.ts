// Two services that are to be alike, and what of them is not: each difference that no playbook says is meant. What is missing on one
// side is a finding of its playbook already, and what could not be seen is none.
import type { FactDifference, Side, Unseen } from '../../compare/comparison.ts';
import { unexpectedIn } from '../../compare/comparison.ts';
import { aheadWord, differenceWords, type Labels } from '../../compare/words.ts';
import { valueText } from '../../report/value-text.ts';
import { isWithin } from '../../settings/paths.ts';
import { segmentsOf } from '../../util/path-mask.ts';
import { compareLooks, isLooked, type ComparedLooks, type LookedOutcome } from '../compare-looks.ts';
import type { Finding } from '../finding.ts';
import type { PlaybookOutcome } from '../outcome.ts';
import { unlikeSeverityOf } from '../severity.ts';
import type { ComparedPair, PairSide } from './compared.ts';
import {
  byText,
  partyOf,
  pairKey,
  partyText,
  readPiece,
  type BetweenAsked,
  type BetweenFound,
  type PlaybookPair,
} from './model.ts';

/** Two playbooks of the scan that are to be alike. */
export interface JudgedPair {
  /** Alike for both orders of the two. */
  readonly key: string;
  readonly found: readonly BetweenFound[];
  readonly compared: ComparedPair;
  /** Nobody could see whether this difference still stands. */
  readonly isHidden: (finding: Finding) => boolean;
}

/** A pair of which one side is not part of this scan is left out. */
export function judgePairs({ commands, outcomes, pairs }: BetweenAsked): readonly JudgedPair[] {
  const byFile = new Map(outcomes.map((each) => [each.playbook.file, each]));
  return pairs.flatMap((pair): readonly JudgedPair[] => {
    const [left, right] = [byFile.get(pair.left), byFile.get(pair.right)];
    return left === undefined || right === undefined ? [] : [judgePair(left, right, pair, commands)];
  });
}

function judgePair(
  left: PlaybookOutcome,
  right: PlaybookOutcome,
  pair: PlaybookPair,
  commands: BetweenAsked['commands'],
): JudgedPair {
  const key = pairKey([partyOf(left.playbook), partyOf(right.playbook)]);
  if (!isLooked(left) || !isLooked(right)) {
    const unseen = { result: 'not-seen', differences: 0, expected: 0, cannotTell: [] } as const;
    const compared = { left: sideOf(left, left.playbook.file), right: sideOf(right, right.playbook.file), ...unseen };
    return { key, found: [], compared, isHidden: () => true };
  }
  const looks = compareLooks(left, right);
  const { comparison, labels } = looks;
  const differences = unexpectedIn(comparison).filter(isOwn);
  const expected = comparison.differences.filter((each) => isOwn(each) && each.expected !== null);
  const cannotTell = [
    ...comparison.unseen.map((each) => unseenText(each, labels)),
    // Its playbook tells of it; of two that are alike nobody may speak.
    ...unexpectedIn(comparison)
      .filter((each) => !isOwn(each))
      .map((each) => missingText(each, labels)),
  ];
  const plan = commands.pair(pair);
  return {
    key,
    found: differences.map((each) => foundOf(each, { left, right }, labels, plan)),
    compared: {
      left: sideOf(left, labels.left),
      right: sideOf(right, labels.right),
      result: differences.length > 0 ? 'differs' : cannotTell.length > 0 ? 'not-seen' : 'alike',
      differences: differences.length,
      expected: expected.length,
      cannotTell,
    },
    isHidden: (finding) => isHiddenIn(finding, looks, isInOrder(left, right)),
  };
}

/** What is not there is told by the playbook that wants it, with all that follows from it. */
function isOwn({ kind }: FactDifference): boolean {
  return kind !== 'missing';
}

function sideOf({ playbook: { file, metadata, target } }: PlaybookOutcome, label: string): PairSide {
  return { playbook: metadata.name, file, account: target.account, region: target.region, label };
}

/** The same, whichever of the two is said to be the left one. */
function isInOrder(left: PlaybookOutcome, right: PlaybookOutcome): boolean {
  return byText(partyText(partyOf(left.playbook)), partyText(partyOf(right.playbook))) <= 0;
}

type Both<Value> = { readonly [side in Side]: Value };

function foundOf(difference: FactDifference, looks: Both<LookedOutcome>, labels: Labels, plan: string): BetweenFound {
  const { field, ids, kind, side, type } = difference;
  const order: readonly [Side, Side] = isInOrder(looks.left, looks.right) ? ['left', 'right'] : ['right', 'left'];
  const [first, second] = order;
  // Told at the component's line in the first of the two that has it.
  const told = ids[first] === null ? second : first;
  const { playbook } = looks[told];
  const component = ids[told] ?? difference.component;
  const { column, line } = playbook.components.get(component)?.position ?? { line: 1, column: 1 };
  const owner = playbook.types.get(type);
  return {
    kind: 'difference',
    severity: unlikeSeverityOf(difference, owner),
    playbook,
    file: playbook.file,
    line,
    column,
    component,
    type,
    piece: {
      parties: order.map((each) => partyOf(looks[each].playbook)),
      ids: order.map((each) => ids[each]),
      ...(kind === 'crosses' && side !== null ? { crossing: partyOf(looks[side].playbook) } : {}),
    },
    field,
    what: whatOf(difference, labels),
    evidence: (['left', 'right'] as const).flatMap((each) => {
      const id = ids[each];
      return id === null ? [] : [valueLine(each, id, difference, looks[each], labels)];
    }),
    plan,
    at: Math.max(looks.left.seen.observations.at, looks.right.seen.observations.at),
  };
}

/** `containers[web].image: staging is ahead of production` */
function whatOf(difference: FactDifference, labels: Labels): string {
  const { field, kind } = difference;
  const about = field === null ? '' : `${field}: `;
  if (kind === 'ahead') {
    const word = aheadWord(difference) === 'ahead' ? 'ahead of' : 'behind';
    return `${about}${labels.left} is ${word} ${labels.right}`;
  }
  if (kind === 'differs') return `${about}${labels.left} and ${labels.right} differ`;
  return `${about}${differenceWords(difference, labels)}`;
}

/** `staging (staging.yaml:12): registry.example/shop:1.43.0` */
function valueLine(
  side: Side,
  id: string,
  { field, kind, left, right, type }: FactDifference,
  { playbook }: LookedOutcome,
  labels: Labels,
): string {
  const line = playbook.components.get(id)?.position.line ?? 1;
  const where = `${labels[side]} (${playbook.file}:${line})`;
  if (field === null && kind !== 'type') return `${where}: ${id}, ${type}`;
  return `${where}: ${valueText(side === 'left' ? left : right)}`;
}

/** `service of production: it is missing` */
function missingText({ component, side }: FactDifference, labels: Labels): string {
  return `${component} of ${side === null ? 'both' : labels[side]}: it is missing`;
}

function unseenText({ component, field, side, why }: Unseen, labels: Labels): string {
  return `${component}${field === null ? '' : `.${field}`} of ${labels[side]}: ${why}`;
}

/** @param inOrder the left one is the first of the two in what the finding is about */
function isHiddenIn({ field, piece }: Finding, { comparison, facts }: ComparedLooks, inOrder: boolean): boolean {
  const [first = null, second = null] = readPiece(piece)?.ids ?? [];
  const ids: Both<string | null> = inOrder ? { left: first, right: second } : { left: second, right: first };
  const isUnseen = comparison.unseen.some(
    (each) =>
      each.ids[each.side] === ids[each.side] &&
      (each.field === null || (field !== null && isWithin(segmentsOf(field), segmentsOf(each.field)))),
  );
  if (isUnseen) return true;
  if (field === null) return false;
  const [one, other] = (['left', 'right'] as const).map((side) => facts[side].pieces.get(ids[side] ?? ''));
  // What is missing on one side may come back as it was.
  if (one?.kind === 'missing' || other?.kind === 'missing') return true;
  // What one side has and the other may have, as far as a look tells.
  return one?.kind === 'present' && other?.kind === 'present' && one.fields.has(field) !== other.fields.has(field);
}
