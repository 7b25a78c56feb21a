// The access of notices: Publish to one topic passes, and nothing else, whoever holds it.
import { describe, expect, test } from 'vitest';
import { topicPlace, topicScope } from '../../../src/aws/topics/topic.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const scope = topicScope(topic);

function passes(operation: string, input: Readonly<Record<string, unknown>>, name = 'sns'): boolean {
  return scope({ operation, kind: 'change', service: { name }, input }) === undefined;
}

test('Publish to its topic passes', () => {
  expect(passes('Publish', { TopicArn: topic, Message: 'x' })).toBe(true);
});

describe('what does not pass', () => {
  test.each([
    ['another topic', 'Publish', { TopicArn: `${topic}2` }],
    ['no topic', 'Publish', {}],
    ['a phone number', 'Publish', { PhoneNumber: '+491700000000' }],
    ['a phone number beside it', 'Publish', { TopicArn: topic, PhoneNumber: '+491700000000' }],
    ['a mobile endpoint beside it', 'Publish', { TopicArn: topic, TargetArn: 'arn:aws:sns:x' }],
    ['several messages', 'PublishBatch', { TopicArn: topic }],
    ['a subscription', 'Subscribe', { TopicArn: topic }],
    ['a deletion', 'DeleteTopic', { TopicArn: topic }],
    ['a read', 'GetTopicAttributes', { TopicArn: topic }],
  ])('%s', (_what, operation, input) => {
    expect(passes(operation, input)).toBe(false);
  });

  test('the same of another service', () => {
    expect(passes('Publish', { TopicArn: topic }, 'ecs')).toBe(false);
  });
});

test('a topic lies where its ARN says', () => {
  expect(topicPlace(topic)).toEqual({ region: 'eu-west-1', account: '123456789012' });
});
