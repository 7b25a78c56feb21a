// What a command loads before it does anything: of the built command, by its imports. Half a second of an outage, each time.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin } from './harness.ts';

const dist = dirname(bin);
const files = [
  join(dist, 'cli', 'command.js'),
  ...readdirSync(join(dist, 'bundle')).map((name) => join(dist, 'bundle', name)),
];
const codeOf = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** The file, and all that is loaded before it runs. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = codeOf.get(file) ?? '';
  for (const [, from = ''] of code.matchAll(/^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];/gm))
    loadedWith(join(dirname(file), from), seen);
  return seen;
}

function holding(text: string, among: Iterable<string> = codeOf.keys()): readonly string[] {
  return [...among].filter((file) => codeOf.get(file)?.includes(text) === true);
}

const parts = {
  'the sandbox': 'function createWorld(',
  'a client of AWS': 'ECSClient = class',
  'proofs and rehearsals': 'async function prove(',
  schemas: 'const ZodObject = ',
  'the YAML reader': 'errors.YAMLParseError(',
};

describe('what is loaded', () => {
  test.each(Object.entries(parts))('%s is somewhere in the command', (_what, text) => {
    expect(holding(text)).not.toEqual([]);
  });

  test('for help and version: nothing of what a verb needs', () => {
    const loaded = loadedWith(join(dist, 'cli', 'command.js'));
    expect(loaded.size).toBeGreaterThan(5);
    for (const [what, text] of Object.entries(parts)) expect(holding(text, loaded), what).toEqual([]);
  });

  test('for a line that is completed: no more than reads its playbook', () => {
    const command = join(dist, 'cli', 'command.js');
    const [, from = ''] = /{ complete } = await import\("([^"]+)"\)/.exec(codeOf.get(command) ?? '') ?? [];
    const first = join(dirname(command), from);
    const [, reader = ''] = /{ readSource } = await import\("([^"]+)"\)/.exec(codeOf.get(first) ?? '') ?? [];
    const loaded = loadedWith(join(dirname(first), reader), new Set(loadedWith(first)));
    expect(holding(parts['the YAML reader'], loaded)).not.toEqual([]);
    for (const what of ['the sandbox', 'a client of AWS', 'proofs and rehearsals', 'schemas'] as const)
      expect(holding(parts[what], loaded), what).toEqual([]);
  });

  test.each(['validate', 'status', 'plan', 'recover', 'undo', 'runsList'])(
    'for %s: no sandbox, no client, no proof',
    (verb) => {
      const command = join(dist, 'cli', 'command.js');
      const [, from = ''] =
        new RegExp(`{ ${verb} } = await import\\("([^"]+)"\\)`).exec(codeOf.get(command) ?? '') ?? [];
      const loaded = loadedWith(join(dirname(command), from));
      expect(holding(parts.schemas, loaded)).not.toEqual([]);
      for (const what of ['the sandbox', 'a client of AWS', 'proofs and rehearsals'] as const)
        expect(holding(parts[what], loaded), what).toEqual([]);
    },
  );
});
