// What the laws must know of the type: a piece, a change to it, another one, and how to count them by other means.
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { logs } from './row.mjs';

const name = '/ecs/shop';

export const fixture = {
  prepare: async () => ({
    spec: { name, retentionDays: 30 },
    changed: { spec: { name, retentionDays: 90 }, paths: ['retentionDays'] },
    another: { name: '/ecs/shop-2', retentionDays: 30 },
    full: { name, retentionDays: 30 },
  }),
  count: async ({ aws }) => (await aws.client(logs).send(new DescribeLogGroupsCommand({}))).logGroups.length,
  hasStatus: false,
  // Its ARN is made of its name.
  hasNoGeneration: true,
};
