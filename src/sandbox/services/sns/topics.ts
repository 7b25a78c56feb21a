// Topics: made by name, the same for the same name.
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError, type Operation } from '../../model.ts';
import { Entries } from '../../protocol/values.ts';
import { own, put } from '../../records.ts';
import type { RegionData } from '../../world-data.ts';
import { snsOf, type Topic } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** What AWS lets be said of a topic [SNS API reference, CreateTopic]; of these the sandbox knows three. */
const modelled = ['ContentBasedDeduplication', 'DisplayName', 'FifoTopic'];
const known = [
  ...modelled,
  'ArchivePolicy',
  'DeliveryPolicy',
  'FifoThroughputScope',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
];

export function invalidParameter(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}

export function arnOfTopic(name: string, region: string, account: string): string {
  return `arn:aws:sns:${region}:${account}:${name}`;
}

export const createTopic: Operation = (input, { local, region, world }) => {
  const name = String(input['Name']);
  const attributes = (input['Attributes'] ?? {}) as Readonly<Record<string, string>>;
  const tags = Object.fromEntries(
    ((input['Tags'] ?? []) as readonly { readonly Key: string; readonly Value: string }[]).map((each) => [
      each.Key,
      each.Value,
    ]),
  );
  for (const attribute of Object.keys(attributes)) {
    if (modelled.includes(attribute)) continue;
    throw known.includes(attribute)
      ? new AwsError(notModelledCode, `The sandbox does not model the topic attribute ${attribute}`)
      : new AwsError('InvalidParameter', unverifiedTexts.unknownAttribute(attribute));
  }
  const isFifo = attributes['FifoTopic'] === 'true';
  // 1 to 256 letters, digits, underscores and hyphens; a FIFO topic's name ends with .fifo [CreateTopic, Name].
  const plain = isFifo ? name.replace(/\.fifo$/, '') : name;
  if (!/^[A-Za-z0-9_-]+$/.test(plain) || name.length > 256 || (isFifo && plain === name)) {
    throw invalidParameter('Topic Name');
  }
  const arn = arnOfTopic(name, region, world.data.account);
  const { topics } = snsOf(local);
  const there = own(topics, arn);
  if (there !== undefined) {
    if (Object.entries(attributes).some(([key, value]) => there.attributes[key] !== value))
      throw new AwsError('InvalidParameter', unverifiedTexts.otherAttributes);
    if (Object.entries(tags).some(([key, value]) => there.tags[key] !== value))
      throw new AwsError('InvalidParameter', unverifiedTexts.otherTags);
    return { TopicArn: arn };
  }
  const owner = world.data.account;
  put(topics, arn, { arn, name, owner, attributes, tags, messages: [], published: 0 } satisfies Topic);
  return { TopicArn: arn };
};

export const getTopicAttributes: Operation = (input, { local }) => {
  const { arn, attributes, owner } = topicAt(local, String(input['TopicArn']));
  return {
    Attributes: new Entries({
      TopicArn: arn,
      Owner: owner,
      DisplayName: '',
      SubscriptionsConfirmed: '0',
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
      ...(isFifoTopic(arn) ? { ContentBasedDeduplication: 'false' } : {}),
      ...attributes,
    }),
  };
};

export function isFifoTopic(arn: string): boolean {
  return arn.endsWith('.fifo');
}

/** @throws AwsError as AWS tells of an ARN that is none, and of a topic that is not there */
export function topicAt(local: RegionData, arn: string): Topic {
  const parts = arn.split(':').length;
  if (parts < 6) throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts}`);
  const topic = own(snsOf(local).topics, arn);
  if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topic;
}
