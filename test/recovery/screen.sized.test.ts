// Nobody forges the screen: every field that AWS, a playbook or the command line fills is filled with everything that could
// steer a terminal, and what the commands write is looked at character by character. Real clients, a served sandbox, and
// between them a proxy that spoils the answers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/terminal/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { createWorld, serve, type ServedSandbox } from '../../src/sandbox/index.ts';
import { scaledClock } from '../../src/util/clock.ts';
import { readShipped } from '../helpers/rig.ts';
import { sampled, sized } from '../helpers/sized.ts';
import {
  inXml,
  longer,
  refusing,
  startSpoilingProxy,
  untouched,
  type SpoilingProxy,
} from '../helpers/spoiling-proxy.ts';
import { hostile, wrongWith } from '../helpers/unseen.ts';

const folder = mkdtempSync(join(tmpdir(), 'relight-screen-'));
/** AWS seconds a second. */
const speed = 300;
const keys = { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };
const before = Object.keys(keys).map((name) => [name, process.env[name]] as const);

let sandbox: ServedSandbox;
let proxy: SpoilingProxy;

beforeAll(async () => {
  Object.assign(process.env, keys);
  writeFileSync(join(folder, 'api.yaml'), readShipped('deployer-api.yaml'));
  sandbox = await serve(createWorld({ clock: scaledClock(speed, Date.UTC(2026, 2, 1)) }), { port: 0, speed });
  proxy = await startSpoilingProxy(sandbox.url);
});

afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  proxy.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param terminal the block and the questions are part of `err`; the playbook's name and yes are typed */
async function relight(words: readonly string[], terminal: boolean): Promise<Said> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    block: (lines) => (err += lines.map((line) => `${line}\n`).join('')),
    env: { AWS_ENDPOINT_URL: proxy.url },
    cwd: folder,
    canAsk: terminal,
    outIsTerminal: terminal,
    canRedraw: terminal,
    columns: 400,
    rows: 40,
    ask: (question) => {
      err += `${question}\n`;
      expect(question).not.toContain('\n');
      return Promise.resolve(question.includes("playbook's name") ? 'deployer-api' : 'y');
    },
    onInterrupt: () => () => undefined,
  };
  const code = await runCli(words, io);
  return { code, out, err };
}

async function clean(words: readonly string[], terminal: boolean, about: string): Promise<Said> {
  const said = await relight(words, terminal);
  expect(wrongWith(said.out), `${words.join(' ')}, ${about}, stdout`).toBeUndefined();
  expect(wrongWith(said.err), `${words.join(' ')}, ${about}, stderr`).toBeUndefined();
  if (words.includes('--json') && said.out !== '') JSON.parse(said.out);
  return said;
}

/** Some that are shown, which are tried always. */
function groupOfMember(member: string): string {
  return ['Arn', 'member', 'DNSName', 'description'].includes(member) ? member : '';
}

describe('the screen of a service whose AWS is hostile', () => {
  test('shows every character of every member as an escape', { timeout: 600_000 }, async () => {
    proxy.spoil = untouched;
    expect((await relight(['sandbox', 'seed', 'api.yaml'], false)).code).toBe(0);
    const made = await relight(['recover', 'api.yaml', '--yes', '--confirm', 'deployer-api', '--no-verify'], false);
    expect(made.code, made.err).toBe(0);
    await relight(['status', 'api.yaml'], false);
    const named = [...proxy.members].filter((each) => each !== '');
    expect(named.length).toBeGreaterThan(40);
    let shownEscapes = 0;
    for (const [index, member] of sampled(named, 12, groupOfMember).entries()) {
      proxy.spoil = longer([member]);
      const status = await clean(['status', 'api.yaml', '--verbose'], index % 2 === 0, member);
      const said = [status];
      // Plans say more, and cost more.
      if (index % 4 === 0)
        said.push(await clean(['plan', 'api.yaml', ...(index % 8 === 0 ? ['--json'] : [])], true, member));
      for (const each of said) if ((each.out + each.err).includes('\\u001b')) shownEscapes += 1;
    }
    // Most never reach the screen; those that do are there to be seen.
    expect(shownEscapes).toBeGreaterThan(sized({ quick: 2, long: 5 }));
    proxy.spoil = untouched;
  });

  test('shows what AWS says to a refused call as escapes, whichever call it is', { timeout: 600_000 }, async () => {
    proxy.spoil = untouched;
    const struck = [...proxy.operations];
    expect(struck.length).toBeGreaterThan(12);
    let told = 0;
    for (const [index, operation] of sampled(struck, 5).entries()) {
      proxy.spoil = refusing(operation);
      const said = await clean(['status', 'api.yaml'], index % 2 === 0, operation);
      const doctor = await clean(['doctor', 'api.yaml'], index % 2 === 0, operation);
      if (`${said.out}${said.err}${doctor.out}${doctor.err}`.includes('\\u202e')) told += 1;
    }
    expect(told).toBeGreaterThan(sized({ quick: 2, long: 5 }));
    proxy.spoil = untouched;
  });

  test('asks its question on one line, as long as it is and no longer', { timeout: 120_000 }, async () => {
    proxy.spoil = untouched;
    const broken = await relight(['sandbox', 'break', 'api.yaml', 'service'], false);
    expect(broken.code, broken.err).toBe(0);
    const alias = 'a'.repeat(10_000);
    proxy.spoil = (_operation, status, body) => ({
      status,
      body: body
        .replaceAll(/(<Arn>[^<]+)</g, `$1${inXml(hostile)}${'b'.repeat(10_000)}<`)
        .replaceAll(
          /<AccountAliases>.*<\/AccountAliases>/gs,
          `<AccountAliases><member>${alias}</member></AccountAliases>`,
        ),
    });
    writeFileSync(join(folder, 'any.yaml'), readShipped('deployer-api.yaml').replace(/^ +alias: .*\n/m, ''));
    const said = await clean(['recover', 'any.yaml', '--no-verify'], true, 'alias');
    const questions = said.err
      .split('\n')
      .filter((line) => line.includes('Type the playbook') || line.includes('Run this plan'));
    expect(questions).toHaveLength(1);
    for (const line of said.err.split('\n')) expect(line.length).toBeLessThan(2_000);
    expect(questions[0]?.length).toBeLessThan(400);
    proxy.spoil = untouched;
    const shown = await clean(['runs', 'show', 'last'], true, 'a past run');
    expect(shown.code).toBe(0);
    await clean(['runs', 'report', 'last'], false, 'a report');
    await clean(['runs', 'report', 'last', '--format', 'html'], false, 'a page');
    await clean(['runs', 'list'], true, 'the list');
  });
});

describe('the screen of a hostile playbook', () => {
  const quoted = JSON.stringify(hostile.replaceAll(/[\ud800-\udfff](?![\udc00-\udfff])|\u0000/g, ''));
  const names = [
    'description',
    'owner',
    'metadata',
    'name',
    'region',
    'alias',
    'account',
    'environment',
    'type',
    'spec',
    'cluster',
  ];

  test.each(names)('a value in place of %s', async (name) => {
    proxy.spoil = untouched;
    const text = readShipped('deployer-api.yaml').replace(
      new RegExp(`^( *(?:- )?)${name}:.*$`, 'm'),
      `$1${name}: ${quoted}`,
    );
    writeFileSync(join(folder, 'hostile.yaml'), text);
    for (const words of [
      ['validate', 'hostile.yaml'],
      ['validate', 'hostile.yaml', '--json'],
      ['graph', 'hostile.yaml'],
      ['status', 'hostile.yaml'],
    ]) {
      await clean(words, true, name);
    }
  });

  test('the name of a probe, and of the file', async () => {
    proxy.spoil = untouched;
    const text = readShipped('deployer-api.yaml').replace(
      /^verify:\n( +- )/m,
      `verify:\n$1name: ${JSON.stringify(hostile.replaceAll(/[\ud800-\udfff](?![\udc00-\udfff])|\u0000/g, '').slice(0, 150))}\n    `,
    );
    const file = 'a\u202e\u001b[2J\nFORGED is fine\n$(reboot) b.yaml';
    writeFileSync(join(folder, file), text);
    for (const words of [
      ['validate', file],
      ['graph', file],
      ['status', file],
      ['plan', file],
      ['plan', file, '--json'],
    ]) {
      await clean(words, true, 'file');
    }
    await clean(['status', `${file}.no`], true, 'no file');
    await clean([hostile.replaceAll('\u0000', '')], true, 'no command');
    await clean(['status', `--${hostile}`], false, 'no option');
    await clean(['status', 'api.yaml', '--endpoint-url', `ftp://${hostile}`], false, 'endpoint');
  });
});
