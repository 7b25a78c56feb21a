// Publish: held to AWS's limits, kept with its topic, told once where a FIFO topic is told twice.
import { AwsError, type Operation } from '../../model.ts';
import type { PublishedMessage, Topic } from './store.ts';
import { invalidParameter, isFifoTopic, topicAt } from './topics.ts';
import { keptMessages, unverifiedTexts } from './unverified.ts';

/** Bytes of UTF-8 [SNS API reference, Publish, Message]; attributes count too [developer guide, "Message attributes"]. */
const mostBytes = 262_144;
/** ["Amazon SNS message deduplication for FIFO topics"] Milliseconds. */
const deduplicationInterval = 5 * 60_000;

interface AttributeInput {
  readonly DataType?: string;
  readonly StringValue?: string;
}

export const publish: Operation = (input, { local, now, world }) => {
  if (typeof input['TopicArn'] !== 'string') {
    throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  }
  const topic = topicAt(local, input['TopicArn']);
  const message = String(input['Message']);
  const subject = typeof input['Subject'] === 'string' ? input['Subject'] : null;
  if (message === '') throw invalidParameter('Empty message');
  if (subject !== null && !isSubject(subject)) throw invalidParameter('Subject');
  const attributes = attributesOf((input['MessageAttributes'] ?? {}) as Readonly<Record<string, AttributeInput>>);
  const size = Object.entries(attributes).reduce(
    (sum, [name, { type, value }]) => sum + Buffer.byteLength(name + type + value),
    Buffer.byteLength(message),
  );
  if (size > mostBytes) throw invalidParameter('Message too long');
  const group = optional(input['MessageGroupId']);
  const deduplication = deduplicationOf(topic, group, optional(input['MessageDeduplicationId']), message);
  const before =
    deduplication === null
      ? undefined
      : topic.messages.find((each) => each.deduplication === deduplication && now - each.at < deduplicationInterval);
  if (before !== undefined) return answerOf(before);
  topic.published += 1;
  const published: PublishedMessage = {
    id: uuid(world.hex(32)),
    at: now,
    subject,
    message,
    attributes,
    group,
    deduplication,
    sequence: isFifoTopic(topic.arn) ? String(10_000_000_000_000_000_000n + BigInt(topic.published)) : null,
  };
  topic.messages = [...topic.messages, published].slice(-keptMessages);
  return answerOf(published);
};

function answerOf({ id, sequence }: PublishedMessage): {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
} {
  return { MessageId: id, ...(sequence === null ? {} : { SequenceNumber: sequence }) };
}

/** Begins with a letter, a number or a punctuation mark; no line breaks, no control characters; fewer than 100 characters. */
function isSubject(text: string): boolean {
  return text.length > 0 && text.length <= 100 && /^[!-~]/.test(text) && /^[ -~\u00a0-\uffff]*$/.test(text);
}

function attributesOf(given: Readonly<Record<string, AttributeInput>>): PublishedMessage['attributes'] {
  return Object.fromEntries(
    Object.entries(given).map(([name, { DataType: type = '', StringValue: value }]) => {
      if (!/^(?!\.)(?!.*\.\.)(?!.*\.$)(?!(?:AWS|Amazon)\.)[A-Za-z0-9_.-]{1,256}$/i.test(name))
        throw new AwsError('InvalidParameter', unverifiedTexts.attributeName(name));
      if (!/^(String|Number)(\.|$)/.test(type))
        throw new AwsError('ParameterValueInvalid', unverifiedTexts.attributeType(name));
      if (value === undefined || value === '')
        throw new AwsError('ParameterValueInvalid', unverifiedTexts.noAttributeValue(name, type));
      return [name, { type, value }];
    }),
  );
}

function deduplicationOf(
  { arn, attributes }: Topic,
  group: string | null,
  id: string | null,
  message: string,
): string | null {
  if (!isFifoTopic(arn)) {
    if (id === null) return null;
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (group === null) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  if (!isToken(group)) throw invalidParameter('MessageGroupId');
  if (id !== null) {
    if (!isToken(id)) throw invalidParameter('MessageDeduplicationId');
    return id;
  }
  if (attributes['ContentBasedDeduplication'] === 'true') return message;
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** Up to 128 letters, digits and punctuation marks [Publish, MessageDeduplicationId]. */
function isToken(text: string): boolean {
  return /^[!-~]{1,128}$/.test(text);
}

function optional(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
