// What a scan could see and what it could not: part of every answer. A piece that was not seen carries where, what was asked and
// as whom, so that somebody can see to it.
import type { Observation } from '../components/contract.ts';
import type { Assessment } from '../assess/assessment.ts';
import { count } from '../util/words.ts';
import { scanEnded, type Obstacle, type PlaybookOutcome, type UnseenReason } from './outcome.ts';

/** A piece that was not seen. */
export interface Unseen {
  readonly playbook: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where `list` is true, what was to be listed: `load balancers`. */
  readonly component: string;
  readonly type: string;
  /** No piece of the playbook but a list of what stands in the account. */
  readonly list: boolean;
  readonly account: string;
  readonly region: string;
  readonly reason: UnseenReason;
  /** What was asked, as IAM calls it: `elasticloadbalancing:DescribeTags`; null where no call failed. */
  readonly api: string | null;
  /** AWS's code; null where no call failed. */
  readonly code: string | null;
  /** As whom; null where nobody could tell. */
  readonly principal: string | null;
  readonly detail: string;
  /** The component that hides this one; null where it is its own trouble. */
  readonly hiddenBy: string | null;
  /** Tells what has to be allowed; null where that does not help. */
  readonly permissions: string | null;
}

export interface Coverage {
  /** Pieces of the playbooks that could be read. */
  readonly pieces: number;
  readonly seen: number;
  /** Of the pieces, each once. */
  readonly accounts: readonly string[];
  readonly unseen: readonly Unseen[];
  /** Files that could not be read: nobody knows how many pieces they hold. */
  readonly unread: number;
}

/** Of one playbook, in its order. */
export function unseenOf(outcome: PlaybookOutcome): readonly Unseen[] {
  const { playbook, seen } = outcome;
  return [...playbook.components.keys()].flatMap((id) => {
    if (seen.kind === 'unseen') return [unseen(id, seen.because, null, outcome)];
    const assessment = seen.assessments.get(id);
    if (assessment !== undefined && assessment.verdict !== 'unknown') return [];
    const root = rootOf(id, seen.assessments.get(id), seen.observations.byId);
    const observation = seen.observations.byId.get(root);
    return [unseen(id, obstacleOf(observation, assessment), root === id ? null : root, outcome)];
  });
}

/** The piece that was asked about in vain, behind all those that cannot be seen without it. */
function rootOf(
  id: string,
  assessment: Assessment | undefined,
  observations: ReadonlyMap<string, Observation<unknown>>,
): string {
  const cause = assessment?.cause ?? id;
  if (observations.get(cause)?.kind === 'unknown') {
    // An observation names the piece that hid it, which may be hidden itself.
    const passed = new Set<string>();
    for (let root = cause; !passed.has(root);) {
      passed.add(root);
      const seen = observations.get(root);
      if (seen?.kind !== 'unknown' || seen.via === undefined) return root;
      root = seen.via;
    }
  }
  return cause;
}

function obstacleOf(observation: Observation<unknown> | undefined, assessment: Assessment | undefined): Obstacle {
  const text = assessment?.reasons.find((each) => each.kind === 'unknown')?.text ?? 'was not looked at';
  // It is there, and says something of itself that nobody knows.
  if (observation?.kind !== 'unknown') return { reason: 'status', detail: text };
  const { api, code, detail, reason } = observation;
  return { reason, detail, code, api };
}

function unseen(component: string, because: Obstacle, hiddenBy: string | null, outcome: PlaybookOutcome): Unseen {
  const { commands, playbook, principal } = outcome;
  const { account, region } = playbook.target;
  const { position, type } = playbook.components.get(component) ?? { position: { line: 1, column: 1 }, type: '' };
  const isOver = because.code === scanEnded;
  const reason = isOver ? 'not-reached' : because.reason;
  return {
    playbook: playbook.metadata.name,
    file: playbook.file,
    ...position,
    component,
    type,
    list: false,
    account,
    region,
    reason,
    api: isOver ? null : (because.api ?? null),
    code: isOver ? null : (because.code ?? null),
    principal,
    detail: playbook.secrets.redactor.text(isOver ? because.detail.replace(`${scanEnded}: `, '') : because.detail),
    hiddenBy,
    permissions: reason === 'denied' && because.api !== undefined && !isExpired(because) ? commands.permissions : null,
  };
}

/** Credentials that have run out are denied too; more permissions do not help there. */
function isExpired({ code = '' }: Obstacle): boolean {
  return /^\w*Expired/.test(code);
}

/** A list that could not be made: of no playbook's pieces. */
export function isUnlisted({ list }: Unseen): boolean {
  return list;
}

/** Pieces that were not seen for one and the same reason. */
export interface UnseenGroup {
  /** The first of them. */
  readonly first: Unseen;
  readonly pieces: readonly Unseen[];
  /** The commands that tell what has to be allowed, each once; none where that does not help. */
  readonly permissions: readonly string[];
}

export function groupsOf(all: readonly Unseen[]): readonly UnseenGroup[] {
  const groups = new Map<string, Unseen[]>();
  for (const each of all) {
    const { account, api, code, principal, reason, region } = each;
    const why = api === null ? each.detail : '';
    const key = JSON.stringify([reason, code, api, account, region, principal, why, each.list]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((pieces) => {
    const [first] = pieces;
    const permissions = [...new Set(pieces.flatMap((each) => each.permissions ?? []))];
    return first === undefined ? [] : [{ first, pieces, permissions }];
  });
}

/** `denied elasticloadbalancing:DescribeTags in 222233334444 eu-west-1` */
export function whyUnseen({ account, api, reason, region }: Unseen): string {
  return `${reasonWords[reason]}${api === null ? '' : ` ${api}`} in ${account} ${region}`;
}

const reasonWords: Readonly<Record<UnseenReason, string>> = {
  denied: 'denied',
  throttled: 'throttled',
  unavailable: 'no answer',
  timeout: 'no answer in time',
  invalid: 'no answer that says it',
  status: 'a status that is not listed',
  upstream: 'another piece is unknown',
  place: 'wrong place',
  'not-reached': 'not reached',
  failed: 'relight failed',
};

/** `saw 412 of 415 pieces in 3 accounts; 3 unknown: denied elasticloadbalancing:DescribeTags in 222233334444 eu-west-1` */
export function coverageText({ accounts, pieces, seen, unread, unseen }: Coverage): string {
  const missed = unseen.filter((each) => !each.list);
  const unlisted = unseen.length - missed.length;
  const saw =
    pieces === 0
      ? 'saw no piece at all'
      : `saw ${seen === pieces ? 'all ' : `${seen} of `}${count(pieces, 'piece')} in ${count(accounts.length, 'account')}`;
  const groups = groupsOf(missed);
  const reasons = groups.map(({ first, pieces: { length } }) =>
    groups.length === 1 ? whyUnseen(first) : `${length} ${whyUnseen(first)}`,
  );
  const shownReasons = [
    ...reasons.slice(0, 3),
    ...(reasons.length > 3 ? [count(reasons.length - 3, 'more reason')] : []),
  ];
  return [
    saw,
    ...(missed.length === 0 ? [] : [`${missed.length} unknown: ${shownReasons.join(', ')}`]),
    ...(unlisted === 0 ? [] : [`${count(unlisted, 'list')} of what else is there could not be made`]),
    ...(unread === 0 ? [] : [`${count(unread, 'file')} could not be read`]),
  ].join('; ');
}
