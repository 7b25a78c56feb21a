// Fields that take nothing but a sensitive parameter.
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ComponentType } from '../../../src/components/contract.ts';
import type { PlaybookComponentType } from '../../../src/playbook/checks/catalog.ts';
import { formatDiagnostics } from '../../../src/playbook/diagnostic.ts';
import { loadPlaybook, type LoadResult } from '../../../src/playbook/playbook.ts';
import { catalog } from './catalog.ts';
import { head } from './load.ts';

const safe: PlaybookComponentType = {
  traits: {
    type: 'test/safe',
    schema: z.strictObject({ name: z.string(), code: z.string().optional() }),
    outputs: {},
    shareable: true,
    ownable: true,
    sensitive: { spec: ['code'], onlyByParam: ['code'] },
  },
  judging: {},
};

function load(spec: string): LoadResult {
  const text = `${head}
params:
  pin: { type: string, sensitive: true }
  open: { type: string, default: '4711-in-the-open' }
components:
  safe: { type: test/safe, spec: ${spec} }
  other: { type: test/node, spec: {} }
`;
  // The language asks no more of types than this one has.
  const types = new Map([...catalog, ['test/safe', safe as ComponentType] as const]);
  return loadPlaybook({ text, file: 'playbook.yaml', params: { pin: 'swordfish-17' }, types });
}

function codesOf(spec: string): readonly string[] {
  return load(spec).diagnostics.map(({ code }) => code);
}

test('a sensitive parameter is what they want, also as a part of the value', () => {
  const result = load("{ name: a, code: '${params.pin}' }");
  expect(result.ok && result.playbook.components.get('safe')?.spec).toEqual({ name: 'a', code: 'swordfish-17' });
  expect(codesOf("{ name: a, code: 'v1:${params.pin}' }")).toEqual([]);
  expect(codesOf('{ name: a }')).toEqual([]);
});

test.each(["'correct horse'", "'${params.open}'", "'${other.id}'"])('%s is a secret that is spelled', (code) => {
  const { diagnostics, text } = load(`{ name: a, code: ${code} }`);
  expect(diagnostics.map((each) => each.code)).toEqual(['secret-spelled']);
  const shown = formatDiagnostics(diagnostics, text, { color: false });
  expect(shown).toContain('playbook.yaml:10:51: error: "code" of "safe" is a secret');
  expect(shown).toContain('expected: ${params.<name>}, declared with `sensitive: true`');
  expect(shown).not.toContain('correct horse');
});
