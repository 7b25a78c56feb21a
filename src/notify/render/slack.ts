// Slack's incoming webhooks, by Block Kit [docs.slack.dev: "Sending messages using incoming webhooks", "Blocks", "Formatting
// message text"]. Pure.
import {
  headline,
  placeWords,
  severityOf,
  isAllResolved,
  type Notice,
  type NoticeItem,
  type Severity,
} from '../notice.ts';
import { cut, itemLine } from './words.ts';

interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: TextObject }
  | { readonly type: 'section'; readonly text: TextObject }
  | { readonly type: 'context'; readonly elements: readonly TextObject[] };

export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** Links are shown as they are, without a picture of what is behind them. */
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Blocks of a message, characters of a header and of a section. */
const limits = { blocks: 50, header: 150, section: 3_000 } as const;
/** All blocks together: more than about 13,000 characters is refused as `msg_blocks_too_long` [slackapi/bolt-js, issue 2509]. */
const mostCharacters = 12_000;

const marks: Readonly<Record<Severity, string>> = {
  critical: ':red_circle:',
  high: ':large_orange_circle:',
  medium: ':large_yellow_circle:',
  low: ':large_blue_circle:',
  info: ':white_circle:',
};

/** These three steer Slack: `<!channel>` would call everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Cut before it is escaped, so that no escape is cut in two, and so short that what is escaped fits. */
function fitted(text: string, most: number): string {
  let length = most;
  for (;;) {
    const whole = escaped(cut(text, length));
    if (whole.length <= most) return whole;
    length -= Math.max(1, Math.floor((whole.length - most) / 5));
  }
}

/** Characters that would end it, or a line break: a command that is copied must be the one that was meant. */
function asCode(text: string, most: number): string {
  return `\`${fitted(text.replaceAll('`', 'ˋ').replaceAll(/[\r\n]+/g, ' '), most - 2)}\``;
}

/** @param repeated an earlier attempt may have arrived: Slack knows no ids, so people are told */
export function slackMessage(notice: Notice, { repeated }: { readonly repeated: boolean }): SlackMessage {
  const { groups, link } = notice;
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(headline(notice), limits.header) } },
  ];
  const tail = tailOf(notice, repeated);
  let left = mostCharacters - limits.header - tail.text.length;
  let leftOut = 0;
  const add = (text: string): boolean => {
    // One for what was left out, one for the tail.
    if (blocks.length >= limits.blocks - 2 || text.length > left) return false;
    blocks.push({ type: 'section', text: { type: 'mrkdwn', text } });
    left -= text.length;
    return true;
  };
  for (const { items, place, playbook } of groups) {
    const head = [placeWords(place), playbook ?? ''].filter((each) => each !== '').join(' · ');
    if (head !== '' && (leftOut > 0 || !add(`*${fitted(head.replaceAll('*', '∗'), 500)}*`))) {
      leftOut += items.length;
      continue;
    }
    for (const item of items) if (leftOut > 0 || !add(itemText(item))) leftOut += 1;
  }
  if (leftOut > 0) {
    const where = link === null ? '' : ': the report has all of them';
    blocks.push({ type: 'section', text: { type: 'mrkdwn', text: `_and ${leftOut} more${where}_` } });
  }
  blocks.push({ type: 'context', elements: [tail] });
  return { text: fitted(headline(notice), limits.section), blocks, unfurl_links: false, unfurl_media: false };
}

function itemText(item: NoticeItem): string {
  const mark = item.state === 'resolved' ? ':white_check_mark:' : marks[item.severity];
  const lines = [`${mark} ${fitted(itemLine(item), 1_000)}`];
  const details = item.details.slice(0, 8).map((each) => `• ${fitted(each, 150)}`);
  const more = item.details.length > 8 ? [`• and ${item.details.length - 8} more`] : [];
  const command = item.command === null ? [] : [asCode(item.command, 500)];
  return cut([...lines, ...details, ...more, ...command].join('\n'), limits.section);
}

function tailOf(notice: Notice, repeated: boolean): TextObject {
  const { about, at, id, link } = notice;
  const grave = isAllResolved(notice) ? 'resolved' : severityOf(notice);
  const words = [grave, about.kind, at, `id ${id}`].map((each) => fitted(each, 200));
  const to = link === null ? [] : [`<${escaped(link).replaceAll('|', '%7C')}|report>`];
  const again = repeated ? ['sent again, as the answer to an earlier attempt was lost'] : [];
  return { type: 'mrkdwn', text: [...to, ...words, ...again].join(' · ') };
}
