// What the formats have in common: words for states, and texts cut to what a receiver takes. A cut is always told. Pure.
import {
  placeWords,
  severityOf,
  headline,
  isAllResolved,
  type ItemState,
  type Notice,
  type NoticeItem,
} from '../notice.ts';

const stateWords: Readonly<Record<ItemState, string>> = {
  new: 'new',
  worse: 'worse',
  resolved: 'resolved',
  reminder: 'still open',
  unchanged: 'unchanged',
};

/** `CRITICAL new: the service is gone`, and `resolved: ...` without a severity. */
export function itemLine({ severity, state, text }: NoticeItem): string {
  return state === 'resolved' ? `resolved: ${text}` : `${severity.toUpperCase()} ${stateWords[state]}: ${text}`;
}

/** The text in at most so many UTF-16 units; never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The text in at most so many bytes of UTF-8, whole lines where that is possible, and a last line that tells of the rest. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const tail = '\n(more was left out: it did not fit into one message)';
  const room = most - Buffer.byteLength(tail);
  let kept = '';
  let size = 0;
  for (const line of text.split('\n')) {
    const next = Buffer.byteLength(line) + 1;
    if (size + next > room) break;
    kept += `${line}\n`;
    size += next;
  }
  if (kept !== '') return kept.trimEnd() + tail;
  // Half a character at the end is shown as a replacement character; it is dropped.
  return (
    Buffer.from(text)
      .subarray(0, Math.max(0, room))
      .toString('utf8')
      .replace(/\ufffd+$/, '') + tail
  );
}

/** A notice as plain text, for mail and whatever else knows no format. */
export function plainText(notice: Notice): string {
  const { about, at, groups, id, link } = notice;
  const lines = [headline(notice), ''];
  for (const { items, place, playbook } of groups) {
    const head = [placeWords(place), playbook ?? ''].filter((each) => each !== '').join(' · ');
    if (head !== '') lines.push(head);
    for (const item of items) {
      lines.push(`- ${itemLine(item)}`, ...item.details.map((each) => `    ${each}`));
      if (item.command !== null) lines.push(`    run: ${item.command}`);
    }
    lines.push('');
  }
  if (link !== null) lines.push(`report: ${link}`);
  const grave = isAllResolved(notice) ? 'resolved' : severityOf(notice);
  lines.push(`${grave} · ${about.kind} · ${at} · ${id}`);
  return `${lines.join('\n')}\n`;
}
