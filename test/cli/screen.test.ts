// Nobody forges the screen, as the screen sees it: in this process before somebody who watches and without, and the built
// program on a pseudo-terminal where keys, redrawing, or what libraries say count; before a served sandbox whose answers,
// probes and state hold everything that could steer a terminal.
import { readFileSync, writeFileSync } from 'node:fs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  inJson,
  inXml,
  longer,
  probes,
  refusing,
  startSpoilingProxy,
  untouched,
  type Spoil,
  type SpoilingProxy,
} from '../helpers/spoiling-proxy.ts';
import { expectClean, forging, wellFormed } from './forging.ts';
import { envOf, makeFolder, serveSandbox, type Env, type Folder, type Server } from './harness.ts';
import { hasTerminal, onTerminal, type TerminalOptions } from './terminal.ts';

const file = 'any.yaml';

let folder: Folder;
let server: Server;
let proxy: SpoilingProxy;
let env: Env;

beforeAll(async () => {
  folder = makeFolder();
  const text = readFileSync(folder.file('deployer-api.yaml'), 'utf8');
  // Any alias will do, so that a hostile one is shown and not refused.
  writeFileSync(folder.file(file), text.replace(/^ +alias: .*\n/m, '').replace('within: 5m', 'within: 30s'));
  server = await serveSandbox(folder);
  proxy = await startSpoilingProxy(server.url);
  env = envOf(proxy.url);
  const seeded = await folder.relight(['sandbox', 'seed', 'deployer-api.yaml'], env);
  expect(seeded.code, seeded.stderr).toBe(0);
  const made = await folder.relight(['recover', file, '--yes', '--confirm', 'deployer-api', '--no-verify'], env);
  expect(made.code, made.stderr).toBe(0);
  const hostileState = { ':hostile': { S: wellFormed } };
  const dynamodb = new DynamoDBClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  const entry = { TableName: 'deployer-state', Key: { service: { S: 'deployer-api' } } };
  await dynamodb.send(
    new UpdateItemCommand({
      ...entry,
      UpdateExpression: 'SET #status = :hostile',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: hostileState,
    }),
  );
}, 120_000);

afterAll(async () => {
  proxy.close();
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Without a terminal, and as one would be sent it. */
async function both(args: readonly string[]): Promise<string> {
  const about = args.join(' ').slice(0, 60);
  const plain = await folder.relight(args, env);
  expectClean(plain.stdout, `${about}, stdout`);
  expectClean(plain.stderr, `${about}, stderr`);
  return `${plain.stdout}${plain.stderr}${await watched(args)}`;
}

/** All that goes to a terminal, of a command in this process whose question is answered with the playbook's name. */
async function watched(args: readonly string[]): Promise<string> {
  const watcher = { columns: 400, answer: () => 'deployer-api' };
  const { stderr, stdout } = await folder.watched(watcher, args, env);
  expectClean(`${stdout}${stderr}`, `${args.join(' ').slice(0, 60)}, watched`);
  return `${stdout}${stderr}`;
}

async function terminal(args: readonly string[], options: TerminalOptions = {}): Promise<string> {
  if (!hasTerminal) return '';
  const { data } = await onTerminal(folder, args, { columns: 400, ...options, env });
  expectClean(data, `${args.join(' ').slice(0, 60)}, terminal`);
  return data;
}

/** The caller's ARN, the alias, names, comments and the answers of probes. */
const hostileAnswers: Spoil = (operation, status, body, json) => {
  if (operation.endsWith(probes)) {
    const answer = body.includes('"answers"')
      ? `{"answers":["odd${inJson(forging)}"]}`
      : `{"error":"odd${inJson(forging)}"}`;
    return { status: 200, body: answer };
  }
  if (operation === 'GetCallerIdentity')
    return { status, body: body.replaceAll(/(<Arn>[^<]+)</g, `$1${inXml(forging)}<`) };
  if (operation === 'ListAccountAliases')
    return {
      status,
      body: body.replaceAll(
        /<AccountAliases(?:\/>|>.*<\/AccountAliases>)/gs,
        `<AccountAliases><member>wonderland${inXml(forging)}</member></AccountAliases>`,
      ),
    };
  return longer(['Comment', 'Description'], forging)(operation, status, body, json);
};

const name: readonly [string, string] = ["Type the playbook's name to run the plan: ", 'deployer-api\\r'];

describe('what a terminal is sent before a hostile AWS', { timeout: 120_000 }, () => {
  test.each([['status'], ['plan'], ['doctor']])('%s', async (verb) => {
    proxy.spoil = hostileAnswers;
    expect(await both([verb, file, ...(verb === 'plan' ? [] : ['--verbose'])])).toContain('\\u0001');
  });

  test.skipIf(!hasTerminal)('status, by the bin', async () => {
    proxy.spoil = hostileAnswers;
    expect(await terminal(['status', file, '--verbose'])).toContain('\\u0001');
  });

  test.each([['DescribeServices'], ['DescribeLoadBalancers'], ['GetCallerIdentity']])(
    'status and doctor, with %s refused in hostile words',
    async (operation) => {
      proxy.spoil = refusing(operation, forging);
      expect(await both(['status', file])).toContain('\\u0001');
      expect(await watched(['doctor', file])).not.toBe('');
    },
  );

  test.skipIf(!hasTerminal)(
    'recover: the plan, its question, the run and its probes; then the run once more',
    async () => {
      proxy.spoil = untouched;
      const broken = await folder.relight(['sandbox', 'break', 'deployer-api.yaml', 'service'], env);
      expect(broken.code, broken.stderr).toBe(0);
      proxy.spoil = hostileAnswers;
      const data = await terminal(['recover', file, '--allow-downtime'], { answers: [name] });
      expect(data.match(/Type the playbook's name/g)?.length).toBeGreaterThan(0);
      // The answer was taken, and the probe's words are shown.
      expect(data).toContain('oddx\\u0000x\\u0001');
      expect(data).toContain('\\u0001');
      for (const args of [
        ['runs', 'show', 'last'],
        ['runs', 'report', 'last'],
        ['runs', 'list'],
      ])
        await both(args);
    },
  );

  test.skipIf(!hasTerminal)('undo and teardown', async () => {
    proxy.spoil = hostileAnswers;
    expect(await terminal(['undo', 'last', '--allow-downtime'], { answers: [name] })).toContain('\\u0001');
    expect(await watched(['teardown', file, '--allow-downtime'])).toContain('\\u0001');
  });
});
