// Known good for a team, by the command line against a served sandbox: one machine keeps it, another one, which has never seen
// the service healthy, makes a lost piece again from it; a table that is no use costs a line.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  AddTagsCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canariesIn, canaryPlaybook } from '../helpers/canaries.ts';
import { jsonOf, makeFolder, serveSandbox, type Env, type Folder, type Outcome, type Server } from './harness.ts';
import { startProxy, type Strike } from './proxy.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1, environment: staging }
recovery: { knownGood: 'dynamodb://team' }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
const idle = 'idle_timeout.timeout_seconds';
const settings = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
} as const;

function fine(outcome: Outcome): Outcome {
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return outcome;
}

interface Item {
  readonly LockID: { readonly S: string };
  readonly [name: string]: { readonly S?: string };
}

async function itemsAt(url: string): Promise<readonly Item[]> {
  const client = new DynamoDBClient({ ...settings, endpoint: url });
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'team' }));
    return Items as unknown as readonly Item[];
  } finally {
    client.destroy();
  }
}

describe('known good in a table', () => {
  let alice: Folder;
  let bob: Folder;
  let server: Server;
  let client: ElasticLoadBalancingV2Client;

  /** A load balancer whose time-out was set by hand; Alice has seen it healthy, Bob never has. */
  beforeEach(async () => {
    alice = makeFolder();
    bob = makeFolder();
    for (const each of [alice, bob]) writeFileSync(each.file('front.yaml'), text);
    server = await serveSandbox(alice);
    client = new ElasticLoadBalancingV2Client({ ...settings, endpoint: server.url });
    fine(await by(alice, 'sandbox', 'seed', 'front.yaml'));
    fine(await by(alice, 'recover', 'front.yaml', '--yes'));
    const LoadBalancerArn = await arnOf();
    const Attributes = [{ Key: idle, Value: '123' }];
    await client.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  }, 60_000);
  afterEach(async () => {
    client.destroy();
    await server[Symbol.asyncDispose]();
    alice[Symbol.dispose]();
    bob[Symbol.dispose]();
  });

  function by(folder: Folder, ...args: string[]): Promise<Outcome> {
    return folder.relight(args, server.env);
  }

  async function arnOf(): Promise<string> {
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: ['front'] }));
    return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  }

  async function timeout(): Promise<string | undefined> {
    const { Attributes } = await client.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: await arnOf() }),
    );
    return Attributes?.find((each) => each.Key === idle)?.Value;
  }

  /** By hand; the tag is what a look sees at once. */
  async function change(seconds: string): Promise<void> {
    const LoadBalancerArn = await arnOf();
    const Attributes = [{ Key: idle, Value: seconds }];
    await client.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    await client.send(new AddTagsCommand({ ResourceArns: [LoadBalancerArn], Tags: [{ Key: 'idle', Value: seconds }] }));
  }

  const lose = async (): Promise<void> => {
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: await arnOf() }));
  };

  test('what one machine has seen, another one makes a lost piece again from', async () => {
    const seen = fine(await by(alice, 'status', 'front.yaml'));
    expect(seen.stderr).not.toContain('warning: known good');
    await lose();
    expect(() => readdirSync(bob.file('.relight/known-good'))).toThrow('ENOENT');
    const planned = await by(bob, 'plan', 'front.yaml', '--json');
    expect(jsonOf(planned)).toMatchObject({ components: [{ settings: { from: 'known-good', lost: [] } }] });
    const recovered = fine(await by(bob, 'recover', 'front.yaml', '--yes'));
    expect(recovered.stderr).not.toContain('warning: known good');
    expect(await timeout()).toBe('123');
  });

  test('is listed, shown and forgotten with where it is', async () => {
    fine(await by(alice, 'status', 'front.yaml'));
    const rows = (outcome: Outcome): readonly object[] => (jsonOf(outcome) as { versions: object[] }).versions;
    const own = rows(fine(await by(alice, 'known-good', 'list', 'front.yaml', '--json')));
    const others = rows(fine(await by(bob, 'known-good', 'list', 'front.yaml', '--json')));
    expect(own).toMatchObject([
      { table: 'dynamodb://team', file: expect.stringContaining('.relight/known-good') as string },
    ]);
    expect(others).toMatchObject([
      {
        table: 'dynamodb://team',
        file: null,
        by: expect.stringMatching(/.@./) as string,
        components: ['load-balancer'],
      },
    ]);
    expect((await by(alice, 'known-good', 'list', 'front.yaml')).stdout).toMatch(
      /1 component +state directory, dynamodb:\/\/team by \S+@\S+/,
    );
    expect((await by(bob, 'known-good', 'show', 'front.yaml')).stdout).toMatch(/^# \S+, .*, dynamodb:\/\/team by .*\n/);
    expect((await by(bob, 'known-good', 'show', 'front.yaml')).stdout).toContain(`${idle}: "123"`);
    fine(await by(bob, 'known-good', 'forget', 'front.yaml', '--all'));
    expect(rows(await by(alice, 'known-good', 'list', 'front.yaml', '--json'))).toMatchObject([{ table: null }]);
    expect((await itemsAt(server.url)).some((each) => JSON.stringify(each).includes(idle))).toBe(false);
  });

  test('the newest of both counts', async () => {
    fine(await by(alice, 'status', 'front.yaml'));
    await change('77');
    fine(await by(bob, 'status', 'front.yaml'));
    await lose();
    fine(await by(alice, 'recover', 'front.yaml', '--yes'));
    expect(await timeout()).toBe('77');
  });

  test('a look writes nothing but its item, and nothing while all is as it was', async () => {
    await using proxy = await startProxy(server.url);
    const changes = (): readonly string[] => proxy.seen.filter((each) => !/^(Describe|Get|List|Batch|\/)/.test(each));
    fine(await alice.relight(['status', 'front.yaml'], proxy.env));
    expect(changes()).toEqual(['PutItem']);
    fine(await alice.relight(['status', 'front.yaml', '--verbose'], proxy.env));
    fine(await bob.relight(['plan', 'front.yaml'], proxy.env));
    fine(await bob.relight(['recover', 'front.yaml', '--yes'], proxy.env));
    expect(changes()).toEqual(['PutItem']);
    const verbose = await alice.relight(['status', 'front.yaml', '--verbose'], proxy.env);
    expect(verbose.stderr).toContain('call dynamodb:BatchGetItem');
  });

  const strike = (operation: string, code: string, status = 400): Strike => ({
    operation,
    code,
    status,
    message: 'No.',
  });

  test.each([
    [
      'denied',
      strike('BatchGetItem', 'AccessDeniedException'),
      /AccessDeniedException: No\.\. It needs dynamodb:BatchGetItem and/,
    ],
    [
      'missing',
      strike('BatchGetItem', 'ResourceNotFoundException'),
      /Make the table: aws dynamodb create-table .*--table-name team /,
    ],
    [
      'down',
      strike('BatchGetItem', 'InternalServerError', 500),
      /dynamodb:\/\/team cannot be used: InternalServerError/,
    ],
  ])('a table that is %s costs a line and what it would have told', async (_what, inject, told) => {
    fine(await by(alice, 'known-good', 'forget', 'front.yaml', '--all'));
    await using proxy = await startProxy(server.url, inject);
    const looked = fine(await alice.relight(['status', 'front.yaml'], proxy.env));
    expect(looked.stderr).toMatch(told);
    expect(looked.stderr.match(/warning: known good/g)).toHaveLength(1);
    await lose();
    // What this machine knows itself is as good as ever.
    const recovered = fine(await alice.relight(['recover', 'front.yaml', '--yes'], proxy.env));
    expect(recovered.stderr.match(/warning: known good: /g)).toHaveLength(1);
    expect(recovered.stderr).toMatch(told);
    expect(await timeout()).toBe('123');
    expect(proxy.seen).not.toContain('PutItem');
    const doctor = await alice.relight(['doctor', 'front.yaml'], proxy.env);
    expect(doctor.stdout).toMatch(
      /WARN known good: dynamodb:\/\/team cannot be used: .*\n +a recovery goes on without it/,
    );
    // It could begin here and now.
    expect(doctor.code).toBe(0);
    const forgotten = await alice.relight(['known-good', 'forget', 'front.yaml', '--all'], proxy.env);
    expect(forgotten.code).toBe(1);
    expect(forgotten.stderr).toMatch(/forgotten in the state directory: \d\S+\. In the table nothing is forgotten: /);
  });

  test('where nobody may write it, what is there is still used', async () => {
    fine(await by(alice, 'status', 'front.yaml'));
    await change('99');
    await using proxy = await startProxy(server.url, strike('PutItem', 'AccessDeniedException'));
    const looked = fine(await bob.relight(['status', 'front.yaml'], proxy.env));
    expect(looked.stderr).toMatch(/warning: known good is not kept for the team: dynamodb:\/\/team cannot be used/);
    await lose();
    const recovered = fine(await bob.relight(['recover', 'front.yaml', '--yes'], proxy.env));
    expect(recovered.stderr).not.toContain('warning: known good: ');
  });

  test('a damaged item is left out with a warning, and is no hindrance', async () => {
    fine(await by(alice, 'status', 'front.yaml'));
    const [newest, ...older] = (await itemsAt(server.url)).toSorted((a, b) =>
      (b['at']?.S ?? '').localeCompare(a['at']?.S ?? ''),
    );
    const writer = new DynamoDBClient({ ...settings, endpoint: server.url });
    for (const each of [newest, ...older]) {
      await writer.send(
        new PutItemCommand({
          TableName: 'team',
          Item: { ...each, body: { S: (each?.['body']?.S ?? '').replace('123', '3600') } },
        }),
      );
    }
    writer.destroy();
    await lose();
    const recovered = fine(await by(bob, 'recover', 'front.yaml', '--yes'));
    expect(recovered.stderr).toMatch(/warning: known good: dynamodb:\/\/team, item \S+ is not used: it is damaged/);
    expect(await timeout()).toBe('60');
  });

  test('doctor tells of it, and permissions list what it needs in a statement of its own', async () => {
    fine(await by(alice, 'status', 'front.yaml'));
    const doctor = await by(bob, 'doctor', 'front.yaml');
    expect(doctor.stdout).toMatch(/known good: dynamodb:\/\/team: 1 version, the last of 20\S+ by \S+@\S+/);
    const { Statement } = jsonOf(await by(bob, 'permissions', 'front.yaml', '--for', 'scan')) as {
      Statement: object[];
    };
    expect(Statement.filter((each) => JSON.stringify(each).includes('table/team'))).toEqual([
      {
        Sid: 'KnownGood',
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
        Resource: ['arn:aws:dynamodb:eu-west-1:123456789012:table/team'],
        Condition: {
          'ForAllValues:StringLike': {
            'dynamodb:LeadingKeys': ['relight-known-good/front@123456789012.eu-west-1/*'],
          },
        },
      },
    ]);
  });

  test('in the embedded sandbox there is no team: nothing is asked, and nothing said', async () => {
    fine(await alice.relight(['sandbox', 'seed', 'front.yaml', '--sandbox'].slice(0, 3)));
    fine(await alice.relight(['recover', 'front.yaml', '--sandbox', '--yes']));
    const looked = fine(await alice.relight(['status', 'front.yaml', '--sandbox', '--verbose']));
    expect(looked.stderr).not.toMatch(/known good|BatchGetItem/);
  });
});

describe('secrets', () => {
  const folder = makeFolder();
  afterAll(() => {
    folder[Symbol.dispose]();
  });

  test('never go into the table: what would hold them is named', async () => {
    const other = makeFolder();
    await using server = await serveSandbox(folder);
    const run = (where: Folder, env: Env, ...args: string[]): Promise<Outcome> => where.relight(args, env);
    const withTable = canaryPlaybook
      .replace('recovery: { deadline: 10m }', "recovery: { deadline: 10m, knownGood: 'dynamodb://team' }")
      .replace(/verify:[\s\S]*$/, '');
    for (const each of [folder, other]) writeFileSync(each.file('canary.yaml'), withTable);
    fine(await run(folder, server.env, 'sandbox', 'seed', 'canary.yaml'));
    fine(await run(folder, server.env, 'recover', 'canary.yaml', '--yes'));
    const looked = fine(await run(folder, server.env, 'status', 'canary.yaml'));
    expect(looked.stderr).not.toContain('warning: known good');
    const items = await itemsAt(server.url);
    const all = JSON.stringify(items) + items.map((each) => each['body']?.S ?? '').join('\n');
    expect(all).toContain('registry.example/canary:1');
    expect(canariesIn(all)).toEqual([]);
    // The file has them all: what is looked for would be found.
    const file = readdirSync(folder.file('.relight/known-good'), { recursive: true, encoding: 'utf8' }).find((each) =>
      each.endsWith('.json'),
    );
    expect(canariesIn(readFileSync(folder.file(`.relight/known-good/${file ?? ''}`), 'utf8'))).toEqual(
      expect.arrayContaining(['environment', 'param', 'attribute', 'nested', 'named', 'healthCommand']),
    );
    const shown = fine(await run(other, server.env, 'known-good', 'show', 'canary.yaml'));
    expect(shown.stdout).toContain('# not kept: tasks: containers[web].environment.PLAIN');
    expect(shown.stdout).toContain('# not kept: entry: attributes.apiToken');
    other[Symbol.dispose]();
  });
});
