// What a scan says of each two services that it held against each other: also where they are alike, so that nobody takes what was not
// compared for that.

/** `seen`: both were looked at. What of them could not be seen is told beside it. */
export const pairResults = ['alike', 'differs', 'not-seen'] as const;

export interface PairSide {
  readonly playbook: string;
  readonly file: string;
  readonly account: string;
  readonly region: string;
  /** What it is called where the two are told apart: `staging`. */
  readonly label: string;
}

export interface ComparedPair {
  readonly left: PairSide;
  readonly right: PairSide;
  /** `not-seen`: one of the two was not looked at, or nothing differs in what is there of both and could be seen. */
  readonly result: (typeof pairResults)[number];
  /** Those that nobody has said to be meant; each is a finding. */
  readonly differences: number;
  /** Those that a playbook says are meant. */
  readonly expected: number;
  /** `service.desiredCount of staging: ...`: neither alike nor different. */
  readonly cannotTell: readonly string[];
}

/** `shop (staging)`; the name alone where that is what it is called. */
function sideText({ label, playbook }: PairSide): string {
  return label === playbook ? playbook : `${playbook} (${label})`;
}

/** `shop (staging) and shop (production)` */
export function pairText({ left, right }: Pick<ComparedPair, 'left' | 'right'>): string {
  return `${sideText(left)} and ${sideText(right)}`;
}

/** `shop (staging) and shop (production): 2 differences, 1 expected` */
export function comparedText(pair: ComparedPair): string {
  const { cannotTell, differences, expected, result } = pair;
  const found = {
    alike: 'alike',
    differs: `${differences} ${differences === 1 ? 'difference' : 'differences'}`,
    'not-seen': 'not all of them could be compared',
  }[result];
  const unsaid = [
    ...(expected === 0 ? [] : [`${expected} expected`]),
    ...(cannotTell.length === 0 ? [] : [`${cannotTell.length} cannot be told`]),
  ];
  return `${pairText(pair)}: ${[found, ...unsaid].join(', ')}`;
}
