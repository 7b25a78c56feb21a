// The documentation is held to the code: commands run, options exist, links lead somewhere, examples compile.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../src/cli/terminal/io.ts';
import { runCli } from '../src/cli/program.ts';
import { componentTypes } from '../src/components/index.ts';
import type { ComponentType } from '../src/components/contract.ts';
import { componentSchema, shellSchema } from '../src/playbook/schema.ts';
import { formatDiagnostics } from '../src/playbook/diagnostic.ts';
import { loadPlaybook } from '../src/engine.ts';
import { plainShop } from './helpers/shop.ts';
import { allDocuments, anchorsOf, codeBlocks, localLinks, readDocument, root } from './helpers/markdown.ts';

const documents = allDocuments();

const workspace = mkdtempSync(join(tmpdir(), 'relight-docs-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, in the workspace, with nobody to ask. */
async function relight(words: readonly string[]): Promise<Told> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    block: () => undefined,
    env: {},
    cwd: workspace,
    canAsk: false,
    outIsTerminal: false,
    canRedraw: false,
    columns: 120,
    rows: 40,
    ask: () => Promise.resolve(undefined),
    onInterrupt: () => () => undefined,
  };
  const code = await runCli(words, io);
  return { code, out, err };
}

describe('README', () => {
  const text = readDocument('README.md');

  it('is short enough to be read', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(200);
  });

  it('and CONTRIBUTING name npm scripts that exist', () => {
    const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = [text, readDocument('CONTRIBUTING.md'), ...documents.map(readDocument)].flatMap((each) =>
      [...each.matchAll(/npm (?:run ([a-z:]+)|(test)\b)/g)].map(([, run, test]) => run ?? test ?? ''),
    );
    expect(named).toContain('demo');
    expect(named).toContain('test');
    for (const script of named) expect(Object.keys(scripts)).toContain(script);
  });
});

describe('links', () => {
  it.each(documents)('of %s lead to files and headings', (document) => {
    const broken = localLinks(document).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && path.endsWith('.md') && !anchorsOf(readDocument(path)).has(anchor);
    });
    expect(broken.map((each) => each.text)).toEqual([]);
  });

  it('of docs/decisions/README.md name every decision', () => {
    const listed = localLinks('docs/decisions/README.md').map((each) => each.path);
    const decisions = documents.filter((each) => /^docs\/decisions\/\d{4}-/.test(each));
    expect(decisions.length).toBeGreaterThan(5);
    for (const decision of decisions) expect(listed, `${decision} is not listed`).toContain(decision);
  });

  it('are there at all', () => {
    expect(documents.flatMap(localLinks).length).toBeGreaterThan(50);
  });
});

describe('docs/safety.md', () => {
  const rules = readDocument('docs/safety.md').split(/^### /m).slice(1);
  const cited = (text: string): readonly { readonly file: string; readonly name: string }[] =>
    [...text.matchAll(/\]\(\.\.\/(test\/[^)]+)\): "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name }));

  it('has the thirteen rules, each with a test that tries to break it', () => {
    expect(rules.length).toBe(13);
    for (const rule of rules) expect(cited(rule).length, rule.split('\n')[0]).toBeGreaterThan(0);
  });

  it('names tests that there are', () => {
    const all = cited(readDocument('docs/safety.md'));
    expect(all.length).toBeGreaterThan(20);
    const missing = all.filter(({ file, name }) => !readDocument(file).replaceAll("\\'", "'").includes(name));
    expect(missing).toEqual([]);
  });
});

// --- The command line ------------------------------------------------------------------------------------------------

/** Commands that have commands below them. */
const groups: Readonly<Record<string, readonly string[]>> = {
  sandbox: ['serve', 'seed', 'break', 'lose', 'fault', 'reset'],
  lock: ['show', 'break'],
  runs: ['list', 'show', 'calls', 'report', 'verify', 'resume'],
  'known-good': ['list', 'show', 'import', 'forget'],
  notify: ['test', 'flush', 'status'],
  scan: ['history'],
};
const commands = [
  ...[
    'validate',
    'graph',
    'status',
    'compare',
    'scan',
    'ack',
    'watch',
    'strays',
    'twins',
    'init',
    'capture',
    'adopt',
    'plan',
    'recover',
    'teardown',
    'undo',
    'doctor',
    'permissions',
    'approve',
    'handback',
    'rehearse',
    'prove',
    'version',
    'completion',
  ].map((each) => [each]),
  ...Object.entries(groups).flatMap(([group, names]) => names.map((name) => [group, name])),
];

async function optionsOf(command: readonly string[]): Promise<ReadonlySet<string>> {
  const { code, out } = await relight([...command, '--help']);
  expect(code).toBe(0);
  return new Set([...out.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option));
}

describe('docs/cli.md', () => {
  const text = readDocument('docs/cli.md');
  const headings = [...text.matchAll(/^### (.*)$/gm)].map(([, title = '']) => title);

  it('has a section for every command, and none for others', async () => {
    const listed = async (words: readonly string[]): Promise<readonly string[]> =>
      [...(await relight([...words, '--help'])).out.matchAll(/^ {2}([a-z]+) (?=.*\S)/gm)].map(([, name = '']) => name);
    const top = (await listed([])).filter(
      (each) => each !== 'help' && (each === 'scan' || !Object.hasOwn(groups, each)),
    );
    const below: string[] = [];
    for (const group of Object.keys(groups)) {
      for (const name of await listed([group])) if (name !== 'help') below.push(`${group} ${name}`);
    }
    expect([...top, ...below].sort()).toEqual(commands.map((each) => each.join(' ')).sort());
    for (const name of [...top, ...below]) expect(headings).toContain(name);
    for (const name of headings.filter((each) => !each.includes('--json'))) expect([...top, ...below]).toContain(name);
  });

  it('names every option, and no other', async () => {
    const real = new Set(['--version']);
    for (const command of commands) for (const option of await optionsOf(command)) real.add(option);
    const table = text.slice(text.indexOf('## Options'), text.indexOf('## Exit codes'));
    const named = new Set([...table.matchAll(/`(--[a-z-]+)/g)].map(([, option = '']) => option));
    expect([...named].sort()).toEqual([...real].sort());
    for (const [, option = ''] of text.matchAll(/`(--[a-z-]+)/g)) expect([...real]).toContain(option);
  });
});

describe('commands in the documents', () => {
  symlinkSync(join(root, 'playbooks'), join(workspace, 'playbooks'));
  writeFileSync(join(workspace, 'your.yaml'), readDocument('playbooks/deployer-api.yaml'));
  writeFileSync(join(workspace, 'small.yaml'), plainShop);
  const faults = codeBlocks(readDocument('docs/sandbox.md')).find(({ text }) => text.startsWith('faults:'));
  writeFileSync(join(workspace, 'faults.yaml'), faults?.text ?? '');

  /** Lines such as `./relight status your.yaml   # comment`, as words. */
  const linesOf = (document: string): readonly (readonly string[])[] =>
    codeBlocks(readDocument(document))
      .filter(({ info }) => info === 'sh')
      .flatMap(({ text }) => text.split('\n'))
      .map((line) => line.replace(/ +#.*$/, '').trim())
      .filter((line) => /^(\.\/)?relight /.test(line))
      .map((line) => line.replace(/^(\.\/)?relight /, '').split(/ +/));

  /** A part of a proof of a small playbook shows as well that the line is right; CI proves the one that is named. */
  const shortened = (words: readonly string[]): readonly string[] => [
    ...words.map((word) => (word.endsWith('.yaml') ? 'small.yaml' : word)),
    '--quick',
    '--workers',
    '1',
  ];

  it.each(['README.md', 'docs/sandbox.md'])('of %s run', async (document) => {
    const lines = linesOf(document);
    expect(lines.length).toBeGreaterThan(3);
    const state = ['--state-dir', join(workspace, document.replaceAll('/', '-'))];
    await relight(['sandbox', 'seed', 'your.yaml', '--sandbox', ...state]);
    for (const words of lines) {
      const command = words.slice(0, Object.hasOwn(groups, words[0] ?? '') ? 2 : 1);
      const options = await optionsOf(command);
      for (const word of words.filter((each) => each.startsWith('--'))) expect([...options]).toContain(word);
      // It would serve until interrupted; its options have been checked.
      if (command[1] === 'serve') continue;
      // As long as all that ships takes; test/rehearse/command.test.ts runs this very line.
      if (words.join(' ') === 'rehearse playbooks/rehearsals') continue;
      const inSandbox = [
        ...(options.has('--sandbox') ? ['--sandbox'] : []),
        ...(options.has('--state-dir') ? state : []),
      ];
      const told = await relight([...(words[0] === 'prove' ? shortened(words) : words), ...inSandbox]);
      // Without approval, a recovery shows its plan and is refused.
      const wanted = words[0] === 'recover' && !words.includes('--yes') ? [3] : [0, 2];
      expect(wanted, `relight ${words.join(' ')}: ${told.out}${told.err}`).toContain(told.code);
      // Who reads on has approved it.
      if (told.code === 3) {
        const approved = await relight([...words, ...inSandbox, '--yes', '--confirm', 'deployer-api']);
        expect(approved).toMatchObject({ code: 0 });
      }
    }
  });
});

describe('the recovery on the screen', () => {
  const text = readDocument('README.md');
  const playbook = 'playbooks/deployer-api.yaml';
  const state = ['--state-dir', join(workspace, 'screen')];
  const approved = ['--sandbox', '--yes', '--confirm', 'deployer-api', '--quiet', ...state];
  const plain = (shown: string): string => shown.replaceAll(/ +/g, ' ').trim();

  it('is what is printed, and takes as long as is said', async () => {
    const screen = codeBlocks(text).find(({ info, text: shown }) => info === '' && shown.startsWith('$ relight'));
    const lines = (screen?.text ?? '').split('\n').filter((line) => line.trim() !== '');
    const commandLines = lines.filter((line) => line.startsWith('$ relight '));
    expect(commandLines.length).toBe(3);

    await relight(['sandbox', 'seed', playbook, '--sandbox', ...state]);
    await relight(['recover', playbook, ...approved]);
    await relight(['sandbox', 'break', playbook, 'service', '--sandbox', ...state]);
    let printed = '';
    for (const line of commandLines) {
      const { out, err } = await relight([...line.replace('$ relight ', '').split(' '), ...state]);
      printed += out + err;
    }
    const seen = new Set(printed.split('\n').map(plain));
    for (const line of lines.filter((each) => !commandLines.includes(each))) {
      const [beginning = '', cut] = plain(line).split('…');
      const found = cut === undefined ? seen.has(beginning) : [...seen].some((each) => each.startsWith(beginning));
      expect({ line, found }).toEqual({ line, found: true });
    }

    await relight(['sandbox', 'break', playbook, 'service', '--sandbox', ...state]);
    const rebuilt = await relight(['recover', playbook, '--strategy', 'rebuild', '--json', ...approved]);
    const { durationSeconds } = JSON.parse(rebuilt.out) as { durationSeconds: number };
    const minutes = `${Math.floor(durationSeconds / 60)} min ${Math.round(durationSeconds % 60)} s to rebuild`;
    expect(text.replaceAll(/\s+/g, ' ')).toContain(minutes);
  });
});

// --- Code in the documents -------------------------------------------------------------------------------------------

describe('playbooks in the documents', () => {
  const blocks = documents.flatMap((document) =>
    codeBlocks(readDocument(document))
      .filter(({ info }) => info === 'yaml playbook')
      .map(({ text }, index) => [`${document} ${index + 1}`, text] as const),
  );

  it.each(blocks)('%s is sound', (file, text) => {
    const result = loadPlaybook({ bytes: new TextEncoder().encode(text), file });
    expect(formatDiagnostics(result.diagnostics, result.text, { color: false })).toBe('');
  });

  it.each(blocks)('%s brings its service up in the sandbox', async (_name, text) => {
    const state = ['--sandbox', '--state-dir', mkdtempSync(join(workspace, 'shown-'))];
    writeFileSync(join(workspace, 'shown.yaml'), text);
    expect(await relight(['sandbox', 'seed', 'shown.yaml', ...state])).toMatchObject({ code: 0 });
    const { code, out } = await relight(['recover', 'shown.yaml', '--yes', ...state]);
    expect(out).toContain('repair succeeded');
    expect(code).toBe(0);
    expect(await relight(['status', 'shown.yaml', ...state])).toMatchObject({ code: 0 });
  });

  it('are there at all', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });
});

describe('docs/playbook.md', () => {
  const text = readDocument('docs/playbook.md');

  it('explains every key', () => {
    for (const key of [...Object.keys(shellSchema.shape), ...Object.keys(componentSchema.shape)]) {
      expect(text).toContain(`| \`${key}\``);
    }
  });

  it('lists every code of a mistake that the source names', () => {
    const folder = join(root, 'src/playbook');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const source = names.map((name) => readFileSync(join(folder, name), 'utf8'));
    const codes = source.flatMap((each) => [...each.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code = '']) => code));
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(text).toContain(`\`${code}\``);
  });
});

/** Diagnostics of code that stands in a document as if its files were in the repository. */
function typeCheck(files: ReadonlyMap<string, string>): readonly string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [], files: [] }, ts.sys, root);
  const virtual = new Map([...files].map(([path, text]) => [join(root, path), text]));
  const disk = ts.createCompilerHost(options);
  const text = [...files.values()].join('\n');
  /** Clients of AWS that the code does not name: their types are most of what would be read, and none of them is asked about. */
  const isIdle = (name: string): boolean => name.startsWith('@aws-sdk/client-') && !text.includes(`'${name}'`);
  const cache = ts.createModuleResolutionCache(root, (name) => disk.getCanonicalFileName(name), options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => virtual.has(path) || disk.fileExists(path),
    directoryExists: (path) =>
      [...virtual.keys()].some((each) => each.startsWith(`${path}/`)) || ts.sys.directoryExists(path),
    readFile: (path) => virtual.get(path) ?? disk.readFile(path),
    getSourceFile: (path, target, ...more) => {
      const own = virtual.get(path);
      return own === undefined
        ? disk.getSourceFile(path, target, ...more)
        : ts.createSourceFile(path, own, target, true);
    },
    resolveModuleNameLiterals: (literals, from, redirected, all, source) =>
      literals.map((literal) => {
        if (isIdle(literal.text)) return { resolvedModule: undefined };
        const mode = ts.getModeForUsageLocation(source, literal, all);
        return ts.resolveModuleName(literal.text, from, all, host, cache, redirected, mode);
      }),
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual.keys()].flatMap((path) =>
    [program.getSourceFile(path)].flatMap((source) =>
      [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        (each) => `${path}: ${ts.flattenDiagnosticMessageText(each.messageText, '\n')}`,
      ),
    ),
  );
}

describe('docs/writing-a-component.md', () => {
  const files = new Map(
    codeBlocks(readDocument('docs/writing-a-component.md')).flatMap(({ info, text }) => {
      const path = /^ts check=(\S+)$/.exec(info)?.[1];
      return path === undefined ? [] : [[path, text] as const];
    }),
  );

  // One program for both: most of its time goes into the types of the SDK.
  const [first] = files;
  const wrong = (first?.[0] ?? '').replace(/[^/]+$/, 'wrong.ts');
  const mistaken = [wrong, `${first?.[1] ?? ''}\nexport const wrong: number = 'text';\n`] as const;
  let found: readonly string[] = [];
  beforeAll(() => {
    found = typeCheck(new Map([...files, mistaken]));
  });

  it('has code that compiles', () => {
    expect([...files.keys()].some((path) => path.endsWith('/index.ts'))).toBe(true);
    expect(found.filter((each) => !each.includes(wrong))).toEqual([]);
  });

  it('is checked by a check that sees mistakes', () => {
    expect(found).toContainEqual(expect.stringMatching(/wrong\.ts: .* not assignable/));
  });
});

// --- Generated pages -------------------------------------------------------------------------------------------------

interface PageMaker {
  readonly componentPages: (types: ReadonlyMap<string, ComponentType>) => Promise<ReadonlyMap<string, string>>;
}

describe('docs/components/', () => {
  it('is what the registry says; update it with: npm run docs', async () => {
    const script = pathToFileURL(join(root, 'scripts/component-pages.mjs')).href;
    const { componentPages } = (await import(script)) as PageMaker;
    const pages = await componentPages(componentTypes);
    const folder = join(root, 'docs/components');
    expect(pages.size).toBe(componentTypes.size + 1);
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
  });
});
