// Publishing to one topic, and nothing else: an access of its own, whose gate lets no other operation and no other topic pass,
// whatever code holds it.
import type { AccessOptions } from '../access.ts';
import { connect } from '../connect.ts';
import { classify, type AwsFailure } from '../errors.ts';
import type { GateScope } from '../gate.ts';
import { lazily } from '../loading.ts';
import { sns } from '../services/sns.ts';

const topicCommands = lazily(async () => {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  return { PublishCommand };
});

/** Nothing but Publish, to this topic. A phone number or an endpoint beside it would be another receiver. */
export function topicScope(topic: string): GateScope {
  return ({ operation, service, input = {} }) => {
    const { PhoneNumber, TargetArn, TopicArn } = input;
    const isWithin =
      service?.name === sns.name &&
      operation === 'Publish' &&
      TopicArn === topic &&
      PhoneNumber === undefined &&
      TargetArn === undefined;
    return isWithin ? undefined : `this access is for nothing but Publish to ${topic}`;
  };
}

/** The region and the account that a topic lies in. */
export function topicPlace(topic: string): { readonly region: string; readonly account: string } {
  const [, , , region = '', account = ''] = topic.split(':');
  return { region, account };
}

export type Published =
  { readonly ok: true; readonly messageId: string } | { readonly ok: false; readonly failure: AwsFailure };

/** A message as Publish takes it. */
export interface TopicMessage {
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/**
 * Publishes one message. Never rejects.
 *
 * @param access how AWS is reached: credentials, endpoints, clock; region and scope are the topic's
 */
export async function publishTo(
  topic: string,
  message: TopicMessage,
  access: Omit<AccessOptions, 'region' | 'mode' | 'scope' | 'account'>,
): Promise<Published> {
  const { region } = topicPlace(topic);
  const aws = connect({ ...access, region, mode: 'change', scope: topicScope(topic) });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  try {
    const { PublishCommand } = await topicCommands();
    const { MessageAttributes, ...rest } = message;
    const { MessageId = '' } = await aws
      .client(sns)
      .send(new PublishCommand({ ...rest, MessageAttributes: { ...MessageAttributes } }));
    return { ok: true, messageId: MessageId };
  } catch (error) {
    return { ok: false, failure: classify(error) };
  }
}
