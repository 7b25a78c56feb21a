// What scans remember from one to the next, and what of it alarms somebody: what is new, what has become worse, what is over.
// Pure. What could not be seen is never taken for what is over.
import type { Severity } from '../components/contract.ts';
import type { Unseen } from './coverage.ts';
import type { Finding } from './finding.ts';
import { rankOf } from './severity.ts';

/** A finding for as long as it lasts. Instants in milliseconds since the epoch. */
export interface RememberedFinding {
  /** As it was seen last. */
  readonly finding: Finding;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** When it was last told of, and how grave it was then; null while nobody was told. */
  readonly alarmed: Alarmed | null;
  /** Since when it is over, where whoever was told of it has not been told so yet; else null. */
  readonly over: number | null;
}

export interface Alarmed {
  readonly at: number;
  readonly severity: Severity;
}

/** What could not be seen of a playbook for one reason, for as long as that lasts. */
export interface RememberedBlindness {
  readonly id: string;
  readonly text: string;
  readonly firstSeen: number;
  readonly alarmed: Alarmed | null;
}

/** All that is remembered of one playbook in one place, or of what an account holds beside its playbooks. */
export interface FindingMemory {
  readonly findings: readonly RememberedFinding[];
  readonly blind: readonly RememberedBlindness[];
}

export const nothingRemembered: FindingMemory = { findings: [], blind: [] };

/** What one scan has of it. */
export interface Seen {
  readonly findings: readonly Finding[];
  readonly unseen: readonly Unseen[];
  /** Nobody could see whether this finding still stands. */
  readonly isHidden: (finding: Finding) => boolean;
  /** When it was looked at, in milliseconds since the epoch. */
  readonly at: number;
}

export interface AlarmPolicy {
  /** What is less severe alarms nobody. */
  readonly severity: Severity;
  /** Milliseconds that it has to last. */
  readonly after: number;
  /** Milliseconds after which it is told again; undefined: never. */
  readonly remind: number | undefined;
}

/** Somebody knows of a finding and wants to hear no more of it for a time. */
export interface Acknowledgement {
  readonly finding: string;
  /** Milliseconds since the epoch: it ends by itself. */
  readonly until: number;
  readonly because: string;
  readonly by: string;
  readonly at: number;
  /** How grave it was then: what becomes worse is told all the same. */
  readonly severity: Severity;
}

export type Change = 'new' | 'worse' | 'resolved' | 'reminder';

/** What somebody is to be told. */
export type Alarm = {
  readonly change: Change;
  readonly firstSeen: number;
  /** When it was told of before; null where it was not. With the rest it tells an alarm from any other, also one that is made again. */
  readonly toldBefore: number | null;
} & (
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'blind'; readonly id: string; readonly text: string }
);

/** How grave it is that something cannot be seen: whatever happens there, nobody will hear of it. */
export const blindSeverity: Severity = 'high';

export interface Remembering {
  readonly memory: FindingMemory;
  /** Findings that this look saw to be over. */
  readonly resolved: readonly Finding[];
  readonly alarms: readonly Alarm[];
  /** When the first of what was seen and not told will have lasted long enough to be; undefined where nothing waits for that. */
  readonly alarmDue: number | undefined;
}

/**
 * @param acknowledged by the finding's id
 * @param policy undefined: nobody is told now, and whoever is told later is told all of it
 */
export function remember(
  earlier: FindingMemory,
  seen: Seen,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
  policy: AlarmPolicy | undefined,
): Remembering {
  const before = untilNow(earlier, seen.at);
  const now = new Map(seen.findings.map((each) => [each.id, each]));
  const alarms: Alarm[] = [];
  const dues: number[] = [];
  const resolved: Finding[] = [];
  const findings: RememberedFinding[] = [];
  const known = new Set<string>();
  for (const each of before.findings) {
    const { finding } = each;
    known.add(finding.id);
    const current = now.get(finding.id);
    if (current !== undefined) {
      // What was over and is here again began anew, and whoever was told of it knows.
      const firstSeen = each.over === null ? each.firstSeen : seen.at;
      findings.push({ ...each, finding: current, firstSeen, lastSeen: seen.at, over: null });
    } else if (seen.isHidden(finding)) {
      findings.push(each);
    } else {
      if (each.over === null) resolved.push(finding);
      if (each.alarmed !== null && policy !== undefined) {
        alarms.push({ kind: 'finding', change: 'resolved', finding, ...timesOf(each) });
      } else if (each.alarmed !== null) {
        // Nobody can be told now: it is kept until somebody is.
        findings.push({ ...each, over: each.over ?? seen.at });
      }
    }
  }
  for (const [id, finding] of now) {
    if (!known.has(id)) findings.push({ finding, firstSeen: seen.at, lastSeen: seen.at, alarmed: null, over: null });
  }
  const told = findings.map((each): RememberedFinding => {
    if (policy === undefined || !now.has(each.finding.id)) return each;
    const ack = acknowledged.get(each.finding.id);
    if (ack !== undefined && isSilenced(ack, each.finding.severity, seen.at)) return each;
    const change = changeOf(each, each.finding.severity, seen.at, policy);
    if (change === undefined) {
      if (isPending(each, each.finding.severity, policy)) dues.push(each.firstSeen + policy.after);
      return each;
    }
    alarms.push({ kind: 'finding', change, finding: each.finding, ...timesOf(each) });
    return { ...each, alarmed: { at: seen.at, severity: each.finding.severity } };
  });
  const blind = blindnessIn(before.blind, seen, policy);
  dues.push(...blind.dues);
  return {
    memory: { findings: told, blind: blind.blind },
    resolved,
    alarms: [...alarms, ...blind.alarms],
    alarmDue: dues.length === 0 ? undefined : Math.min(...dues),
  };
}

/** What a clock that ran ahead has left would be waited for until its time has come: it is of now. */
function untilNow({ blind, findings }: FindingMemory, now: number): FindingMemory {
  const past = <Each extends Pick<RememberedBlindness, 'alarmed' | 'firstSeen'>>(each: Each): Each => ({
    ...each,
    firstSeen: Math.min(each.firstSeen, now),
    alarmed: each.alarmed && { ...each.alarmed, at: Math.min(each.alarmed.at, now) },
  });
  return { findings: findings.map(past), blind: blind.map(past) };
}

/** It is grave enough, and has not lasted long enough. */
function isPending({ alarmed }: Pick<RememberedFinding, 'alarmed'>, severity: Severity, policy: AlarmPolicy): boolean {
  return alarmed === null && rankOf(severity) >= rankOf(policy.severity);
}

function timesOf({
  alarmed,
  firstSeen,
}: Pick<RememberedFinding, 'alarmed' | 'firstSeen'>): Pick<Alarm, 'firstSeen' | 'toldBefore'> {
  return { firstSeen, toldBefore: alarmed?.at ?? null };
}

/** True while it is to be silent about a finding that is no graver than when somebody acknowledged it. */
export function isSilenced({ severity: then, until }: Acknowledgement, severity: Severity, now: number): boolean {
  return now < until && rankOf(severity) <= rankOf(then);
}

function changeOf(
  { alarmed, firstSeen }: Pick<RememberedFinding, 'alarmed' | 'firstSeen'>,
  severity: Severity,
  now: number,
  policy: AlarmPolicy,
): Exclude<Change, 'resolved'> | undefined {
  if (rankOf(severity) < rankOf(policy.severity)) return undefined;
  if (alarmed === null) return now - firstSeen >= policy.after ? 'new' : undefined;
  if (rankOf(severity) > rankOf(alarmed.severity)) return 'worse';
  return policy.remind !== undefined && now - alarmed.at >= policy.remind ? 'reminder' : undefined;
}

/** Pieces that are hidden for one reason are one thing to be told. */
function blindnessIn(
  before: readonly RememberedBlindness[],
  { at, unseen }: Seen,
  policy: AlarmPolicy | undefined,
): {
  readonly blind: readonly RememberedBlindness[];
  readonly alarms: readonly Alarm[];
  readonly dues: readonly number[];
} {
  const now = new Map<string, { readonly first: Unseen; count: number }>();
  for (const each of unseen) {
    const id = blindId(each);
    const group = now.get(id) ?? { first: each, count: 0 };
    group.count += 1;
    now.set(id, group);
  }
  const alarms: Alarm[] = [];
  const dues: number[] = [];
  const known = new Map(before.map((each) => [each.id, each]));
  const blind = [...now].map(([id, { count, first }]): RememberedBlindness => {
    const each = known.get(id) ?? { id, text: '', firstSeen: at, alarmed: null };
    const text = blindText(first, count);
    const change = policy === undefined ? undefined : changeOf(each, blindSeverity, at, policy);
    if (change === undefined) {
      if (policy !== undefined && isPending(each, blindSeverity, policy)) dues.push(each.firstSeen + policy.after);
      return { ...each, text };
    }
    alarms.push({ kind: 'blind', change, id, text, ...timesOf(each) });
    return { ...each, text, alarmed: { at, severity: blindSeverity } };
  });
  const over = before.filter(({ alarmed, id }) => alarmed !== null && !now.has(id));
  if (policy === undefined) return { blind: [...blind, ...over], alarms, dues };
  for (const each of over) {
    const { id, text } = each;
    alarms.push({ kind: 'blind', change: 'resolved', id, text, ...timesOf(each) });
  }
  return { blind, alarms, dues };
}

/** An answer did not come: which of these it is, and which call it was, differs from look to look of one and the same outage. */
const withoutAnswer: ReadonlySet<Unseen['reason']> = new Set(['throttled', 'unavailable', 'timeout', 'not-reached']);

/** The same from scan to scan, whichever pieces are hidden by it. */
function blindId({ account, api, playbook, reason, region }: Unseen): string {
  if (withoutAnswer.has(reason)) return JSON.stringify(['blind', playbook, account, region, 'no-answer', null]);
  return JSON.stringify(['blind', playbook, account, region, reason, api]);
}

function blindText({ account, api, component, detail, reason, region }: Unseen, count: number): string {
  const pieces = count === 1 ? component : `${component} and ${count - 1} more`;
  return `${pieces} cannot be seen in ${account} ${region}: ${api === null ? detail : `${reason} ${api}`}`;
}
