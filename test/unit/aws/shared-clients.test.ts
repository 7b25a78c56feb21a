// Clients that sessions share: each session's calls go through its own door and its own layer, and what AWS says is read
// as by a client of one's own.
import { CreateClusterCommand, DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import type { AwsAccess } from '../../../src/aws/access.ts';
import { connect } from '../../../src/aws/connect.ts';
import { sharedClient } from '../../../src/aws/shared-clients.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { elbv2 } from '../../../src/aws/services/elbv2.ts';
import { route53 } from '../../../src/aws/services/route53.ts';
import { sts } from '../../../src/aws/services/sts.ts';
import { sandboxNameOf } from '../../../src/rehearse/world/sandbox.ts';
import { createWorld, Faults, sandboxClientConfig, type World } from '../../../src/sandbox/index.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

const region = 'eu-west-1';

function session(
  account: string,
  options: { readonly transportKind?: string; readonly faults?: Faults } = {},
): {
  readonly aws: AwsAccess;
  readonly world: World;
  readonly clock: VirtualClock;
} {
  const clock = new VirtualClock(0);
  const world = createWorld({ clock, account });
  const aws = connect({
    region,
    mode: 'change',
    clock,
    transport: (service) =>
      sandboxClientConfig(world, sandboxNameOf(service), region, {
        ...(options.faults === undefined ? {} : { faults: options.faults }),
      }),
    transportKind: options.transportKind ?? 'test',
  });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return { aws, world, clock };
}

const accountOf = async ({ aws }: { readonly aws: AwsAccess }): Promise<string | undefined> =>
  (await aws.client(sts).send(new GetCallerIdentityCommand({}))).Account;

describe('shared clients', () => {
  test('each session reaches its own world, also while the calls of others are under way', async () => {
    const sessions = ['111111111111', '222222222222', '333333333333'].map((account) => session(account));
    const asked = Array.from({ length: 30 }, (_, index) => sessions[index % 3]).filter((each) => each !== undefined);
    expect(await Promise.all(asked.map(accountOf))).toEqual(asked.map(({ world }) => world.data.account));
    expect(sessions.map(({ aws }) => aws.meter.total)).toEqual([10, 10, 10]);
  });

  test('each session has its own gate', async () => {
    const open = session('111111111111');
    const closed = connect({
      region,
      mode: 'read',
      clock: open.clock,
      transport: (service) => sandboxClientConfig(open.world, sandboxNameOf(service)),
      transportKind: 'test',
    });
    closed.gate.openForReads();
    await expect(closed.client(ecs).send(new CreateClusterCommand({ clusterName: 'a' }))).rejects.toThrow('only reads');
    await open.aws.client(ecs).send(new CreateClusterCommand({ clusterName: 'a' }));
    expect((await closed.client(ecs).send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  });

  test('one command can be sent by several sessions, one after the other', async () => {
    const command = new GetCallerIdentityCommand({});
    const [one, two] = [session('111111111111'), session('222222222222')];
    const ask = async ({ aws }: { readonly aws: AwsAccess }) => (await aws.client(sts).send(command)).Account;
    expect([await ask(one), await ask(two), await ask(one)]).toEqual(['111111111111', '222222222222', '111111111111']);
  });

  test('answers and errors of all protocols are those that a client of its own gives', async () => {
    const kinds = ['access-denied', 'error-503'] as const;
    for (const kind of kinds) {
      const outcomes = await Promise.all(
        [session('111111111111', { faults: new Faults([{ kind }]) }).aws, ownClients(new Faults([{ kind }]))].map(
          async (aws) => {
            const calls = [
              aws.client(ecs).send(new DescribeClustersCommand({ clusters: ['a'] })),
              aws.client(elbv2).send(new DescribeLoadBalancersCommand({ Names: ['a'] })),
              aws.client(route53).send(new ListHostedZonesCommand({})),
            ];
            return (await Promise.allSettled(calls)).map((outcome) => {
              if (outcome.status === 'fulfilled') return 'no error';
              const { name, message, $metadata } = outcome.reason as Error & { $metadata: { httpStatusCode: number } };
              return [name, message, $metadata.httpStatusCode];
            });
          },
        ),
      );
      expect(outcomes[0]).toEqual(outcomes[1]);
      expect(outcomes[0]?.flat()).not.toContain('no error');
    }
    const shared = await session('111111111111')
      .aws.client(ecs)
      .send(new DescribeClustersCommand({ clusters: ['a'] }));
    const own = await ownClients(new Faults())
      .client(ecs)
      .send(new DescribeClustersCommand({ clusters: ['a'] }));
    expect({ ...shared, $metadata: null }).toEqual({ ...own, $metadata: null });
  });

  test('are real clients, and refuse middleware where it would be everybody’s', () => {
    const { world } = session('111111111111');
    const config = sandboxClientConfig(world, 'ecs');
    const view = sharedClient('test/refusing', () => new ECSClient(config), {
      handle: () => Promise.reject(new Error('not asked')),
    });
    expect(view).toBeInstanceOf(ECSClient);
    expect(() => {
      view.middlewareStack.add((next) => next, { step: 'build', name: 'mine' });
    }).toThrow('mine cannot be added to a shared client at the step build');
  });
});

function ownClients(faults: Faults): AwsAccess {
  const clock = new VirtualClock(0);
  const world = createWorld({ clock, account: '111111111111' });
  const aws = connect({
    region,
    mode: 'change',
    clock,
    transport: (service) => sandboxClientConfig(world, sandboxNameOf(service), region, { faults }),
  });
  aws.gate.openForReads();
  return aws;
}
