// What a scan alarms somebody with, as a notice: one for a whole scan, grouped by playbook and place. Pure.
import { noticeId, type Notice, type NoticeGroup, type NoticeItem } from '../../notify/notice.ts';
import { count } from '../../util/words.ts';
import { blindSeverity, type Alarm } from '../../scan/memory.ts';
import type { ScannedPlaybook } from '../../scan/scan-report.ts';

/** What one playbook's look alarms with. */
export interface PlaybookAlarms {
  readonly playbook: ScannedPlaybook;
  readonly alarms: readonly Alarm[];
}

/**
 * @param scan id of the scan
 * @param at milliseconds since the epoch
 * @returns undefined where nobody is to be told of anything
 */
export function alarmNotice(
  all: readonly PlaybookAlarms[],
  { at, link = null, scan }: { readonly at: number; readonly link?: string | null; readonly scan: string },
): Notice | undefined {
  const groups = all
    .filter(({ alarms }) => alarms.length > 0)
    .map(({ alarms, playbook }): NoticeGroup => {
      const { account, alias, environment, region, sandbox } = playbook;
      return {
        place: { account, alias, region, environment, sandbox },
        playbook: playbook.playbook,
        items: alarms.map((each) => itemOf(each, playbook)),
      };
    })
    .toSorted((left, right) => (left.place.account ?? '').localeCompare(right.place.account ?? ''));
  const items = groups.flatMap((each) => each.items);
  if (items.length === 0) return undefined;
  return {
    version: 1,
    id: noticeId('scan', scan, ...items.map(({ id, state }) => `${id} ${state}`)),
    about: { kind: 'scan', scan },
    title: titleOf(items),
    groups,
    link,
    at: new Date(at).toISOString(),
  };
}

function itemOf(alarm: Alarm, { plan }: ScannedPlaybook): NoticeItem {
  const since = `since ${new Date(alarm.firstSeen).toISOString()}`;
  if (alarm.kind === 'blind') {
    const details =
      alarm.change === 'resolved' ? ['it can be seen again'] : [since, 'what happens there goes unnoticed'];
    const { change: state, id, text } = alarm;
    return { id: noticeId(id), text, details, severity: blindSeverity, state, command: null };
  }
  const { change: state, finding } = alarm;
  const { cause, component, severity, what, why } = finding;
  const collateral = why === 'collateral' ? [`follows from ${cause}`] : [];
  return {
    id: finding.id,
    text: what.startsWith(component) ? what : `${component}: ${what}`,
    details: state === 'resolved' ? ['it is gone'] : [since, ...collateral],
    severity,
    state,
    command: state === 'resolved' ? null : plan,
  };
}

function titleOf(items: readonly NoticeItem[]): string {
  const of = (state: NoticeItem['state'], word: string): readonly string[] => {
    const { length } = items.filter((each) => each.state === state);
    return length === 0 ? [] : [`${length} ${word}`];
  };
  const words = [
    ...of('new', 'new'),
    ...of('worse', 'worse'),
    ...of('reminder', 'still there'),
    ...of('resolved', 'resolved'),
  ];
  return `${count(items.length, 'finding')}: ${words.join(', ')}`;
}
