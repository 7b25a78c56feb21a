// Each verb by the built bin and in this process: the same text, the same exit code, the same files. It is why the other
// files of this folder may run their commands in this process (docs/decisions/0029-commands-in-process.md). The quick run
// starts the bin for some of each kind, and the long one for all.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { sep } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sampled } from '../helpers/sized.ts';
import {
  bin,
  makeFolder,
  serveAsProcess,
  serveSandbox,
  transcript,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';

const playbook = 'deployer-api.yaml';
const groups = ['runs', 'lock', 'known-good', 'notify', 'sandbox'];
const approval = ['--sandbox', '--yes', '--confirm', 'deployer-api'];

// They build on each other, so they run in order.
const commands: readonly (readonly string[])[] = [
  ['validate', playbook],
  ['graph', playbook, '--format', 'json'],
  ['permissions', playbook],
  ['status', playbook, '--sandbox'],
  ['sandbox', 'seed', playbook],
  ['doctor', playbook, '--sandbox'],
  ['scan', playbook, '--sandbox', '--no-memory', '--out', 'scan.sarif'],
  ['scan', 'history', playbook],
  ['ack', 'nosuch', '--until', '8h', '--because', 'known'],
  ['watch', playbook, '--listen', '0'],
  ['strays', playbook, '--sandbox'],
  ['twins', playbook, '--sandbox'],
  ['plan', playbook, '--sandbox', '--out', 'plan.json'],
  ['recover', playbook, '--plan', 'plan.json', '--quiet', ...approval],
  ['approve', 'last', 'service'],
  ['sandbox', 'break', playbook, 'service'],
  ['sandbox', 'fault', '--json'],
  ['recover', playbook, '--json', ...approval],
  ['init', 'orders', '--out', 'orders.yaml'],
  [
    'capture',
    '--service',
    'wonderland/deployer-api',
    '--region',
    'eu-west-1',
    '--sandbox',
    '--no-prove',
    '--out',
    'captured.yaml',
  ],
  ['capture', '--refresh', 'captured.yaml', '--sandbox'],
  ['undo', 'last', '--dry-run', '--sandbox'],
  ['teardown', playbook, '--allow-downtime', ...approval],
  ['compare', playbook, 'storefront.yaml', '--sandbox', '--out', 'compared.html'],
  ['adopt', playbook, '--list', '--sandbox'],
  ['known-good', 'list', playbook, '--sandbox', '--json'],
  ['known-good', 'show', playbook, 'load-balancer', '--sandbox'],
  ['known-good', 'import', playbook, 'nowhere.tfstate', '--sandbox'],
  ['known-good', 'forget', playbook, '--all', '--sandbox'],
  ['notify', 'test', 'notify.yaml'],
  ['notify', 'status', 'notify.yaml'],
  ['notify', 'flush', 'notify.yaml'],
  ['lock', 'show', playbook, '--sandbox'],
  ['lock', 'break', playbook, ...approval],
  ['runs', 'list'],
  ['runs', 'show', 'last'],
  ['runs', 'calls', 'last'],
  ['runs', 'report', 'last', '--out', 'report.html'],
  ['runs', 'verify'],
  ['handback', 'last', '--to', 'cloudformation'],
  ['runs', 'resume', 'last', ...approval],
  ['rehearse', playbook, '--lose', 'listener'],
  ['sandbox', 'lose', 'role', 'ecs-task-execution'],
  ['sandbox', 'reset'],
  ['version'],
  ['completion', 'zsh'],
  ['__complete', '--', 'plan', playbook, '--only', ''],
  ['status', 'nowhere.yaml', '--json'],
  ['frobnicate'],
];

const byBin = makeFolder();
const here = makeFolder();
const receivers =
  'apiVersion: relight/v1\nkind: Notifications\nreceivers: { program: { kind: command, command: [cat], env: [] } }\n';
for (const folder of [byBin, here]) writeFileSync(folder.file('notify.yaml'), receivers);
afterAll(() => {
  byBin[Symbol.dispose]();
  here[Symbol.dispose]();
});

/** What differs between two processes, or two folders, aside from what `normalise` knows. */
function said(folder: Folder, args: readonly string[], outcome: Outcome): string {
  return transcript(folder, args, outcome)
    .replaceAll(/\(pid \d+\)|"pid": \d+/g, '<pid>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '<instant>')
    .replaceAll(/[0-9a-f]{64}/g, '<digest>')
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{4}/g, '<version>')
    .replaceAll(/rl_[0-9a-f]{32}/g, '<notice>');
}

/** Kinds of files: a lock has as many as there were signs of life, and runs and saved plans have ids. */
function filesIn(folder: Folder): readonly string[] {
  const names = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).map((name) =>
    name
      .split(sep)
      .join('/')
      .replaceAll(/\d{8}-\d{6}-[0-9a-f]+|\d{12}(?=\.json)|\d{8}T\d{6}Z-[0-9a-f]{4}/g, '<id>'),
  );
  return [...new Set(names)].toSorted();
}

/** How many of the commands both folders have seen. */
let played = 0;

/** What a command builds on: nobody asks here who plays it. */
async function upTo(args: readonly string[]): Promise<void> {
  for (const each of commands.slice(played, commands.indexOf(args))) {
    await byBin.relight(each);
    await here.relight(each);
  }
  played = commands.indexOf(args) + 1;
}

function kindOf(args: readonly string[]): string {
  if (args.includes('--out')) return 'writes what it is told to';
  return groups.includes(args[0] ?? '') ? 'of a group' : 'alone';
}

const compared = sampled(commands, 14, kindOf);

test.each(compared.map((args) => ({ line: args.join(' '), args })))('relight $line', async ({ args }) => {
  await upTo(args);
  const outcome = await byBin.spawned(args);
  expect(said(byBin, args, outcome)).toBe(said(here, args, await here.relight(args)));
  expect(outcome.stdout + outcome.stderr).not.toBe('');
  expect(filesIn(byBin)).toEqual(filesIn(here));
});

test('what is built can be executed by its name, whoever linked it', () => {
  expect(statSync(bin).mode & 0o111).toBe(0o111);
});

test('a served sandbox says the same', async () => {
  await using served = await serveAsProcess(byBin);
  await using servedHere = await serveSandbox(here);
  const told = ({ banner, url }: Server): string => banner.replaceAll(url, '<url>').replace(/ -p \d+ /, ' -p <port> ');
  expect(told(served)).toBe(told(servedHere));
});

describe('no verb is left out', () => {
  // A proof is played by the bin in test/prove/command.test.ts.
  const tried = new Set([...commands.map((args) => words(args)), 'sandbox serve', 'prove']);

  test.each([[''], ['runs'], ['lock'], ['known-good'], ['notify'], ['sandbox']])('of relight %s', async (group) => {
    const { stdout } = await here.relight([...(group === '' ? [] : [group]), '--help']);
    const verbs = [...stdout.matchAll(/^ {2}(\w[\w-]*)/gm)]
      .map(([, verb = '']) => verb)
      .filter((verb) => verb !== 'help');
    expect(verbs.length).toBeGreaterThan(1);
    for (const verb of verbs.filter((each) => !groups.includes(each)))
      expect(tried).toContain(group === '' ? verb : `${group} ${verb}`);
  });
});

function words([first = '', second = '']: readonly string[]): string {
  return groups.includes(first) ? `${first} ${second}` : first;
}
