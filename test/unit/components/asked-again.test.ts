// Some questions are asked again within one look on purpose: they go out again.
import type { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import type { AwsAccess } from '../../../src/aws/access.ts';
import { CallTimeout } from '../../../src/aws/errors.ts';
import { componentTypes } from '../../../src/components/index.ts';
import { observe } from '../../../src/components/dynamodb-item/observe.ts';
import type { ItemSpec } from '../../../src/components/dynamodb-item/schema.ts';
import { targetsOf } from '../../../src/components/ecs-service/targets.ts';
import { refusal } from '../../../src/components/kit/changing.ts';
import { elbv2TagsOf } from '../../../src/components/kit/elbv2.ts';
import { readContext } from '../../../src/observe/context.ts';
import { createSharing } from '../../../src/util/sharing.ts';
import { bench, scope } from '../../helpers/aws.ts';

function looking(send: unknown): ReturnType<typeof readContext> {
  const { clock } = bench();
  const aws = { region: 'eu-west-1', client: () => ({ send }) } as unknown as AwsAccess;
  return readContext({ aws, scope, clock, types: componentTypes, concurrency: 10, sharing: createSharing(clock) });
}

describe('within one look', () => {
  test('a target group without targets under a steady service is asked about twice', async () => {
    const healthy = { Target: { Id: '10.0.0.1', Port: 80 }, TargetHealth: { State: 'healthy' } };
    const send = vi
      .fn()
      .mockResolvedValueOnce({ TargetHealthDescriptions: [] })
      .mockResolvedValue({ TargetHealthDescriptions: [healthy] });
    const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/1';
    const service = { desiredCount: 1, runningCount: 1, loadBalancers: [{ targetGroupArn }] };
    expect(await targetsOf(service, looking(send))).toMatchObject([{ targets: [{ state: 'healthy' }] }]);
    expect(send).toHaveBeenCalledTimes(2);
  });

  test('items that were all left unprocessed are asked for again', async () => {
    const Keys = [{ id: { S: 'a' } }];
    const send = vi
      .fn()
      .mockResolvedValueOnce({ Responses: {}, UnprocessedKeys: { items: { Keys } } })
      .mockResolvedValue({ Responses: { items: [{ id: { S: 'a' } }] } });
    const spec = { table: 'items', key: { id: 'a' } } as ItemSpec;
    const seen = await observe([{ id: 'item', spec }], looking(send));
    expect(seen.get('item')).toMatchObject({ kind: 'present' });
  });
});

describe('tags that are asked for together', () => {
  const arnOf = (name: string): string =>
    `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;

  test('where one piece is gone and one is not answered about: those of the others are told', async () => {
    const send = vi.fn(({ input: { ResourceArns } }: DescribeTagsCommand): Promise<unknown> => {
      const arns = ResourceArns ?? [];
      if (arns.includes(arnOf('gone'))) return Promise.reject(refusal('TargetGroupNotFound', 'it is gone'));
      if (arns.includes(arnOf('hung'))) return Promise.reject(new CallTimeout('elbv2:DescribeTags', 10_000));
      return Promise.resolve({ TagDescriptions: arns.map((ResourceArn) => ({ ResourceArn, Tags: [] })) });
    });
    const context = looking(send);
    const asked = await Promise.allSettled([
      elbv2TagsOf([arnOf('gone')], context),
      elbv2TagsOf([arnOf('hung')], context),
      elbv2TagsOf([arnOf('there')], context),
    ]);
    expect(asked).toMatchObject([
      { status: 'fulfilled', value: new Map() },
      { status: 'rejected' },
      { status: 'fulfilled', value: new Map([[arnOf('there'), {}]]) },
    ]);
  });
});
