// What a scan alarms somebody with, as a notice: one for a whole scan, grouped by playbook and place. Pure.
import { noticeId, type Notice, type NoticeGroup, type NoticeItem, type NoticePlace } from '../../notify/notice.ts';
import { linkFor } from '../../notify/run-notice.ts';
import { blindSeverity, type Alarm } from '../../scan/memory.ts';
import { count } from '../../util/words.ts';

/** What one playbook, or what an account holds beside its playbooks, alarms with. */
export interface AlarmGroup {
  readonly place: NoticePlace;
  /** Null for what is in no playbook. */
  readonly playbook: string | null;
  /** Whom to ask. */
  readonly owner: string | undefined;
  readonly alarms: readonly Alarm[];
}

export interface AlarmNoticeOptions {
  /** Id of the scan. */
  readonly scan: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of the address of a report. */
  readonly link: string | undefined;
}

/** @returns undefined where nobody is to be told of anything */
export function alarmNotice(all: readonly AlarmGroup[], { at, link, scan }: AlarmNoticeOptions): Notice | undefined {
  const loud = all.filter(({ alarms }) => alarms.length > 0);
  const [first] = loud;
  if (first === undefined) return undefined;
  const groups = loud
    .map(({ alarms, owner, place, playbook }): NoticeGroup => {
      return { place, playbook, items: alarms.map((each) => itemOf(each, owner)) };
    })
    .toSorted((left, right) => ((left.place.account ?? '') < (right.place.account ?? '') ? -1 : 1));
  const items = groups.flatMap((each) => each.items);
  return {
    version: 1,
    // Of what it tells, and not of the scan: one that was killed before it could write down whom it had told is told again, and
    // whoever knows ids takes it once.
    id: noticeId('scan', ...loud.flatMap(({ alarms }) => alarms.map(keyOf)).toSorted()),
    about: { kind: 'scan', scan },
    title: titleOf(items),
    groups,
    link: linkFor(link, {
      id: scan,
      playbook: first.playbook ?? '',
      account: first.place.account ?? '',
      region: first.place.region ?? '',
    }),
    at: new Date(at).toISOString(),
  };
}

function keyOf(alarm: Alarm): string {
  const { change, firstSeen, toldBefore } = alarm;
  return JSON.stringify([idOf(alarm), change, firstSeen, toldBefore]);
}

function idOf(alarm: Alarm): string {
  return alarm.kind === 'finding' ? alarm.finding.id : noticeId(alarm.id);
}

function itemOf(alarm: Alarm, owner: string | undefined): NoticeItem {
  const { change: state, firstSeen } = alarm;
  const since = `since ${new Date(firstSeen).toISOString()}`;
  const ask = owner === undefined ? [] : [`whom to ask: ${owner}`];
  const id = idOf(alarm);
  const isOver = state === 'resolved';
  if (alarm.kind === 'blind') {
    const details = isOver ? ['it can be seen again'] : [since, 'what happens there goes unnoticed', ...ask];
    return { id, text: alarm.text, details, severity: blindSeverity, state, command: null };
  }
  const { cause, component, evidence, plan, severity, what, why } = alarm.finding;
  const collateral = why === 'collateral' ? [`follows from ${cause}`] : [];
  return {
    id,
    text: what.startsWith(component) ? what : `${component}: ${what}`,
    details: isOver ? ['it is gone'] : [since, ...collateral, ...evidence, ...ask],
    severity,
    state,
    command: isOver ? null : plan,
  };
}

const words: readonly (readonly [NoticeItem['state'], string])[] = [
  ['new', 'new'],
  ['worse', 'worse'],
  ['reminder', 'still there'],
  ['resolved', 'resolved'],
];

function titleOf(items: readonly NoticeItem[]): string {
  const counts = words.flatMap(([state, word]) => {
    const { length } = items.filter((each) => each.state === state);
    return length === 0 ? [] : [`${length} ${word}`];
  });
  return `${count(items.length, 'finding')}: ${counts.join(', ')}`;
}
