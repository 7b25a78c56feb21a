// What scans remember for a team, in a table of a served sandbox: two machines with a state directory each know of the same findings,
// acknowledgements and scans; a table that is no use costs the memory and never the answer.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import {
  jsonOf,
  makeFolder,
  outcomeOf,
  serveSandbox,
  start,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';
import { startProxy } from './proxy.ts';

const account = '123456789012';
const playbook = `apiVersion: relight/v1
kind: Playbook
metadata: { name: cart }
target: { account: '${account}', region: eu-west-1 }
components:
  url:
    type: ssm/parameter
    spec: { name: /cart/url, type: String, value: 'https://cart.example' }
  level:
    type: ssm/parameter
    spec: { name: /cart/level, type: String, value: info }
`;
const fleet = `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
accounts: [{ id: '${account}' }]
playbooks: [cart.yaml]
memory: dynamodb://team
`;
const team = ['--memory', 'dynamodb://team', '--region', 'eu-west-1'];

let alice: Folder;
let bob: Folder;
let server: Server;
let dynamodb: DynamoDBClient;
let ssm: SSMClient;

const by = (folder: Folder, ...words: readonly string[]): Promise<Outcome> => folder.relight(words, server.env);
const reportOf = (outcome: Outcome): ScanReport => jsonOf(outcome) as ScanReport;
const scanOf = async (folder: Folder, ...more: readonly string[]): Promise<ScanReport> =>
  reportOf(await by(folder, 'scan', 'cart.yaml', '--json', ...team, ...more));

async function set(name: string, Value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: `/cart/${name}`, Type: 'String', Overwrite: true, Value }));
}
async function keys(): Promise<readonly string[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'team' }));
  return Items.map(({ LockID }) => LockID?.S ?? '').toSorted();
}

beforeAll(async () => {
  alice = makeFolder();
  bob = makeFolder();
  server = await serveSandbox(alice);
  const config = {
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
  dynamodb = new DynamoDBClient(config);
  ssm = new SSMClient(config);
  // A sandbox makes the tables that a playbook names.
  writeFileSync(
    alice.file('seed.yaml'),
    playbook.replace('components:', "recovery: { knownGood: 'dynamodb://team' }\ncomponents:"),
  );
  expect((await by(alice, 'sandbox', 'seed', 'seed.yaml')).code).toBe(0);
  for (const folder of [alice, bob]) {
    writeFileSync(folder.file('cart.yaml'), playbook);
    writeFileSync(folder.file('fleet.yaml'), fleet);
  }
  expect((await by(alice, 'recover', 'cart.yaml', '--yes', '--quiet')).code).toBe(0);
}, 60_000);
beforeEach(async () => {
  await set('level', 'debug');
});
afterEach(async () => {
  // Both machines see all of it well, so that nothing is remembered for the next test.
  await set('level', 'info');
  await set('url', 'https://cart.example');
  await scanOf(alice);
  for (const folder of [alice, bob]) rmSync(folder.file('.relight/scans'), { recursive: true, force: true });
});
afterAll(async () => {
  dynamodb.destroy();
  ssm.destroy();
  await server[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
  bob[Symbol.dispose]();
});

describe('two machines', () => {
  test('know of the same findings since when they last, and that they are over', async () => {
    const [found] = (await scanOf(alice)).findings;
    const [same] = (await scanOf(bob)).findings;
    expect([found?.isNew, same?.isNew, same?.id]).toEqual([true, false, found?.id]);
    expect((await scanOf(alice)).findings[0]?.firstSeen).toBe(same?.firstSeen);
    await set('level', 'info');
    expect((await scanOf(bob)).resolved.map(({ id }) => id)).toEqual([found?.id]);
    expect((await scanOf(alice)).resolved).toEqual([]);
  });

  test('know what either of them has acknowledged, and what was taken back', async () => {
    const [found] = (await scanOf(alice)).findings;
    const id = found?.id ?? '';
    // Bob has never scanned: the table tells him what it is.
    const said = await by(bob, 'ack', id, '--until', '2h', '--because', 'debugging until noon', ...team);
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining(`${id} (level: `)]);
    const outcome = await by(alice, 'scan', 'cart.yaml', '--json', ...team);
    expect([outcome.code, reportOf(outcome).findings.map(({ acknowledged }) => acknowledged?.because)]).toEqual([
      0,
      ['debugging until noon'],
    ]);
    expect((await by(alice, 'ack', id, '--take-back', ...team)).code).toBe(0);
    expect((await by(bob, 'scan', 'cart.yaml', ...team)).code).toBe(2);
    expect((await by(bob, 'ack', id, '--take-back', ...team)).stderr).toContain('nobody has acknowledged it');
  });

  test('lose none of what is acknowledged at the same time', async () => {
    await set('url', 'https://elsewhere.example');
    const ids = (await scanOf(alice)).findings.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const ended = await Promise.all(
      ids.map((id, index) =>
        outcomeOf(
          start(
            (index === 0 ? alice : bob).path,
            ['ack', id, '--until', '2h', '--because', `by ${index}`, ...team],
            server.env,
          ),
        ),
      ),
    );
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const { findings } = await scanOf(bob);
    expect(findings.map(({ acknowledged }) => acknowledged?.because).toSorted()).toEqual(['by 0', 'by 1']);
    for (const id of ids) await by(alice, 'ack', id, '--take-back', ...team);
  });

  test('tell of the scans of both, the newest first', async () => {
    await scanOf(alice);
    await set('level', 'info');
    await scanOf(bob);
    const { scans } = jsonOf(await by(bob, 'scan', 'history', 'cart.yaml', '--json', '--last', '2', ...team)) as {
      scans: { findings: object[]; resolved: object[] }[];
    };
    expect(scans.map(({ findings, resolved }) => [findings.length, resolved.length])).toEqual([
      [0, 1],
      [1, 0],
    ]);
    // Of his own he has one.
    const own = jsonOf(await by(bob, 'scan', 'history', 'cart.yaml', '--json')) as { scans: object[] };
    expect(own.scans).toHaveLength(1);
  });

  test('of a fleet whose file names the table need no word for it', async () => {
    const ofFleet = async (folder: Folder): Promise<readonly boolean[]> =>
      reportOf(await by(folder, 'scan', 'fleet.yaml', '--json')).findings.map(({ isNew }) => isNew);
    expect([await ofFleet(alice), await ofFleet(bob)]).toEqual([[true], [false]]);
  });
});

describe('the table', () => {
  test('is read and written by items of scans alone, and nothing is deleted', async () => {
    await using proxy = await startProxy(server.url);
    expect((await alice.relight(['scan', 'cart.yaml', ...team], proxy.env)).code).toBe(2);
    const asked = proxy.seen.filter((each) => /Item|Query|Scan$/.test(each));
    expect(new Set(asked)).toEqual(new Set(['BatchGetItem', 'PutItem']));
    // What was found of the playbook, and the record of the scan.
    expect(asked.filter((each) => each === 'PutItem')).toHaveLength(2);
    expect((await keys()).filter((each) => !each.startsWith('relight-scans/'))).toEqual([]);
  });

  test.each([
    ['denied', { operation: 'BatchGetItem', code: 'AccessDeniedException', message: 'No.', status: 400 }],
    ['denied to write', { operation: 'PutItem', code: 'AccessDeniedException', message: 'No.', status: 400 }],
    ['missing', { operation: 'BatchGetItem', code: 'ResourceNotFoundException', message: 'No.', status: 400 }],
    ['silent', { operation: 'BatchGetItem', hold: true }],
  ] as const)('that is %s costs a line, and what this machine remembers is used', async (_what, inject) => {
    await using proxy = await startProxy(server.url, inject);
    const scan = (): Promise<Outcome> => alice.relight(['scan', 'cart.yaml', '--json', ...team], proxy.env);
    const first = await scan();
    expect([first.code, first.stderr.match(/warning: dynamodb:\/\/team/g)?.length]).toEqual([2, 1]);
    const second = await scan();
    expect([second.code, reportOf(second).findings.map(({ isNew }) => isNew)]).toEqual([2, [false]]);
    const [found] = reportOf(second).findings;
    // Who acknowledges for a team is told that nobody heard.
    const ack = await alice.relight(['ack', found?.id ?? '', '--until', '2h', '--because', 'x', ...team], proxy.env);
    expect([ack.code, ack.stderr]).toEqual([1, expect.stringContaining('dynamodb://team')]);
  });

  test('with what is no memory of scans is told, and not written over', async () => {
    const [found] = (await scanOf(alice)).findings;
    const LockID = { S: 'relight-scans/acknowledged' };
    await dynamodb.send(new PutItemCommand({ TableName: 'team', Item: { LockID, note: { S: 'mine' } } }));
    const { code, stderr } = await by(alice, 'scan', 'cart.yaml', ...team);
    expect([code, stderr]).toEqual([2, expect.stringContaining('item relight-scans/acknowledged is not used')]);
    const ack = await by(alice, 'ack', found?.id ?? '', '--until', '2h', '--because', 'x', ...team);
    expect([ack.code, ack.stderr]).toEqual([1, expect.stringContaining('nobody would know of it')]);
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'team' }));
    expect(Items.find((each) => each['LockID']?.S === LockID.S)?.['note']).toEqual({ S: 'mine' });
    await dynamodb.send(new DeleteItemCommand({ TableName: 'team', Key: { LockID } }));
  });

  test('is named as it is, in a region that somebody says', async () => {
    expect((await by(alice, 'scan', 'cart.yaml', '--memory', 'team')).stderr).toContain(
      '--memory team: expected dynamodb://<table>',
    );
    const words = ['scan', 'history', 'cart.yaml', '--memory', 'dynamodb://team'];
    const env = Object.entries(server.env).filter(([name]) => !name.endsWith('REGION'));
    expect((await alice.relight(words, Object.fromEntries(env))).stderr).toContain(
      'its region is told by --region, or AWS_REGION',
    );
  });

  test('needs two actions, on its items alone', async () => {
    const words = ['permissions', 'cart.yaml', '--for', 'scan', '--memory', 'dynamodb://team', '--json'];
    const { policy } = jsonOf(await by(alice, ...words)) as { policy: { Statement: { Sid: string }[] } };
    expect(policy.Statement.find(({ Sid }) => Sid === 'ScanMemory')).toEqual({
      Sid: 'ScanMemory',
      Effect: 'Allow',
      Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      Resource: ['arn:aws:dynamodb:*:*:table/team'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['relight-scans/*'] } },
    });
  });
});

test('the embedded sandbox has no team', async () => {
  mkdirSync(bob.file('world'), { recursive: true });
  const where = ['--sandbox', '--state-dir', 'world'];
  expect((await bob.relight(['sandbox', 'seed', 'cart.yaml', ...where])).code).toBe(0);
  expect((await bob.relight(['recover', 'cart.yaml', '--yes', '--quiet', ...where])).code).toBe(0);
  const { code, stderr } = await bob.relight(['scan', 'cart.yaml', '--memory', 'dynamodb://team', ...where]);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
});
