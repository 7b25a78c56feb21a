// The in-process door on a virtual clock: the clock waits for nobody who does real work, such as reading files.
import { createHook } from 'node:async_hooks';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { loadSchemas } from '../../src/aws/contract/shape.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { iam } from '../../src/aws/services/iam.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { sts } from '../../src/aws/services/sts.ts';
import { bench } from '../helpers/aws.ts';

it('touches neither disk nor network, not even on a client’s first call', async () => {
  const { aws, clock } = bench();
  // A session loads what reads answers before it looks.
  await loadSchemas();
  const touched: string[] = [];
  const hook = createHook({
    init: (_id, type) => {
      if (/^(FSREQ|TCP|PIPE|GETADDRINFO)/.test(type)) touched.push(type);
    },
  });
  const start = clock.now();
  hook.enable();
  // A refusal is an answer too.
  await Promise.allSettled([
    aws.client(dynamodb).send(new ListTablesCommand({})),
    aws.client(ecs).send(new ListClustersCommand({})),
    aws.client(elbv2).send(new DescribeTargetGroupsCommand({})),
    aws.client(iam).send(new ListAccountAliasesCommand({})),
    aws.client(route53).send(new ListHostedZonesCommand({})),
    aws.client(sts).send(new GetCallerIdentityCommand({})),
  ]);
  hook.disable();
  expect(touched).toEqual([]);
  expect(clock.now()).toBe(start);
});
