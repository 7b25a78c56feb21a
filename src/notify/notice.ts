// Telling people and programs what a scan found and how a run ended. A notice is a value; what a receiver is sent is made of it
// in render/, who is sent what in routes.ts, and how it arrives in deliver/. The model and render/ are pure. Nothing here decides
// what is worth telling: whoever makes a notice does, and nothing here is ever on the way of a recovery.
import { createHash } from 'node:crypto';

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** How an item stands to what was told before. */
export const itemStates = ['new', 'worse', 'resolved', 'reminder', 'unchanged'] as const;
export type ItemState = (typeof itemStates)[number];

/** What a notice tells of. */
export type About =
  | { readonly kind: 'scan'; readonly scan: string }
  | { readonly kind: 'run'; readonly run: string; readonly result: string }
  | { readonly kind: 'watch' }
  | { readonly kind: 'test' };

/** What a route can choose by: a test goes to everybody. */
export const aboutKinds = ['scan', 'run', 'watch'] as const satisfies readonly About['kind'][];

/** Where something is. Told before all else. */
export interface NoticePlace {
  /** 12 digits; null where nobody asked, as in a test. */
  readonly account: string | null;
  readonly alias: string | null;
  readonly region: string | null;
  readonly environment: string | null;
  /** A sandbox, not AWS. */
  readonly sandbox: boolean;
}

/** One thing that is told. */
export interface NoticeItem {
  /** The same for the same thing from notice to notice: what a pager opens and closes an alert by. */
  readonly id: string;
  /** One line. */
  readonly text: string;
  /** More lines, the most important first. */
  readonly details: readonly string[];
  /** Of one that is resolved: how grave it was, so that whoever was told of it is told of its end. */
  readonly severity: Severity;
  readonly state: ItemState;
  /** What to type next; null where nothing is to be done. */
  readonly command: string | null;
}

/** What is told of one service in one place. */
export interface NoticeGroup {
  readonly place: NoticePlace;
  /** Null where it is of no one playbook. */
  readonly playbook: string | null;
  readonly items: readonly NoticeItem[];
}

/** One message: all that one scan, or one run, has to tell. */
export interface Notice {
  readonly version: 1;
  /** See {@link noticeId}. The same however often it is sent. */
  readonly id: string;
  readonly about: About;
  /** Without the account, which every receiver puts before it. */
  readonly title: string;
  /** Groups of one account stand together. */
  readonly groups: readonly NoticeGroup[];
  /** Where the whole report is read; null where it has no address. */
  readonly link: string | null;
  /** ISO 8601: when what it tells happened. */
  readonly at: string;
}

/** No full stop: what is signed is separated by them [Standard Webhooks 1.0.0, "Signature scheme"]. */
export const idPattern = /^[A-Za-z0-9_-]{1,100}$/;

/** An id made of what a thing is: the same parts give the same id, on any machine. */
export function noticeId(...parts: readonly string[]): string {
  return `rl_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

/** Lower is worse. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

export function itemsOf({ groups }: Pick<Notice, 'groups'>): readonly NoticeItem[] {
  return groups.flatMap(({ items }) => items);
}

/** How grave a notice is: as its worst item that is still open; `info` when all is resolved. */
export function severityOf(notice: Pick<Notice, 'groups'>): Severity {
  const open = itemsOf(notice).filter(({ state }) => state !== 'resolved');
  return open.reduce<Severity>((worst, { severity }) => (rankOf(severity) < rankOf(worst) ? severity : worst), 'info');
}

/** True when it tells of ends alone. */
export function isAllResolved(notice: Pick<Notice, 'groups'>): boolean {
  const items = itemsOf(notice);
  return items.length > 0 && items.every(({ state }) => state === 'resolved');
}

/** `deployer-prod (123456789012) eu-west-1, production`; `[sandbox] ...` before it where it is one. */
export function placeWords({ account, alias, environment, region, sandbox }: NoticePlace): string {
  const whose = account === null ? '' : alias === null ? account : `${alias} (${account})`;
  const where = [whose, region ?? ''].filter((each) => each !== '').join(' ');
  return `${sandbox ? '[sandbox] ' : ''}${[where, environment ?? ''].filter((each) => each !== '').join(', ')}`.trim();
}

/** The accounts of a notice, each once: `deployer-prod (123456789012)`; empty in a test. */
export function accountsOf({ groups }: Pick<Notice, 'groups'>): readonly string[] {
  const words = groups.map(({ place }) => placeWords({ ...place, environment: null, region: null }));
  return [...new Set(words.filter((each) => each !== ''))];
}

/** The account first, then what happened: the subject of a mail, the first line of a message. */
export function headline(notice: Notice): string {
  const [first, ...others] = accountsOf(notice);
  const { groups, title } = notice;
  const [only, ...more] = groups;
  if (first === undefined) return title;
  if (only !== undefined && more.length === 0) return `${placeWords(only.place)}: ${title}`;
  return `${first}${others.length === 0 ? '' : ` and ${others.length} more`}: ${title}`;
}
