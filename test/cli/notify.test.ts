// Notices by the command line: receivers of HTTP on loopback, the embedded AWS, a served one for SNS, and processes that are
// killed in the middle of a delivery.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accepting, httpReceiver, status, type HttpReceiver } from '../helpers/notices.ts';
import { jsonOf, makeFolder, outcomeOf, serveSandbox, start, type Env, type Folder } from './harness.ts';

const playbook = 'front.yaml';
const approval = ['--yes'];
const front = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1, environment: staging }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
const key = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const routingKey = 'verysecretroutingkey012345678901';

let folder: Folder;
let team: HttpReceiver;
let hook: HttpReceiver;
let pager: HttpReceiver;
let env: Env;

beforeEach(async () => {
  folder = makeFolder();
  [team, hook, pager] = await Promise.all([
    httpReceiver(),
    httpReceiver(),
    httpReceiver(status(202, '{"status":"success"}')),
  ]);
  env = { SLACK: `${team.url}/verysecretpath`, KEY: key, PD: routingKey };
  const text = `apiVersion: relight/v1
kind: Notifications
receivers:
  team: { kind: slack, url: '\${env:SLACK}' }
  hook: { kind: webhook, url: '${hook.url}', secret: '\${env:KEY}' }
  pager: { kind: pagerduty, url: '${pager.url}', routingKey: '\${env:PD}' }
link: https://reports.example/{id}.html
`;
  writeFileSync(folder.file('notify.yaml'), text);
  writeFileSync(folder.file(playbook), front);
});

/** What the playbook takes for granted. */
async function seeded(): Promise<void> {
  const { code, stderr } = await run('sandbox', 'seed', playbook, '--sandbox');
  expect(code, stderr).toBe(0);
}
afterEach(async () => {
  await Promise.all([team, hook, pager].map((each) => each[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

const run = (...args: readonly string[]) => folder.relight(args, env);
const notices = (): readonly string[] => {
  const directory = folder.file('.relight/notices');
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
};

/** What a receiver got, parsed. */
const bodies = ({ received }: HttpReceiver): readonly Record<string, unknown>[] =>
  received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

function withoutSecrets(...texts: readonly string[]): void {
  for (const text of texts) expect(text).not.toMatch(/verysecret|AwMDAwMDAwMDAwM/);
}

describe('relight notify test', () => {
  test('sends every receiver a test, and tells what came of it', async () => {
    const { code, stderr, stdout } = await run('notify', 'test', 'notify.yaml');
    expect(stdout.replaceAll(/rl_[0-9a-f]{32}/g, '<id>')).toBe(
      'ok    team (slack): has taken test <id>\nok    hook (webhook): has taken test <id>\nok    pager (pagerduty): has taken test <id>\n',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect([team, hook, pager].map(({ received }) => received.length)).toEqual([1, 1, 1]);
    expect(bodies(hook)[0]).toMatchObject({ version: 1, type: 'relight.test', severity: 'info' });
  });

  test('fails when one was not reached, keeps nothing of it, and shows no secret', async () => {
    team.answer = (response) => response.writeHead(404).end(`no_service ${env['SLACK'] ?? ''}`);
    const { code, stderr, stdout } = await run('notify', 'test', 'notify.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL  team (slack): HTTP 404: no_service');
    expect(stdout).toContain('ok    hook');
    withoutSecrets(stdout, stderr);
    expect(notices()).toEqual([]);
  });

  test('tries one by its name, and tells of a name that there is not', async () => {
    expect((await run('notify', 'test', 'notify.yaml', '--receiver', 'hook', '--json')).code).toBe(0);
    expect([team.received.length, hook.received.length]).toEqual([0, 1]);
    const { code, stderr } = await run('notify', 'test', 'notify.yaml', '--receiver', 'hok');
    expect([code, stderr]).toEqual([
      1,
      '--receiver hok: no such receiver; there are team, hook, pager; did you mean hook?\n',
    ]);
  });
});

describe('recover --notify', () => {
  test('tells how the run ended: account first, the run, a link; and its end to the pager', async () => {
    await seeded();
    const { code, stderr, stdout } = await run(
      'recover',
      playbook,
      '--sandbox',
      ...approval,
      '--notify',
      'notify.yaml',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const { runId } = JSON.parse(stdout) as { readonly runId: string };
    expect(bodies(hook)).toMatchObject([
      {
        type: 'relight.run',
        about: { kind: 'run', run: runId, result: 'succeeded' },
        severity: 'info',
        link: `https://reports.example/${runId}.html`,
        groups: [
          {
            place: { account: '123456789012', sandbox: true },
            playbook: 'front',
            items: [{ state: 'resolved' }],
          },
        ],
      },
    ]);
    expect(bodies(team)[0]?.['text']).toMatch(/^\[sandbox\] .*123456789012.*: front: repair succeeded after /);
    expect(bodies(pager)[0]).toMatchObject({ event_action: 'resolve', routing_key: routingKey });
    expect(stderr).toContain('notify: team: 1 notice delivered\n');
    withoutSecrets(stdout, stderr);
    expect(notices()).toEqual([]);
  });

  test('that fails tells what failed, and what to type next', async () => {
    await seeded();
    const fault = '{ kind: access-denied, service: elasticloadbalancing, operation: CreateLoadBalancer }';
    writeFileSync(folder.file('faults.yaml'), `faults:\n  - ${fault}\n`);
    const set = await run('sandbox', 'fault', 'faults.yaml', '--sandbox');
    expect(set.code, set.stderr).toBe(0);
    const { code } = await run('recover', playbook, '--sandbox', ...approval, '--notify', 'notify.yaml', '--quiet');
    expect(code).toBe(5);
    const [event] = bodies(pager);
    expect(event).toMatchObject({ event_action: 'trigger', payload: { severity: 'error' } });
    const text = JSON.stringify(event);
    expect(text).toContain('load-balancer.create failed: AccessDenied');
    expect(text).toContain('relight status front.yaml --sandbox');
  });

  test('with receivers that are down ends as it would, keeps what it has to tell, and all of it arrives once', async () => {
    await seeded();
    const [down, refusing] = [team.url, hook.url];
    await team[Symbol.asyncDispose]();
    hook.answer = status(503, 'later');
    const { code, stderr } = await run('recover', playbook, '--sandbox', ...approval, '--notify', 'notify.yaml');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /notify: team: not delivered: ECONNREFUSED; 1 notice kept in \S+, sent with the next one or by: relight notify flush notify.yaml\n/,
    );
    expect(stderr).toContain('notify: hook: not delivered: HTTP 503: later');
    expect(stderr).toContain('notify: pager: 1 notice delivered');
    withoutSecrets(stderr, ...notices().map((file) => readFileSync(file, 'utf8')));
    expect(notices().map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);

    const waiting = await run('notify', 'status', 'notify.yaml', '--json');
    expect(waiting.code).toBe(2);
    expect(jsonOf(waiting)).toMatchObject({
      receivers: [
        { receiver: 'team', waiting: [{ why: 'ECONNREFUSED' }] },
        { receiver: 'hook' },
        { receiver: 'pager', waiting: [] },
      ],
    });

    hook.answer = accepting;
    team = await httpReceiver(accepting, Number(new URL(down).port));
    const flushed = await run('notify', 'flush', 'notify.yaml');
    expect([flushed.code, flushed.stdout]).toEqual([
      0,
      'notify: team: 1 notice delivered\nnotify: hook: 1 notice delivered\n',
    ]);
    const taken = hook.received.filter(({ body }) => body.includes('relight.run'));
    expect(new Set(taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(team.received).toHaveLength(1);
    expect(refusing).toBe(hook.url);
    expect((await run('notify', 'status', 'notify.yaml')).code).toBe(0);
    expect((await run('notify', 'flush', 'notify.yaml')).stdout).toBe('nothing waits\n');
  }, 60_000);

  test('refuses a file with mistakes before anything is done', async () => {
    writeFileSync(
      folder.file('bad.yaml'),
      'apiVersion: relight/v1\nkind: Notifications\nreceivers: { a: { kind: slak } }\n',
    );
    const { code, stderr } = await run('recover', playbook, '--sandbox', ...approval, '--notify', 'bad.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('bad.yaml:3:25: error: there is no such kind of receiver');
    expect(readdirSync(folder.path)).not.toContain('.relight');
  });

  test('teardown and undo tell too', async () => {
    await seeded();
    await run('recover', playbook, '--sandbox', ...approval);
    await run('teardown', playbook, '--sandbox', '--allow-downtime', ...approval, '--notify', 'notify.yaml');
    await run('undo', 'last', '--sandbox', ...approval, '--notify', 'notify.yaml');
    expect(bodies(team).map(({ text }) => /teardown|undo/.exec(String(text))?.[0])).toEqual(['teardown', 'undo']);
  });
});

describe('a process that is killed', () => {
  test('between request and answer loses nothing: it is sent again, with the same id, and told', async () => {
    await seeded();
    hook.answer = status(503);
    await run('recover', playbook, '--sandbox', ...approval, '--notify', 'notify.yaml', '--quiet');
    hook.answer = () => undefined;
    const request = hook.next();
    const child = start(folder.path, ['notify', 'flush', 'notify.yaml'], env);
    const ended = outcomeOf(child);
    const first = await request;
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    hook.answer = accepting;
    const { code, stdout } = await run('notify', 'flush', 'notify.yaml');
    expect([code, stdout]).toEqual([
      0,
      'notify: hook: 1 notice delivered (sent again, with the same id: an earlier attempt may have arrived)\n',
    ]);
    expect(hook.received.at(-1)?.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(hook.received.at(-1)?.body).toBe(first.body);
  }, 60_000);
});

describe('a topic of SNS', () => {
  const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
  const file = `apiVersion: relight/v1\nkind: Notifications\nreceivers: { topic: { kind: sns, topic: '${topic}' } }\n`;

  test('is published to, and to nothing else', async () => {
    writeFileSync(folder.file('sns.yaml'), file);
    await using server = await serveSandbox(folder, ['--speed', '240', '--state', 'world.json']);
    const missing = await folder.relight(['notify', 'test', 'sns.yaml'], server.env);
    expect([missing.code, missing.stdout]).toEqual([
      1,
      `FAIL  topic (sns): NotFound: Topic does not exist: ${topic}\n`,
    ]);
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const client = new SNSClient({ region: 'eu-west-1', endpoint: server.url, credentials });
    await client.send(new CreateTopicCommand({ Name: 'alarms' }));
    client.destroy();
    const { code, stdout } = await folder.relight(['notify', 'test', 'sns.yaml'], server.env);
    expect(code, stdout).toBe(0);
    const world = readFileSync(folder.file('world.json'), 'utf8');
    expect(world).toContain('relight test: this receiver is reached');
    expect(world).toContain('"published":1');
  });

  test('is in the policy that permissions prints, and in none without', async () => {
    writeFileSync(folder.file('sns.yaml'), file);
    const { stdout } = await run('permissions', playbook, '--notify', 'sns.yaml');
    const { Statement } = JSON.parse(stdout) as { readonly Statement: readonly { readonly Sid: string }[] };
    expect(Statement.find(({ Sid }) => Sid === 'Notices')).toMatchObject({
      Action: ['sns:Publish'],
      Resource: [topic],
    });
    expect((await run('permissions', playbook)).stdout).not.toContain('sns:');
  });

  test('is left out with --sandbox, and told', async () => {
    await seeded();
    writeFileSync(folder.file('sns.yaml'), file);
    const { code, stderr } = await run('recover', playbook, '--sandbox', ...approval, '--notify', 'sns.yaml');
    expect(code).toBe(0);
    expect(stderr).toContain('with --sandbox nothing is published to AWS: topic left out');
  });
});
