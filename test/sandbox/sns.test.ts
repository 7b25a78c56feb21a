// SNS of the sandbox by the SDK's client: topics, and what may be published to them. The contract is in
// src/sandbox/services/sns/SPEC.md.
import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { createWorld, sandboxClientConfig, type World } from '../../src/sandbox/index.ts';
import { snsOf, type Topic } from '../../src/sandbox/services/sns/store.ts';
import { VirtualClock } from '../../src/util/clock.ts';

const region = 'eu-west-1';
const arnOf = (name: string): string => `arn:aws:sns:${region}:123456789012:${name}`;

interface Rig {
  readonly clock: VirtualClock;
  readonly client: SNSClient;
  readonly topic: (arn: string) => Topic | undefined;
}

function rig(): Rig {
  const clock = new VirtualClock(Date.UTC(2026, 11, 1));
  const world: World = createWorld({ clock });
  const client = new SNSClient(sandboxClientConfig(world, 'sns', region));
  return { clock, client, topic: (arn) => snsOf(world.region(region)).topics[arn] };
}

/** `Code: message` of a refusal. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { Error: told, message, name } = error as { Error?: { Code?: string }; name: string; message: string };
    return `${told?.Code ?? name}: ${message}`;
  }
  return 'accepted';
}

describe('topics', () => {
  it('are the same for the same name, and not for other attributes', async () => {
    const { client } = rig();
    const make = (Attributes: Record<string, string>) =>
      client.send(new CreateTopicCommand({ Name: 'alarms', Attributes }));
    expect((await make({ DisplayName: 'Alarms' })).TopicArn).toBe(arnOf('alarms'));
    expect((await make({ DisplayName: 'Alarms' })).TopicArn).toBe(arnOf('alarms'));
    expect(await refusal(make({ DisplayName: 'Other' }))).toContain('already exists with different attributes');
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arnOf('alarms') }));
    expect(Attributes).toMatchObject({ TopicArn: arnOf('alarms'), Owner: '123456789012', DisplayName: 'Alarms' });
  });

  it('have names that AWS takes', async () => {
    const { client } = rig();
    const make = (Name: string, FifoTopic?: string) =>
      refusal(
        client.send(
          new CreateTopicCommand({ Name, ...(FifoTopic === undefined ? {} : { Attributes: { FifoTopic } }) }),
        ),
      );
    for (const name of ['a b', 'a.fifo', 'x'.repeat(257)])
      expect(await make(name)).toBe('InvalidParameter: Invalid parameter: Topic Name');
    expect(await make('a', 'true')).toBe('InvalidParameter: Invalid parameter: Topic Name');
    expect(await make('a.fifo', 'true')).toBe('accepted');
  });

  it('that are not there, and ARNs that are none, are told so', async () => {
    const { client } = rig();
    const publish = (TopicArn: string) => refusal(client.send(new PublishCommand({ TopicArn, Message: 'x' })));
    expect(await publish(arnOf('none'))).toBe('NotFound: Topic does not exist');
    expect(await publish('alarms')).toBe(
      'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    );
  });
});

describe('messages', () => {
  it('are kept as they were published', async () => {
    const { client, topic } = rig();
    await client.send(new CreateTopicCommand({ Name: 'alarms' }));
    const MessageAttributes = { severity: { DataType: 'String', StringValue: 'high' } };
    const sent = { TopicArn: arnOf('alarms'), Subject: 'prod: gone', Message: 'ä\nb', MessageAttributes };
    const { MessageId } = await client.send(new PublishCommand(sent));
    expect(MessageId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(topic(arnOf('alarms'))?.messages).toMatchObject([
      {
        id: MessageId,
        subject: 'prod: gone',
        message: 'ä\nb',
        attributes: { severity: { type: 'String', value: 'high' } },
      },
    ]);
  });

  it.each([
    ['an empty text', { Message: '' }, 'Invalid parameter: Empty message'],
    ['more than 256 KB', { Message: 'ä'.repeat(131_073) }, 'Invalid parameter: Message too long'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'Invalid parameter: Subject'],
    ['a subject of 101 characters', { Subject: 'a'.repeat(101) }, 'Invalid parameter: Subject'],
    ['a token that its topic does not take', { MessageDeduplicationId: 'a' }, 'not valid for this topic type'],
    [
      'an attribute without a value',
      { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'must contain non-empty message attribute value',
    ],
  ])('are refused with %s', async (_what, wrong, text) => {
    const { client, topic } = rig();
    await client.send(new CreateTopicCommand({ Name: 'alarms' }));
    const call = client.send(new PublishCommand({ TopicArn: arnOf('alarms'), Message: 'x', ...wrong }));
    expect(await refusal(call)).toContain(text);
    expect(topic(arnOf('alarms'))?.messages).toEqual([]);
  });

  it('of a FIFO topic want a group and a token, and come once within five minutes', async () => {
    const { client, clock, topic } = rig();
    const TopicArn = arnOf('alarms.fifo');
    await client.send(new CreateTopicCommand({ Name: 'alarms.fifo', Attributes: { FifoTopic: 'true' } }));
    const publish = (more: object) => client.send(new PublishCommand({ TopicArn, Message: 'x', ...more }));
    expect(await refusal(publish({}))).toContain('The MessageGroupId parameter is required for FIFO topics');
    expect(await refusal(publish({ MessageGroupId: 'g' }))).toContain('MessageDeduplicationId provided explicitly');
    const own = { MessageGroupId: 'g', MessageDeduplicationId: 'one' };
    const first = await publish(own);
    clock.advance(4 * 60_000);
    const again = await publish(own);
    expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    expect(topic(TopicArn)?.messages).toHaveLength(1);
    clock.advance(2 * 60_000);
    expect((await publish(own)).MessageId).not.toBe(first.MessageId);
    expect(topic(TopicArn)?.messages).toHaveLength(2);
  });
});
