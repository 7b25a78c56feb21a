// Mistakes and obstacles: each message is clear, names the remedy, and is no stack trace; guards refuse with 3 before
// anything is asked. `1` for what the user can mend, `3` for what a guard forbids.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, cleanEnv, envOf, makeFolder, outcomeOf, serveSandbox, type Env, type Outcome } from './harness.ts';
import { startProxy } from './proxy.ts';
import { version } from '../../src/version.ts';

const playbook = 'deployer-api.yaml';
const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

/** One way to get it wrong: what is typed, the exit code, and what stderr must hold. */
type Mistake = readonly [line: string, code: number, ...says: string[]];

async function check([line, code, ...says]: Mistake, env?: Env, run = folder.relight): Promise<Outcome> {
  const outcome = await run(
    line.split(' ').filter((each) => each !== ''),
    env,
  );
  expect({ line, code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code });
  for (const text of says) expect(outcome.stderr).toContain(text);
  expect(outcome.stderr).not.toMatch(/^ +at |this is a bug|node:internal/m);
  return outcome;
}

describe('bad usage', () => {
  const mistakes: readonly Mistake[] = [
    ['', 1, 'Usage: relight', 'Exit codes: 0 fine'],
    ['frobnicate', 1, "unknown command 'frobnicate'", '--help'],
    ['statsu deployer-api.yaml', 1, "unknown command 'statsu'", 'Did you mean status?'],
    ['sandbox frobnicate', 1, "unknown command 'frobnicate'"],
    ['status', 1, "missing required argument 'playbook'"],
    ['status deployer-api.yaml --sandbx', 1, "unknown option '--sandbx'", 'Did you mean --sandbox?'],
    ['status nowhere.yaml --sandbox', 1, 'nowhere.yaml: no such file'],
    ['validate deployer-api.yaml --param replicas', 1, '--param replicas: expected name=value'],
    ['validate deployer-api.yaml --param replicas=many', 1, '--param replicas=many', 'expected:'],
    ['plan deployer-api.yaml --param imgae=x', 1, '--param imgae', 'did you mean "image"?'],
    ['plan deployer-api.yaml --sandbox --strategy reboot', 1, '--strategy reboot: expected repair or rebuild'],
    ['graph deployer-api.yaml --format png', 1, '--format png: expected text, mermaid, dot, json'],
    ['plan deployer-api.yaml --sandbox --only servce', 1, '--only servce: no such component; there are cluster,'],
    ['plan deployer-api.yaml --sandbox --exclude servce', 1, '--exclude servce: no such component'],
    ['sandbox break deployer-api.yaml servce', 1, 'servce: no such component; there are cluster,'],
    ['plan deployer-api.yaml --sandbox --only servce', 1, '; did you mean --only service?'],
    ['recover deployer-api.yaml --sandbox --approve servce', 1, '; did you mean --approve service?'],
    ['sandbox break deployer-api.yaml servce', 1, '; did you mean service?'],
    ['plan deployer-api.yaml --accept service:owner', 1, 'no such reason; did you mean --accept service:ownership?'],
    ['plan deployer-api.yaml --accept service:xyz', 1, 'no such reason. There are ownership,'],
    [
      'status deployer-api.yaml --sandbox --endpoint-url http://127.0.0.1:1',
      1,
      "cannot be used with option '--sandbox'",
    ],
    [
      'recover deployer-api.yaml --sandbox --lock dynamodb://locks',
      1,
      '--lock dynamodb://locks and --sandbox: leave one',
    ],
    ['plan deployer-api.yaml --sandbox --sandbox-speed 0', 1, '--sandbox-speed 0: expected a number above 0'],
    ['sandbox serve --port 70000', 1, '--port 70000: expected 0 to 65535'],
    ['sandbox serve --speed fast', 1, '--speed fast: expected a number above 0'],
    ['status deployer-api.yaml --endpoint-url nonsense', 1, '--endpoint-url nonsense: expected a URL such as'],
    ['sandbox seed deployer-api.yaml --endpoint-url nonsense', 1, '--endpoint-url nonsense: expected a URL'],
  ];
  test.each(mistakes.map((mistake) => ({ line: mistake[0], mistake })))('relight $line', async ({ mistake }) => {
    await check(mistake);
  });

  test('as a process: the same text, the same code', async () => {
    for (const mistake of [
      ['statsu deployer-api.yaml', 1, "unknown command 'statsu'", 'Did you mean status?'],
      [`plan ${playbook} --sandbox --only servce`, 1, '--only servce: no such component'],
    ] satisfies readonly Mistake[]) {
      const { code, stderr } = await check(mistake);
      expect(await check(mistake, undefined, folder.spawned)).toMatchObject({ code, stderr });
    }
  });

  test('a damaged sandbox file is told by its path, and how to get out of it', async () => {
    mkdirSync(folder.file('damaged'));
    writeFileSync(folder.file('damaged/sandbox.json'), '{ "version": 1, "acc');
    const path = folder.file('damaged/sandbox.json');
    const says = [`state file ${path} is damaged`, 'remove the file to start with an empty world'];
    await check([`status ${playbook} --sandbox --state-dir damaged`, 1, ...says]);
    await check([`sandbox seed ${playbook} --state-dir damaged`, 1, ...says]);
    await check(['sandbox serve --port 0 --state damaged/sandbox.json', 1, ...says]);
    expect(readFileSync(path, 'utf8')).toBe('{ "version": 1, "acc');
    await check(['sandbox reset --state-dir damaged', 0, 'the world was damaged: account and alias are gone with it']);
    await check([`sandbox seed ${playbook} --state-dir damaged`, 0]);
  });

  test('a faults file, or a saved plan, that is not there or is a folder', async () => {
    mkdirSync(folder.file('instead'));
    await check(['sandbox fault nowhere.yaml', 1, `${folder.file('nowhere.yaml')}: no such file`]);
    await check(['sandbox fault instead', 1, 'cannot be read (EISDIR). A folder stands where a file is needed']);
    await check(['recover --plan nowhere.json --sandbox', 1, 'nowhere.json: no such file']);
  });

  test('a port that is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    const { port } = holder.address() as AddressInfo;
    await check([`sandbox serve --port ${port}`, 1, `port ${port} is in use`, '--port']);
    await new Promise((resolve) => holder.close(resolve));
  });

  test('an endpoint that does not answer', async () => {
    // A port that was free a moment ago.
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    const { port } = holder.address() as AddressInfo;
    await new Promise((resolve) => holder.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    await check([`status ${playbook}`, 1, 'cannot tell who the caller is', url, 'relight sandbox serve'], envOf(url));
    await check([`sandbox seed ${playbook}`, 1, `${url} does not answer`, 'relight sandbox serve'], envOf(url));
  });

  test('no credentials: what to check, and the way without an account', async () => {
    await check([`status ${playbook}`, 1, 'cannot tell who the caller is', 'AWS_PROFILE', 'add --sandbox']);
    await using server = await serveSandbox(folder);
    await check([`status ${playbook}`, 1, 'AWS_ACCESS_KEY_ID=sandbox'], { AWS_ENDPOINT_URL: server.url });
  });

  test('help does not show how an empty list is written', async () => {
    const { stdout } = await folder.relight(['plan', '--help']);
    expect(stdout).toContain('--param <name=value>');
    expect(stdout).not.toMatch(/default:\s+[[{]/);
  });

  test('a profile that does not exist: its name, where it comes from, and those that there are', async () => {
    const config = folder.file('config');
    const credentials = folder.file('credentials');
    writeFileSync(
      config,
      '[default]\nregion = eu-west-1\n[profile staging]\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\n',
    );
    writeFileSync(credentials, '[prod]\naws_access_key_id = x\naws_secret_access_key = y\n');
    const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
    const where = `in ${config} or ${credentials}`;
    const typed = `There is no profile prdo (--profile) ${where}: did you mean prod? There are default, prod, staging`;
    await check([`status ${playbook} --profile prdo`, 1, typed], files);
    const set = `There is no profile nope (AWS_PROFILE) ${where}. There are default, prod, staging`;
    await check([`status ${playbook}`, 1, set], { ...files, AWS_PROFILE: 'nope' });
    const doctor = await folder.relight(['doctor', playbook, '--profile', 'prdo'], files);
    expect(doctor.stdout).toContain(typed);
    const none = { AWS_PROFILE: 'nope' };
    await check([`status ${playbook}`, 1, '~/.aws/config or ~/.aws/credentials. No profile is there'], none);
  });

  test('a sandbox that was not seeded: the command that does it, with the endpoint', async () => {
    await using server = await serveSandbox(folder);
    const seed = `relight sandbox seed ${playbook} --endpoint-url ${server.url}`;
    await check([`status ${playbook}`, 3, `To give it the playbook's account and alias: ${seed}`], server.env);
    expect((await folder.relight(['doctor', playbook], server.env)).stdout).toContain(seed);
    const [, , , , ...words] = seed.split(' ');
    expect((await folder.relight(['sandbox', 'seed', playbook, ...words], server.env)).code).toBe(0);
    await check([`status ${playbook}`, 2], server.env);
  });

  test('a pipe that nobody reads on: no stack, and the exit code stays', async () => {
    await folder.relight(['sandbox', 'seed', playbook]);
    // Closed before anything is written: the hardest case.
    for (const args of [
      ['status', playbook, '--sandbox'],
      ['plan', playbook, '--sandbox', '--json'],
    ]) {
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: folder.path,
        env: cleanEnv(folder.path),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      const { code, stderr } = await outcomeOf(child);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^SANDBOX account .*\n\n$/);
    }
  });
});

describe('what nobody can read', () => {
  test.skipIf(!existsSync('/dev/full'))('a full disk: told in a line, and the exit code says so', async () => {
    using own = makeFolder();
    await own.relight(['sandbox', 'seed', playbook]);
    const full = openSync('/dev/full', 'w');
    try {
      for (const args of [
        ['graph', playbook],
        ['validate', playbook, '--json'],
      ]) {
        const child = spawn(process.execPath, [bin, ...args], {
          cwd: own.path,
          env: cleanEnv(own.path),
          stdio: ['ignore', full, 'pipe'],
        });
        const { code, stderr } = await outcomeOf(child);
        expect(stderr).toMatch(/^the output could not be written: ENOSPC[^\n]*\n$/);
        expect(code).toBe(1);
      }
      // A recovery goes on: what it did is in its journal.
      const child = spawn(
        process.execPath,
        [bin, 'recover', playbook, '--sandbox', '--yes', '--confirm', 'deployer-api', '--verbose'],
        { cwd: own.path, env: cleanEnv(own.path), stdio: ['ignore', 'pipe', full] },
      );
      const { code, stdout } = await outcomeOf(child);
      expect(stdout).toContain('Done: deployer-api, repair succeeded');
      expect(code).toBe(0);
      // Whoever gets no report of it must not take it for a run that was never begun.
      const run = async (...args: readonly string[]): Promise<Outcome> =>
        outcomeOf(
          spawn(process.execPath, [bin, ...args, playbook, '--sandbox', '--yes', '--confirm', 'deployer-api'], {
            cwd: own.path,
            env: cleanEnv(own.path),
            stdio: ['ignore', full, 'pipe'],
          }),
        );
      expect(await run('recover')).toMatchObject({ code: 1 });
      expect(await run('teardown', '--allow-downtime')).toMatchObject({ code: 5 });
      expect(await run('recover', '--json')).toMatchObject({ code: 5 });
    } finally {
      closeSync(full);
    }
  });
});

test('a region that nobody named is not blamed for one', async () => {
  const line: Mistake = ['sandbox reset', 3, "it is AWS's endpoint in eu-west-1, and the region is us-east-1"];
  const env = { AWS_ENDPOINT_URL_ECS: 'https://ecs.eu-west-1.amazonaws.com' };
  expect((await check(line, env)).stderr).toContain(
    'Nobody named a region: us-east-1 is assumed. Name yours: --region',
  );
  expect((await check(line, { ...env, AWS_REGION: 'us-east-1' })).stderr).not.toContain('assumed');
});

describe('what a script gets that asked for JSON', () => {
  test('a refusal and a mistake are JSON too, with their exit code', async () => {
    for (const [line, code, result, reason] of [
      [
        'status deployer-api.yaml --sandbox --region us-east-1 --json',
        3,
        'refused',
        'wrong place: region is us-east-1',
      ],
      ['plan nowhere.yaml --sandbox --json', 1, 'error', 'nowhere.yaml: no such file'],
      ['graph nowhere.yaml --json', 1, 'error', 'nowhere.yaml: no such file'],
    ] as const) {
      const { stdout } = await check([line, code]);
      expect(JSON.parse(stdout)).toMatchObject({ version: 1, result, exitCode: code });
      expect((JSON.parse(stdout) as { reason: string }).reason).toContain(reason);
    }
  });
});

describe('guards', () => {
  const approval = '--yes --confirm deployer-api';
  beforeAll(async () => {
    await folder.relight(['sandbox', 'seed', playbook]);
  });

  test('another region: refused before any call', async () => {
    const says = ['refused: wrong place: region is us-east-1, the playbook names eu-west-1', 'Nothing was looked at'];
    await check([`status ${playbook} --sandbox --region us-east-1`, 3, ...says]);
    await check([`recover ${playbook} --sandbox ${approval}`, 3, ...says], { AWS_REGION: 'us-east-1' });
    await using proxy = await startProxy(undefined);
    await check([`plan ${playbook} --region us-east-1`, 3, ...says], proxy.env);
    expect(proxy.seen).toEqual([]);
  });

  test('another account: refused after the identity alone, with both accounts named', async () => {
    const text = readFileSync(folder.file(playbook), 'utf8');
    writeFileSync(folder.file('elsewhere.yaml'), text.replaceAll('123456789012', '210987654321'));
    const says = [
      'refused: wrong place: account is 123456789012, the playbook names 210987654321',
      'account 123456789012',
    ];
    await check([`status elsewhere.yaml --sandbox`, 3, ...says]);

    using own = makeFolder();
    await using server = await serveSandbox(own);
    await own.relight(['sandbox', 'seed', playbook], server.env);
    await using proxy = await startProxy(server.url);
    for (const verb of ['status', 'plan', `recover ${approval}`, `teardown ${approval}`]) {
      await check([`${verb} elsewhere.yaml`, 3, ...says], proxy.env);
    }
    expect(new Set(proxy.seen)).toEqual(new Set(['GetCallerIdentity', 'ListAccountAliases']));
  });

  test('another alias', async () => {
    const text = readFileSync(folder.file(playbook), 'utf8');
    writeFileSync(folder.file('staging.yaml'), text.replace('alias: wonderland-prod', 'alias: wonderland-staging'));
    await check([
      'plan staging.yaml --sandbox',
      3,
      'refused: wrong place: alias is wonderland-prod, the playbook names wonderland-staging',
    ]);
  });

  test('production without a terminal wants --yes and the right --confirm', async () => {
    for (const flags of ['', '--yes', '--confirm deployer-api']) {
      await check([
        `recover ${playbook} --sandbox ${flags}`,
        3,
        'refused: this is production and nobody can be asked: give --yes --confirm deployer-api',
      ]);
    }
    await check([
      `recover ${playbook} --sandbox --yes --confirm storefront`,
      3,
      'refused: --confirm says storefront, the playbook is deployer-api',
    ]);
  });

  test('elsewhere --yes is enough, and without it nobody can be asked', async () => {
    const text = readFileSync(folder.file(playbook), 'utf8');
    writeFileSync(folder.file('test.yaml'), text.replace('environment: production', 'environment: test'));
    await check(['recover test.yaml --sandbox', 3, 'refused: nobody can be asked: give --yes']);
    await check(['recover test.yaml --sandbox --yes --quiet', 0]);
  });

  test('more deletes than maxDeletes allows: the plan is shown, and refused', async () => {
    const text = readFileSync(folder.file(playbook), 'utf8');
    writeFileSync(folder.file('careful.yaml'), text.replace('maxDeletes: 8', 'maxDeletes: 2'));
    await check([`recover careful.yaml --sandbox --quiet ${approval}`, 0]);
    const outcome = await check([
      `recover careful.yaml --sandbox --strategy rebuild ${approval}`,
      3,
      'refused: ',
      'maxDeletes',
    ]);
    expect(outcome.stdout).toContain('Why it will not be run');
    await check(['status careful.yaml --sandbox', 0]);
  });

  test('sandbox seed, break and reset act on sandboxes only: one question, then refused', async () => {
    await using proxy = await startProxy(undefined);
    for (const line of [`sandbox seed ${playbook}`, `sandbox break ${playbook} service`, 'sandbox reset']) {
      await check([line, 3, `refused: ${proxy.url} is not a relight sandbox`, 'Nothing was changed'], proxy.env);
    }
    expect(new Set(proxy.seen)).toEqual(new Set(['/_relight/state']));
    for (const line of [`sandbox seed ${playbook}`, `sandbox break ${playbook} service`, 'sandbox reset']) {
      const says = [
        'refused: wrong place: ',
        "(AWS_ENDPOINT_URL): it is AWS's endpoint of ecs",
        'Nothing was looked at',
      ];
      await check([line, 3, ...says], envOf('https://ecs.eu-west-1.amazonaws.com'));
    }
  });
});

describe('--version', () => {
  test('prints the version; on Node 20 a notice that its time is over, on stderr', async () => {
    const outcome = await folder.spawned(['--version']);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toBe(`${version}\n`);
    const old = Number.parseInt(process.versions.node, 10) < 22;
    expect(outcome.stderr).toBe(
      old
        ? `note: Node ${process.versions.node} is past its end of life, and the AWS SDK of 2027 needs Node 22: plan to upgrade\n`
        : '',
    );
  });

  test('--help is help, and fine', async () => {
    const outcome = await folder.relight(['recover', '--help']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('--confirm <playbook>');
  });
});
