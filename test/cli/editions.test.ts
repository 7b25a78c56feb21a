// Somebody runs another playbook of the same name: told by the lock's place to whoever has it next, and by the state directory.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, serveSandbox, type Folder, type Outcome, type Server } from './harness.ts';

const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1, environment: staging }
`;
const front = `${head}components:
  table: { type: dynamodb/table, spec: { name: front, hashKey: { name: id } } }
`;
const side = front.replace('spec: { name: front', 'spec: { name: side');
const edited = front.replace('environment: staging', 'environment: test');
const withTable = (text: string): string => `${text}lock: dynamodb://relight-locks\n`;

const alarm = 'with another playbook of this name';
const note =
  /note: the last (recover|teardown) of front was with another edition of this playbook \(digest [0-9a-f]{12}, /;

let alice: Folder;
let bob: Folder;
let server: Server;

beforeEach(async () => {
  alice = makeFolder();
  bob = makeFolder();
  // Each in a checkout of its own.
  for (const each of [alice, bob]) mkdirSync(each.file('.git'));
  server = await serveSandbox(alice);
}, 60_000);
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
  bob[Symbol.dispose]();
});

async function by(folder: Folder, ...args: string[]): Promise<Outcome> {
  const outcome = await folder.relight(args, server.env);
  expect([0, 2], outcome.stderr).toContain(outcome.code);
  return outcome;
}

const recover = (folder: Folder, file: string, ...more: string[]): Promise<Outcome> =>
  by(folder, 'recover', file, '--yes', ...more);

describe('by the lock in a table', () => {
  beforeEach(async () => {
    writeFileSync(alice.file('front.yaml'), withTable(front));
    await by(alice, 'sandbox', 'seed', 'front.yaml');
    await recover(alice, 'front.yaml');
  });

  test('a different file that owns other pieces is told, with where, when, by whom and how far apart; nothing is refused', async () => {
    writeFileSync(bob.file('side.yaml'), withTable(side));
    const { stderr } = await recover(bob, 'side.yaml');
    expect(stderr).toContain(`warning: the last recover of front was ${alarm}: ${alice.file('front.yaml')} (digest `);
    expect(stderr).toMatch(
      /, 20\d\d-\S+Z, by \S+@\S+\)\. It owns 1 piece that this one does not, and does not own 1 of this/,
    );
    expect(stderr).toContain('give one of them another metadata.name');
    // Now it is the other one's turn to know; once it has run nothing is left to be told.
    expect((await recover(alice, 'front.yaml')).stderr).toContain(alarm);
    await by(alice, 'teardown', 'front.yaml', '--yes');
    expect((await recover(alice, 'front.yaml')).stderr).not.toContain(alarm);
  });

  test('an edit of the same file in another checkout is one calm line, and none with --quiet', async () => {
    writeFileSync(bob.file('front.yaml'), withTable(edited));
    const first = await recover(bob, 'front.yaml', '--quiet');
    expect(first.stderr).not.toMatch(/another (edition|playbook)/);
    expect((await recover(bob, 'front.yaml')).stderr).toMatch(note);
    await by(bob, 'teardown', 'front.yaml', '--yes');
    expect((await recover(bob, 'front.yaml')).stderr).not.toMatch(/another (edition|playbook)/);
  });

  test('the same content is nothing to tell, whatever the file is called', async () => {
    writeFileSync(bob.file('copy.yaml'), withTable(front));
    expect((await recover(bob, 'copy.yaml')).stderr).not.toMatch(/another (edition|playbook)/);
  });
});

describe('by the lock in a file, and by the last run here', () => {
  beforeEach(async () => {
    writeFileSync(alice.file('front.yaml'), front);
    await by(alice, 'sandbox', 'seed', 'front.yaml');
    await recover(alice, 'front.yaml');
  });

  test('a different file is told by a plan too, which takes no lock', async () => {
    writeFileSync(alice.file('side.yaml'), side);
    const planned = await by(alice, 'plan', 'side.yaml');
    expect(planned.stderr.match(/another playbook of this name/g)).toHaveLength(1);
    const recovered = await recover(alice, 'side.yaml');
    expect(recovered.stderr.match(/another playbook of this name/g)).toHaveLength(1);
    expect((await by(alice, 'plan', 'front.yaml')).stderr).toContain(alarm);
  });

  test('from another state directory it is the lock that tells', async () => {
    writeFileSync(alice.file('side.yaml'), side);
    expect((await by(alice, 'plan', 'side.yaml', '--state-dir', 'other')).stderr).not.toContain(alarm);
    expect((await recover(alice, 'side.yaml', '--state-dir', 'other')).stderr).toContain(alarm);
  });

  test('what is left beside the lock is for its owner, holds no name of a piece, and is no hindrance when damaged', async () => {
    const root = alice.file('.relight/locks');
    const [left = ''] = readdirSync(root).filter((each) => each.endsWith('.left.json'));
    const file = `${root}/${left}`;
    expect(left).toMatch(/^front@/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, file: alice.file('front.yaml') });
    writeFileSync(file, '{');
    writeFileSync(alice.file('side.yaml'), side);
    expect((await recover(alice, 'side.yaml', '--state-dir', 'other')).code).toBe(0);
    expect((await by(alice, 'lock', 'show', 'side.yaml')).code).toBe(0);
  });
});

test('in the embedded sandbox, whose lock is that of all playbooks, the last run here tells, and only of this name', async () => {
  const embedded = async (...args: string[]): Promise<Outcome> => bob.relight([...args, '--sandbox']);
  writeFileSync(bob.file('front.yaml'), front);
  writeFileSync(bob.file('other.yaml'), side.replace('name: front }', 'name: other }'));
  writeFileSync(bob.file('side.yaml'), side);
  expect((await bob.relight(['sandbox', 'seed', 'front.yaml'])).code).toBe(0);
  expect((await embedded('recover', 'front.yaml', '--yes')).code).toBe(0);
  const other = await embedded('recover', 'other.yaml', '--yes');
  expect(other.code).toBe(0);
  expect(other.stderr).not.toMatch(/another (edition|playbook)/);
  expect(readdirSync(bob.file('.relight/locks')).filter((each) => each.endsWith('.left.json'))).toEqual([]);
  expect((await embedded('recover', 'side.yaml', '--yes')).stderr).toContain(alarm);
});

test('what stands beside the lock is believed only as far as relight itself would have written it', async () => {
  writeFileSync(alice.file('front.yaml'), front);
  await by(alice, 'sandbox', 'seed', 'front.yaml');
  await recover(alice, 'front.yaml');
  const root = alice.file('.relight/locks');
  const [left = ''] = readdirSync(root).filter((each) => each.endsWith('.left.json'));
  const said = JSON.parse(readFileSync(`${root}/${left}`, 'utf8')) as object;
  writeFileSync(alice.file('side.yaml'), side);
  for (const wrong of [{ command: 'rm -rf /; echo' }, { by: 'x'.repeat(5_000) }, { digest: 'no digest' }]) {
    writeFileSync(`${root}/${left}`, JSON.stringify({ ...said, ...wrong }));
    expect((await recover(alice, 'side.yaml', '--state-dir', 'other')).stderr).not.toContain(alarm);
  }
});

test('parameters make no other edition', async () => {
  const sized = `${head}params:
  count: { type: number, default: 1 }
components:
  table: { type: dynamodb/table, spec: { name: front, hashKey: { name: id } } }
`;
  writeFileSync(alice.file('front.yaml'), sized);
  await by(alice, 'sandbox', 'seed', 'front.yaml');
  await recover(alice, 'front.yaml');
  const again = await by(alice, 'plan', 'front.yaml', '--param', 'count=2');
  expect(again.stderr).not.toMatch(/another (edition|playbook)/);
});
