// No secret value leaves a command: everything it says and every file that it writes is searched for canaries.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { canariesIn, canaries, canaryPlaybook } from '../helpers/canaries.ts';
import { makeFolder, type Outcome } from './harness.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const said: string[] = [];
async function run(...args: string[]): Promise<Outcome> {
  const outcome = await folder.relight(args);
  expect({ args, found: canariesIn(outcome.stdout + outcome.stderr), said: outcome.stderr }).toMatchObject({
    found: [],
  });
  said.push(outcome.stdout, outcome.stderr);
  return outcome;
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? filesBelow(join(directory, each.name)) : [join(directory, each.name)],
  );
}

writeFileSync(folder.file('canary.yaml'), canaryPlaybook);
const changed = canaryPlaybook.replace('status: open', 'status: shut').replace(canaries.attribute, 'another seed 55');

describe('no secret value of a playbook', () => {
  test('is told beside a mistake on its own line, in a sound file or in one that is not YAML', async () => {
    const mistakes = [
      [`seed: '${canaries.attribute}'`, `seed: '${canaries.attribute}', {`],
      [`status: open`, `status: open\n        seed: twice`],
      [`healthCheck: {`, `healthCheck: { interval: soon, `],
      [`type: string, sensitive: true`, `type: integer, sensitive: true`],
      [`type: string, sensitive: true`, `type: string, sensitive: true, enum: [other-1], `],
      [`Authorization: 'Bearer ${canaries.header}' }`, `Authorization: "Bearer ${canaries.header}\\n" }`],
      [`PLAIN: ${JSON.stringify(canaries.environment)}`, `PLAIN: [${JSON.stringify(canaries.environment)}]`],
      [`UMLAUT: '${canaries.environmentUnicode}'`, `UMLAUT: '${canaries.environmentUnicode}`],
      ['sensitive: [attributes.seed', 'sensitive: [attributes.sed'],
    ] as const;
    for (const [right, wrong] of mistakes) {
      const text = canaryPlaybook.replace(right, () => wrong);
      expect(text).not.toBe(canaryPlaybook);
      writeFileSync(folder.file('wrong.yaml'), text);
      const outcome = await run('validate', 'wrong.yaml');
      expect({ wrong, code: outcome.code, said: outcome.stderr }).toMatchObject({ code: 1 });
      await run('validate', 'wrong.yaml', '--json');
    }
  });

  test('is in anything that is said or kept from validate to teardown', async () => {
    expect((await run('validate', 'canary.yaml')).code).toBe(0);
    await run('graph', 'canary.yaml', '--json');
    await run('sandbox', 'seed', 'canary.yaml');
    await run('doctor', 'canary.yaml', '--sandbox');
    await run('plan', 'canary.yaml', '--sandbox', '--json', '--out', 'first.json');
    // The probe's host does not exist, so the run is partial.
    expect((await run('recover', 'canary.yaml', '--sandbox', '--yes', '--verbose')).code).toBe(5);
    await run('status', 'canary.yaml', '--sandbox', '--json', '--verbose');

    writeFileSync(folder.file('canary.yaml'), changed);
    const drift = await run('status', 'canary.yaml', '--sandbox', '--verbose');
    expect(drift.stdout).toContain('attributes.seed');
    await run('plan', 'canary.yaml', '--sandbox');
    await run('plan', 'canary.yaml', '--sandbox', '--out', 'second.json');
    expect((await run('recover', 'canary.yaml', '--sandbox', '--yes', '--json')).code).toBe(5);
    const moved = await run('recover', '--plan', 'second.json', '--sandbox', '--yes');
    expect(moved.code).toBe(3);
    expect(moved.stderr).toContain('entry');
    writeFileSync(folder.file('canary.yaml'), changed.replace('another seed 55', 'a third seed 66'));
    expect((await run('recover', '--plan', 'second.json', '--sandbox', '--yes')).code).toBe(3);
    await run('teardown', 'canary.yaml', '--sandbox', '--yes');
    await run('runs', 'show', 'last');
    for (const format of ['md', 'json', 'html']) await run('runs', 'report', 'last', '--format', format);

    const kept = [...filesBelow(folder.file('.relight')), folder.file('first.json'), folder.file('second.json')];
    const images = kept.filter((each) => each.includes(join('before', '')) || each.includes(join('after', '')));
    const others = kept.filter((each) => !images.includes(each) && !each.includes('sandbox'));
    expect(others.length).toBeGreaterThan(4);
    for (const file of others)
      expect({ file, found: canariesIn(readFileSync(file, 'utf8')) }).toEqual({ file, found: [] });
    expect(said.join('')).not.toContain('another seed 55');

    // What is needed to make a piece again is kept, for its owner only.
    const imaged = images.map((each) => readFileSync(each, 'utf8')).join('\n');
    expect(canariesIn(imaged)).toEqual(
      expect.arrayContaining(['attribute', 'nested', 'environment', 'environmentUnicode']),
    );
    for (const file of images) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    }
  });
});
