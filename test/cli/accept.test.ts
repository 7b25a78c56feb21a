// Consent on the command line: by reason, by name alone on a terminal after all reasons were shown, and never by habit. The
// record of the playbook says something that nothing proves to be its own: the journals that told are gone.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, type Folder } from './harness.ts';
import { planJson, recoverJson, savedPlanJson } from './schemas.ts';
import { hasTerminal, onTerminal } from './terminal.ts';

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const recover = ['recover', playbook, '--sandbox'];
const plan = ['plan', playbook, '--sandbox'];

let folder: Folder;
let world = '';
beforeAll(async () => {
  folder = makeFolder();
  const text = readFileSync(folder.file(playbook), 'utf8');
  writeFileSync(
    folder.file('standby.yaml'),
    text.replace("values: ['${load-balancer.dnsName}']", 'values: [standby.elsewhere.example]'),
  );
  await folder.relight(['sandbox', 'seed', playbook]);
  expect((await folder.relight([...recover, ...approval])).code).toBe(0);
  const moved = ['recover', 'standby.yaml', '--sandbox', '--only', 'cname', '--no-verify', ...approval];
  expect((await folder.relight(moved)).code).toBe(0);
  rmSync(folder.file('.relight/runs'), { recursive: true });
  world = readFileSync(folder.file('.relight/sandbox.json'), 'utf8');
}, 60_000);
beforeEach(() => {
  writeFileSync(folder.file('.relight/sandbox.json'), world);
  rmSync(folder.file('.relight/runs'), { recursive: true, force: true });
});
afterAll(() => {
  folder[Symbol.dispose]();
});

const says = 'says standby.elsewhere.example';

function runs(): readonly string[] {
  try {
    return readdirSync(folder.file('.relight/runs'));
  } catch {
    return [];
  }
}

describe('by reason', () => {
  test('the plan says what to type, as text and as data; that, and no other reason, lifts it', async () => {
    const shown = await folder.relight(plan);
    expect(shown.stdout).toContain(`relight recover ${playbook} --accept cname:ownership --sandbox`);
    const planned = planJson.parse(jsonOf(await folder.relight([...plan, '--json'])));
    const cname = planned.components.find((each) => each.id === 'cname');
    expect(cname?.consents).toMatchObject([{ reason: 'ownership', given: false }]);
    const others = ['loss', 'cascade', 'referrers', 'unseen'].flatMap((each) => ['--accept', `cname:${each}`]);
    const other = planJson.parse(jsonOf(await folder.relight([...plan, '--json', ...others])));
    expect(other.components.find((each) => each.id === 'cname')?.disposition).toBe('blocked');
    const right = await folder.relight([...recover, '--accept', 'cname:ownership', '--json', ...approval]);
    expect(right.code).toBe(0);
    expect(recoverJson.parse(jsonOf(right)).accepted).toEqual(['cname:ownership']);
    const [run = ''] = runs();
    for (const format of ['md', 'html']) {
      expect((await folder.relight(['runs', 'report', run, '--format', format])).stdout).toContain('cname (ownership)');
    }
    expect((await folder.relight(['runs', 'show', run])).stdout).toMatch(/accepted +cname \(ownership\)/);
  });

  test('what nothing needs is told, and is no mistake', async () => {
    const { code, stderr } = await folder.relight([...plan, '--accept', 'cname:loss,cname:ownership']);
    expect(code).toBe(2);
    expect(stderr).toContain('warning: nothing needs --accept cname:loss\n');
    expect(stderr).not.toContain('nothing needs --accept cname:ownership');
  });

  test('a saved plan holds it', async () => {
    const args = [...plan, '--accept', 'cname:ownership', '--out', 'saved.json', '--json'];
    expect(savedPlanJson.parse(jsonOf(await folder.relight(args))).accepted).toEqual(['cname:ownership']);
  });

  test.each([
    ['cnme:ownership', '--accept cnme:ownership: no such component; did you mean --accept cname:ownership?'],
    ['cname:ownreship', '--accept cname:ownreship: no such reason; did you mean --accept cname:ownership?'],
    ['cname:everything', 'There are ownership, referrers, unseen, cascade, loss, effect'],
    ['cname:', '--accept cname:: no such reason'],
    [':loss', '--accept :loss: no such component'],
  ])('%s is a mistake, with what was meant', async (word, text) => {
    for (const command of [plan, recover]) {
      const { code, stderr } = await folder.relight([...command, '--accept', word]);
      expect(code).toBe(1);
      expect(stderr).toContain(text);
    }
    expect(runs()).toEqual([]);
  });
});

describe('by name alone, where nobody can be asked', () => {
  test.each([
    ['plan', [...plan, '--accept', 'cname']],
    ['plan --json', [...plan, '--accept', 'cname', '--json']],
    ['recover --yes', [...recover, '--accept', 'cname', ...approval]],
    ['recover --json', [...recover, '--accept', 'cname', '--json', ...approval]],
  ])('%s is refused with 3, and names the words', async (_what, args) => {
    const { code, stderr, stdout } = await folder.relight(args);
    expect(code).toBe(3);
    const text = args.includes('--json') ? stdout : stderr;
    expect(text).toContain('--accept cname does not say what it accepts');
    expect(text).toContain('--accept cname:ownership');
    expect(text).toContain(says);
    expect(runs()).toEqual([]);
  });

  test('where nothing needs it, it is told and grants nothing', async () => {
    const { code, stderr } = await folder.relight([...plan, '--accept', 'service']);
    expect(stderr).toContain('warning: nothing needs --accept service\n');
    expect(code).toBe(2);
  });
});

describe.skipIf(!hasTerminal)('by name alone, on a terminal (skipped where python3 has no pty)', () => {
  const question = 'beside what holds its place? [y/N] ';
  const name = "Type the playbook's name to run the plan: ";

  test('each reason is shown and asked about; a yes is written down as that reason', async () => {
    const { code, screen } = await onTerminal(folder, [...recover, '--accept', 'cname'], {
      answers: [
        [question, 'y\\r'],
        [name, 'deployer-api\\r'],
      ],
    });
    expect(screen).toContain(`cname:ownership\n  ${says}`);
    expect(screen.indexOf(says)).toBeLessThan(screen.indexOf(question.trim()));
    expect(code).toBe(0);
    expect(screen).toContain('accepted: cname (ownership)');
    const [run = ''] = runs();
    const [first = ''] = readFileSync(folder.file(`.relight/runs/${run}/journal.jsonl`), 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ plan: { accepted: ['cname:ownership'] } });
  });

  test('the end of input grants nothing', async () => {
    const answers = [[question, '\\x04']] as const;
    const { code, screen } = await onTerminal(folder, [...plan, '--accept', 'cname'], { answers });
    expect(screen).toContain('cname');
    expect(screen).toContain('What cannot be done');
    expect(code).toBe(2);
  });
});

describe('by name alone, before somebody who watches', () => {
  test.each([
    ['no', 'n'],
    ['a bare Enter', ''],
  ])('%s grants nothing', async (_what, typed) => {
    const asked: string[] = [];
    const answer = (text: string): string => {
      asked.push(text);
      return typed;
    };
    const { code, stderr, stdout } = await folder.watched({ columns: 200, answer }, [...plan, '--accept', 'cname']);
    expect(asked).toEqual([expect.stringContaining('beside what holds its place? [y/N] ')]);
    expect(stderr + stdout).toContain('cname');
    expect(stderr + stdout).toContain('What cannot be done');
    expect(code).toBe(2);
  });

  test('--yes answers no question about consent', async () => {
    const somebody = { columns: 200, answer: () => 'y' };
    const { code, stderr } = await folder.watched(somebody, [...recover, '--accept', 'cname', ...approval]);
    expect(stderr).toContain('--accept cname does not say what it accepts');
    expect(code).toBe(3);
    expect(runs()).toEqual([]);
  });
});
