// Ids are found whole, or not at all.
import { describe, expect, it } from 'vitest';
import { idAt, indexIds, ownersIn } from '../../../src/settings/ids.ts';

const revision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/api:1';

describe('an id in a text', () => {
  it.each([
    [revision, revision, 0],
    [`"${revision}"`, revision, 1],
    ['dualstack.api-1.eu-west-1.elb.amazonaws.com', 'API-1.eu-west-1.elb.amazonaws.com', 10],
    [`${revision}2`, revision, -1],
    ['task-definition/deployer-api:1', 'api:1', -1],
    [`${revision}2, ${revision}`, revision, revision.length + 3],
    ['', revision, -1],
  ])('%s has %s at %i', (text, id, at) => {
    expect(idAt(text, id)).toBe(at);
  });
});

describe('many ids in a text', () => {
  const ids = [
    revision,
    'arn:aws:ecs:eu-west-1:123456789012:task-definition/api:12',
    'api-1.eu-west-1.elb.amazonaws.com',
  ];
  const index = indexIds([...ids.map((id, at) => [id, `owner-${at}`] as const), [revision, 'twin'] as const]);

  it.each([
    revision,
    `"${revision}"`,
    `${revision}2`,
    `${revision}23`,
    `${revision}2, ${revision}`,
    'dualstack.API-1.eu-west-1.elb.amazonaws.com',
    'my-api-1.eu-west-1.elb.amazonaws.com',
    '',
  ])('are those that are found one by one: %s', (text) => {
    const oneByOne = ids.flatMap((id, at) => (idAt(text, id) < 0 ? [] : [`owner-${at}`]));
    const twin = oneByOne.includes('owner-0') ? ['twin'] : [];
    expect([...ownersIn(text, index)].sort()).toEqual([...oneByOne, ...twin].sort());
  });
});
