// Who is told what of a notice. Pure.
import { idPattern, noticeId, rankOf, type Notice, type NoticeGroup, type NoticeItem } from './notice.ts';
import type { NotifyConfig, Receiver, Route } from './receivers.ts';

/** A message for one receiver. */
export interface Addressed {
  readonly receiver: Receiver;
  readonly notice: Notice;
}

/**
 * The messages that a notice comes to. A test goes to everybody; of all else a receiver gets the items that one of its routes
 * lets through, in one message; a pager that has an alert for each finding, one for each.
 *
 * @throws Error for a notice whose id cannot be signed: a bug of who made it
 */
export function addressed(
  { receivers, routes }: Pick<NotifyConfig, 'receivers' | 'routes'>,
  notice: Notice,
): readonly Addressed[] {
  if (!idPattern.test(notice.id)) throw new Error(`Internal error: ${JSON.stringify(notice.id)} is no id of a notice`);
  return receivers.flatMap((receiver) => {
    const own = routes.filter(({ to }) => to.includes(receiver.name));
    const groups = notice.about.kind === 'test' ? notice.groups : groupsFor(notice, own);
    if (groups.length === 0) return [];
    const told = { ...notice, groups };
    const isSplit = receiver.kind === 'pagerduty' && receiver.alerts === 'finding' && notice.about.kind !== 'test';
    return (isSplit ? oneByOne(told) : [told]).map((each) => ({ receiver, notice: each }));
  });
}

function groupsFor({ about, groups }: Notice, routes: readonly Route[]): readonly NoticeGroup[] {
  const fitting = routes.filter((route) => route.about?.includes(about.kind) !== false);
  return groups.flatMap((group) => {
    const own = fitting.filter((route) => isFor(route, group));
    const items = group.items.filter((item) => own.some((route) => letsThrough(route, item)));
    return items.length === 0 ? [] : [{ ...group, items }];
  });
}

function isFor({ accounts, playbooks }: Route, { place, playbook }: NoticeGroup): boolean {
  const { account, alias } = place;
  const isAccount = accounts?.some((each) => each === account || each === alias) ?? true;
  const isPlaybook = playbooks?.some((each) => playbook !== null && fits(each, playbook)) ?? true;
  return isAccount && isPlaybook;
}

function letsThrough({ severity, tell }: Route, item: NoticeItem): boolean {
  return rankOf(item.severity) <= rankOf(severity) && (tell === 'all' || item.state !== 'unchanged');
}

/** `*` stands for any letters. By hand, piece after piece: a pattern of somebody else's never takes long. */
function fits(pattern: string, name: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return name === head;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let rest = name.slice(head.length, name.length - tail.length);
  for (const part of parts) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}

function oneByOne(notice: Notice): readonly Notice[] {
  return notice.groups.flatMap((group) =>
    group.items.map((item) => ({
      ...notice,
      id: noticeId(notice.id, item.id),
      title: item.text,
      groups: [{ ...group, items: [item] }],
    })),
  );
}
