import { expect, test } from 'vitest';
import { longestSessionPolicy, sessionPolicy } from '../../../src/permissions/session-policy.ts';

function actionsIn(policy: string | undefined): readonly string[] {
  const { Statement } = JSON.parse(policy ?? '') as { Statement: { Action: string[]; Effect: string }[] };
  expect(Statement.map(({ Effect }) => Effect)).toEqual(['Allow']);
  return Statement.flatMap(({ Action }) => Action);
}

test('exactly what is read, as long as it is short enough', () => {
  expect(actionsIn(sessionPolicy(['ecs:ListServices', 'ecs:DescribeServices', 'ecs:ListServices']))).toEqual([
    'ecs:DescribeServices',
    'ecs:ListServices',
  ]);
});

test('families where it is not; what gives values away is never one', () => {
  const many = Array.from({ length: 90 }, (_, index) => `ec2:DescribeSomethingWithALongName${index}`);
  const policy = sessionPolicy([...many, 'ec2:ListImages', 'dynamodb:GetItem', 'secretsmanager:DescribeSecret']);
  expect(actionsIn(policy)).toEqual(['dynamodb:GetItem', 'ec2:Describe*', 'ec2:List*', 'secretsmanager:Describe*']);
  expect(policy?.length).toBeLessThanOrEqual(longestSessionPolicy);
});

test('nothing where it cannot be short enough', () => {
  expect(sessionPolicy(Array.from({ length: 90 }, (_, index) => `dynamodb:GetSomethingWithALongName${index}`))).toBe(
    undefined,
  );
});
