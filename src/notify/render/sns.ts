// Amazon SNS [SNS API reference, Publish; SNS developer guide, "Message attributes", "FIFO topics"]. Pure.
import { headline, severityOf, type Notice } from '../notice.ts';
import { cut, cutBytes, plainText } from './words.ts';

/** What is published, as members of Publish. */
export interface SnsMessage {
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: 'String'; readonly StringValue: string }>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** Characters of a subject: ASCII, no line breaks, no control characters, fewer than 100 of them. */
const mostSubject = 99;
/** Of 262,144 bytes, which attributes count for too. */
const mostBytes = 240 * 1024;

export function snsMessage(notice: Notice, topic: string): SnsMessage {
  const { about, groups, id } = notice;
  const accounts = [...new Set(groups.flatMap(({ place }) => place.account ?? []))];
  const attribute = (text: string) => ({ DataType: 'String', StringValue: text }) as const;
  return {
    TopicArn: topic,
    Subject: subjectOf(headline(notice)),
    Message: cutBytes(plainText(notice), mostBytes),
    // A standard topic may deliver twice: whoever subscribes tells repeats by the id. Filter policies read these too.
    MessageAttributes: {
      id: attribute(id),
      about: attribute(about.kind),
      severity: attribute(severityOf(notice)),
      ...(accounts.length === 1 && accounts[0] !== undefined ? { account: attribute(accounts[0]) } : {}),
    },
    // In one group, so that they stay in order. Repeats within five minutes are taken for one.
    ...(topic.endsWith('.fifo') ? { MessageGroupId: 'relight', MessageDeduplicationId: id } : {}),
  };
}

/** It must begin with a letter, a digit or a punctuation mark [Publish, Subject]. */
function subjectOf(text: string): string {
  const plain = text
    .replaceAll(/[^ -~]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return plain === '' ? 'relight' : cut(plain, mostSubject).replace('…', '~');
}
