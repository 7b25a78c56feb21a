// Whose is a piece that carries no tags? A served sandbox, two playbooks that name the same record and item.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder, serveSandbox, type Outcome, type Server } from './harness.ts';

const folder = makeFolder();
let server: Server;

/** It never made anything: it names what the Deployer API's playbook made, and wants just what is there. */
const other = `apiVersion: relight/v1
kind: Playbook
metadata: { name: other }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1, environment: production }
components:
  state-table: { type: dynamodb/table, shared: true, spec: { name: deployer-state } }
  load-balancer: { type: elbv2/load-balancer, shared: true, spec: { name: deployer-api } }
  dns:
    type: route53/record
    spec:
      zone: wonderland.example
      name: deployer-api.wonderland.example
      type: CNAME
      ttl: 60
      values: ['\${load-balancer.dnsName}']
  entry:
    type: dynamodb/item
    spec:
      table: '\${state-table.name}'
      key: { service: deployer-api }
      attributes: { status: deployed }
`;

const first = (verb: string, ...args: string[]): Promise<Outcome> =>
  folder.relight([verb, 'deployer-api.yaml', ...args], server.env);
const second = (verb: string, ...args: string[]): Promise<Outcome> =>
  folder.relight([verb, 'other.yaml', '--state-dir', 'elsewhere', ...args], server.env);
const meant = ['--yes', '--confirm', 'other'];

beforeAll(async () => {
  writeFileSync(folder.file('other.yaml'), other);
  server = await serveSandbox(folder);
  await folder.relight(['sandbox', 'seed', 'deployer-api.yaml'], server.env);
  const deployed = await first('recover', '--no-verify', '--yes', '--confirm', 'deployer-api');
  expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0);
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function answers(): Promise<void> {
  const outcome = await first('status', '--json');
  const { components } = JSON.parse(outcome.stdout) as { components: { id: string; verdict: string }[] };
  expect(components.filter((each) => each.verdict !== 'healthy')).toEqual([]);
}

describe('another playbook that names the same record and item', () => {
  test.each([
    ['teardown', []],
    ['recover', ['--strategy', 'rebuild', '--no-verify']],
  ] as const)('%s leaves both alone, and says what to type', async (verb, args) => {
    const outcome = await second(verb, ...args, ...meant, '--allow-downtime');
    expect(outcome.stdout).toContain("is not provably this playbook's");
    // A rebuild leaves a record that is in sync as it is.
    if (verb === 'teardown') expect(outcome.stdout).toContain('--accept dns:ownership');
    else expect(outcome.stdout).toContain('= dns');
    expect(outcome.stdout).toContain('--accept entry:ownership');
    await answers();
  });

  test('its consent to ownership is no consent to take down what serves for somebody else', async () => {
    const outcome = await second('teardown', ...meant, '--accept', 'dns:ownership');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(
      /takes down or leads away what serves right now: dns \(leads to .*: load balancer deployer-api: 2 healthy targets\)/,
    );
    await answers();
  });

  test('in the same state directory the receipts of the first speak against it by name', async () => {
    const outcome = await folder.relight(['plan', 'other.yaml', '--strategy', 'rebuild'], server.env);
    expect(outcome.stdout).toContain('was written by playbook deployer-api in run ');
  });
});

describe('relight adopt', () => {
  const adopt = (...args: string[]): Promise<Outcome> => second('adopt', ...args);

  test('refuses what another playbook is known to have written', async () => {
    const outcome = await folder.relight(['adopt', 'other.yaml', 'dns', ...meant], server.env);
    expect(outcome).toMatchObject({ code: 3 });
    expect(outcome.stderr).toContain("refused: dns is playbook deployer-api's. Nothing was recorded.");
    // Also where nothing else is left to adopt, and nobody named it.
    const all = await folder.relight(['adopt', 'other.yaml', ...meant], server.env);
    expect(all).toMatchObject({ code: 3 });
    expect(all.stderr).toMatch(/refused: .*dns is playbook deployer-api's.*\. Nothing was recorded\./);
    expect(all.stdout).not.toContain('nothing to adopt');
  });

  test('records nothing unless it is approved, by name in production', async () => {
    for (const args of [[], ['--yes'], ['--yes', '--confirm', 'deployer-api']]) {
      expect((await adopt('entry', ...args)).code).toBe(3);
    }
    expect((await adopt('--list')).stdout).toContain('nothing was adopted');
  });

  test('holds for later plans, and for no more than the piece that was shown', async () => {
    const adopted = await adopt('entry', ...meant);
    expect(adopted).toMatchObject({ code: 0 });
    expect(adopted.stdout).toContain('against: is not provably');
    expect((await adopt('--list')).stdout).toMatch(
      /entry: item deployer-state service=deployer-api\n {2}adopted by .*; holds/,
    );
    const plan = await second('plan', '--strategy', 'rebuild', '--json');
    const { components } = JSON.parse(plan.stdout) as { components: { id: string; disposition: string }[] };
    expect(components.map((each) => [each.id, each.disposition])).toContainEqual(['entry', 'replace']);
    expect(components.map((each) => [each.id, each.disposition])).toContainEqual(['dns', 'keep']);
    // The other one deploys with another status: what was adopted said something else.
    const text = readFileSync(folder.file('deployer-api.yaml'), 'utf8');
    writeFileSync(folder.file('deployer-api.yaml'), text.replace('status: deployed }', 'status: moved }'));
    expect((await first('recover', '--no-verify', '--yes', '--confirm', 'deployer-api')).code).toBe(0);
    expect((await adopt('--list')).stdout).toContain('no longer holds');
    expect((await second('plan', '--strategy', 'rebuild')).stdout).toContain('--accept entry:ownership');
    writeFileSync(folder.file('deployer-api.yaml'), text);
    expect((await first('recover', '--no-verify', '--yes', '--confirm', 'deployer-api')).code).toBe(0);
  });

  test('a saved plan is held against it, and a run that is gone on with needs no more than it', async () => {
    const planned = (...args: string[]): Promise<Outcome> =>
      folder.relight([...args, '--state-dir', 'planned'], server.env);
    // What the first one wants of the item, so that it stays as that one wants it.
    const whole =
      'attributes: { status: deployed, serviceArn: arn:aws:ecs:eu-west-1:123456789012:service/wonderland/deployer-api }';
    writeFileSync(folder.file('kept.yaml'), other.replace('attributes: { status: deployed }', whole));
    const recovery = ['--no-verify', '--allow-downtime', ...meant];
    expect((await planned('adopt', 'kept.yaml', 'entry', ...meant)).code).toBe(0);
    const saved = await planned(
      'plan',
      'kept.yaml',
      '--strategy',
      'rebuild',
      '--only',
      'entry',
      '--out',
      'kept.json',
      '--plan-ttl',
      '168h',
    );
    expect(saved.code, saved.stdout + saved.stderr).toBe(2);
    expect((await planned('adopt', 'kept.yaml', '--forget')).code).toBe(0);
    const forgotten = await planned('recover', 'kept.yaml', '--plan', 'kept.json', ...recovery);
    expect(forgotten.code).toBe(3);
    expect(forgotten.stderr).toContain('planned anew, it is not the same');
    expect((await planned('adopt', 'kept.yaml', 'entry', ...meant)).code).toBe(0);
    const done = await planned('recover', 'kept.yaml', '--plan', 'kept.json', ...recovery);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    // As where it was cut off before its first step: no receipt tells of the item, and the journal of no consent.
    const run = readdirSync(folder.file('planned/runs')).at(-1) ?? '';
    const journal = folder.file(join('planned/runs', run, 'journal.jsonl'));
    writeFileSync(journal, `${readFileSync(journal, 'utf8').split('\n')[0] ?? ''}\n`);
    const resumed = await planned('runs', 'resume', run, ...recovery);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toMatch(/delete {2}entry {2}done/);
    await answers();
  });

  test('can be taken back', async () => {
    expect((await adopt('--forget')).stdout).toContain('forgot 1 consent');
    expect((await adopt('--list')).stdout).toContain('nothing was adopted');
  });

  test('in a table: a second playbook that claims the piece is told', async () => {
    const locked = (name: string): string =>
      other
        .replace('name: other', `name: ${name}`)
        .replace('components:', 'lock: dynamodb://team-lock\ncomponents:')
        .replace(/ {2}load-balancer:.*\n| {2}dns:\n(?: {4}.*\n)*/g, '');
    for (const name of ['red', 'blue']) writeFileSync(folder.file(`${name}.yaml`), locked(name));
    const made = await folder.relight(['sandbox', 'seed', 'red.yaml'], server.env);
    expect(made.code, made.stderr).toBe(0);
    const adoptFor = (name: string): Promise<Outcome> =>
      folder.relight(['adopt', `${name}.yaml`, 'entry', '--state-dir', name, '--yes', '--confirm', name], server.env);
    const red = await adoptFor('red');
    expect(red.stdout + red.stderr).toContain('adopted 1 piece (dynamodb://team-lock)');
    const blue = await adoptFor('blue');
    expect(blue.code).toBe(3);
    expect(blue.stderr).toContain("entry is playbook red's");
    // Another machine of the same team: an empty state directory.
    const plan = await folder.relight(
      ['plan', 'red.yaml', '--strategy', 'rebuild', '--state-dir', 'laptop', '--json'],
      server.env,
    );
    expect(JSON.parse(plan.stdout)).toMatchObject({
      components: expect.arrayContaining([expect.objectContaining({ id: 'entry', disposition: 'replace' })]) as unknown,
    });
  });
});

test('the main job needs no flag and no file: a fresh laptop recovers the lost service, and the lost load balancer', async () => {
  for (const lost of [['service'], ['service', 'load-balancer']]) {
    const broken = await folder.relight(['sandbox', 'break', 'deployer-api.yaml', ...lost], server.env);
    expect(broken.code, broken.stderr).toBe(0);
    const outcome = await first(
      'recover',
      '--state-dir',
      `fresh-${lost.length}`,
      '--no-verify',
      '--yes',
      '--confirm',
      'deployer-api',
    );
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    await answers();
  }
});
