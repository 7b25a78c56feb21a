// The help: commands in groups, an example for each, and no noise.
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder } from './harness.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

async function help(...words: readonly string[]): Promise<string> {
  const { code, stdout } = await folder.relight([...words, '--help']);
  expect(code).toBe(0);
  return stdout;
}

function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

describe('the help', () => {
  test('has its commands in groups, what looks first and what is of relight itself last', async () => {
    const text = await help();
    expect([...text.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading)).toEqual([
      'Options',
      'Look, and change nothing',
      'Watch many services',
      'Write a playbook',
      'Plan and recover',
      'Try it, without an account',
      'Of relight itself',
    ]);
    expect(commandsIn(text.slice(text.indexOf('Of relight itself:')))).toEqual(['version', 'completion']);
  });

  test('has an example for every command, of options that it has, and no empty defaults', async () => {
    const leaves: string[][] = [];
    for (const name of commandsIn(await help())) {
      const below = commandsIn((await help(name)).split('\nCommands:\n')[1] ?? '');
      leaves.push(...below.map((each) => [name, each]));
      if (below.length === 0 || name === 'scan') leaves.push([name]);
    }
    expect(leaves.length).toBeGreaterThan(40);
    for (const words of leaves) {
      const text = await help(...words);
      const [, example = ''] = /^Example: relight (.*)$/m.exec(text) ?? [];
      expect(`${example} `, words.join(' ')).toContain(`${words.join(' ')} `);
      for (const [option] of example.matchAll(/--[a-z-]+/g)) expect(text).toContain(`  ${option} `);
      expect(text).not.toMatch(/default: (none|\{\}|\[\])/);
    }
  });
});
