// Types from outside, as modules: what is wrong with one is told by name, and never as a stack of calls.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/terminal/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { componentTypes } from '../../src/components/index.ts';
import { loadPlaybook, toolFor } from '../../src/engine.ts';
import { loadTypes, moduleDigest, type LoadedTypes } from '../../src/rehearse/world/outside.ts';
import { plugsOf } from '../../src/rehearse/world/plugs.ts';

const folder = mkdtempSync(join(tmpdir(), 'relight-types-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const load = (...files: readonly string[]): Promise<LoadedTypes> =>
  loadTypes(files.map((file) => ({ word: `./${basename(file)}`, file })));

async function problemsOf(...files: readonly string[]): Promise<readonly string[]> {
  const loaded = await load(...files);
  return loaded.ok ? [] : loaded.problems;
}

/** A whole type, in a module that imports nothing of relight or zod. */
const sound = (name: string, more = ''): string => `
import { words } from './parts/words.mjs';
const schema = {
  parse: (value) => value,
  safeParse: (value) =>
    typeof value === 'object' && typeof value.name === 'string'
      ? { success: true, data: value }
      : { success: false, error: { issues: [{ code: 'custom', path: ['name'], message: 'a name is needed' }] } },
};
const there = () => { throw new Error('not asked'); };
export const types = [{
  traits: {
    type: '${name}', description: words, schema, outputs: { id: { description: 'Its id.', onReplace: 'same' } },
    shareable: true, ownable: true, locators: ['name'], containers: [], immutable: [], reuse: true, inert: false,
    heldBy: [], remedy: 'none', permissions: { read: ['test:Get'], write: ['test:Put'] },
  },
  identity: (spec) => spec.name, observe: there, readiness: there, diff: there, outputsOf: () => ({}), describe: there,
  create: there, update: there, delete: there,
  ${more}
}];
`;

beforeAll(() => {
  mkdirSync(join(folder, 'parts'));
  write('parts/words.mjs', "export const words = 'A thing.';\n");
});

const playbook = `apiVersion: relight/v1
kind: Playbook
metadata: { name: things }
target: { account: "123456789012", region: eu-west-1 }
components:
  one: { type: test/thing, spec: { name: first } }
`;

describe('modules of types', () => {
  it('add types to the shipped ones, by shape alone', async () => {
    const loaded = await load(write('sound.mjs', sound('test/thing')));
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    const { types } = loaded.set;
    expect([...types.keys()]).toEqual([...componentTypes.keys(), 'test/thing']);
    expect(plugsOf(types)).toEqual([]);
    const read = loadPlaybook({ bytes: Buffer.from(playbook), file: 'things.yaml', types });
    if (!read.ok) throw new Error(read.diagnostics.map((each) => each.message).join('\n'));
    expect(read.playbook.types).toBe(types);
    expect(toolFor(read.playbook)).toMatch(/^relight \S+ with sound\.mjs [0-9a-f]{16}$/);
    const wrong = loadPlaybook({
      bytes: Buffer.from(playbook.replace('{ name: first }', '{ title: first }')),
      file: 'things.yaml',
      types,
    });
    expect(wrong.diagnostics.map((each) => each.message)).toEqual([expect.stringContaining('name')]);
  });

  it('are told apart by what they hold, and by what they import from beside them', () => {
    const file = write('digest.mjs', sound('test/thing'));
    const before = moduleDigest(file);
    expect(moduleDigest(file)).toBe(before);
    write('parts/words.mjs', "export const words = 'Another thing.';\n");
    const after = moduleDigest(file);
    expect(after).not.toBe(before);
    write('digest.mjs', `${sound('test/thing')}\n`);
    expect(moduleDigest(file)).not.toBe(after);
  });

  it('say what is wrong with them', async () => {
    expect(await problemsOf(join(folder, 'none.mjs'))).toEqual(['--types ./none.mjs: no such file']);
    expect(await problemsOf(folder)).toEqual([expect.stringContaining('ends in .js or .mjs')]);
    expect(await problemsOf(write('types.ts', ''))).toEqual([expect.stringContaining('ends in .js or .mjs')]);
    expect(await problemsOf(write('empty.mjs', 'export const other = 1;'))).toEqual([
      '--types ./empty.mjs: it exports no component types: export const types = [myType]',
    ]);
    expect(await problemsOf(write('throws.mjs', "throw new Error('no luck');"))).toEqual([
      '--types ./throws.mjs: it cannot be loaded: no luck',
    ]);
    expect(await problemsOf(write('null.mjs', 'export const types = [null];'))).toContain(
      '--types ./null.mjs: types[0]: traits.type is missing',
    );
    const part = sound('test/thing').replace("locators: ['name'],", '').replace('diff: there,', 'diff: 7,');
    expect(await problemsOf(write('part.mjs', part))).toEqual([
      '--types ./part.mjs: test/thing: traits.locators is missing',
      '--types ./part.mjs: test/thing: diff is not a function',
    ]);
    expect(await problemsOf(write('name.mjs', sound('Things')))).toEqual([expect.stringContaining('service/kind')]);
    expect(await problemsOf(write('row.mjs', sound('test/thing', "services: [{ name: 'x' }],")))).toContain(
      '--types ./row.mjs: test/thing: services[0].signingName is missing',
    );
  });

  it('do not take the place of what is there', async () => {
    expect(await problemsOf(write('taken.mjs', sound('ecs/service')))).toEqual([
      '--types ./taken.mjs: ecs/service is a type that ships with relight: call it otherwise',
    ]);
    const [one, two] = [write('one.mjs', sound('test/thing')), write('two.mjs', sound('test/thing'))];
    expect(await problemsOf(one, two)).toEqual(['--types ./two.mjs: test/thing is there already, from one.mjs']);
    const row = `services: [{ name: 'ecs', signingName: 'ecs', settingsName: 'ecs', protocol: 'json-1.1', accountWide: false,
      load: there, rates: {}, bucketOf: there, reads: new Set(), errorCodes: {}, proofs: {}, identifyingMembers: {},
      identifyNothing: new Set() }],`;
    expect(await problemsOf(write('rows.mjs', sound('test/thing', row)))).toEqual([
      expect.stringContaining('two rows for the AWS service ecs'),
    ]);
    const plug = "rehearsal: { services: [{ name: 'ecs', scope: 'region', protocol: 'query', operations: {} }] },";
    expect(await problemsOf(write('plug.mjs', sound('test/thing', plug)))).toEqual([
      expect.stringContaining('have the same name: ecs'),
    ]);
    const half = "rehearsal: { services: [{ name: 'half' }] },";
    expect(await problemsOf(write('half.mjs', sound('test/thing', half)))).toEqual([
      expect.stringContaining('half needs a scope, a protocol'),
    ]);
  });
});

describe('--types', () => {
  async function relight(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const io: Io = {
      out: (text) => (out += text),
      err: (text) => (err += text),
      block: () => undefined,
      env: {},
      cwd: folder,
      canAsk: false,
      outIsTerminal: false,
      canRedraw: false,
      columns: 120,
      rows: 40,
      ask: () => Promise.resolve(undefined),
      onInterrupt: () => () => undefined,
    };
    return { code: await runCli(words, io), out, err };
  }

  it('is what a playbook with other types asks for, and what reads it', async () => {
    write('things.yaml', playbook);
    const without = await relight('validate', 'things.yaml');
    expect(without).toMatchObject({ code: 1, err: expect.stringContaining('--types <module>') as string });
    write('sound.mjs', sound('test/thing'));
    const read = await relight('validate', 'things.yaml', '--types', './sound.mjs');
    expect(read).toMatchObject({ code: 0, out: expect.stringContaining('valid') as string });
    const policy = await relight('permissions', 'things.yaml', '--types', 'sound.mjs');
    expect(policy.out).toContain('test:Put');
  });

  it('ends a command with exit code 1, and in a sentence, when a module is of no use', async () => {
    write('things.yaml', playbook);
    expect(await relight('graph', 'things.yaml', '--types', './nowhere.mjs')).toEqual({
      code: 1,
      out: '',
      err: '--types ./nowhere.mjs: no such file\n',
    });
  });
});
