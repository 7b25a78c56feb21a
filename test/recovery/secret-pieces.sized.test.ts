// AWS's errors quote what they were sent: whole or in pieces, and in whatever form. Each form of each secret comes back in
// the error of a real recovery on the command line, and nothing that it says or keeps shows eight characters of it;
// before-images alone hold what AWS had.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/terminal/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { readShipped } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';

/** Nothing in them is said in the open, and no eight characters of one are in another. */
const secrets = {
  token: 'Zq7/vK2+mXw9Lp4Rt8Yb3Nc6Hd1Js5Gf0Qe=Ua~Wo^Ix',
  words: 'grün "bläuling" & <falter>\\nacht\'zehn %41 q8W3e7R2',
  url: 'postgresql://api:Tz5Kw8Pm2Vx9Bn4Jq7@db.example:5432/api',
  key: `-----BEGIN PRIVATE KEY-----\nMIIEvQ7xR2kLp9WzT4mVb8NcYd3HsJf6Gq1Ae5UoXi0\nKt6ZyPw2Xv8Qb5Nn1Mj4Hg7Fd9Sa3LoIuEyRt0WqCxV\n-----END PRIVATE KEY-----\n`,
} as const;

const hex = (text: string): string => Buffer.from(text).toString('hex');
const base64 = (text: string, before = ''): string => Buffer.from(before + text).toString('base64');
const everyPercent = (text: string): string => hex(text).replaceAll(/../g, '%$&');
const numbered = (text: string, form: (code: number) => string): string =>
  Array.from(text, (each) => form(each.codePointAt(0) ?? 0)).join('');

const encodings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  'JSON in ASCII': (text) => numbered(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  'JSON with \\/': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  URL: encodeURIComponent,
  'URL with +': (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  'URL in URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  'URL, every byte, lower case': everyPercent,
  'URL, every byte, upper case': (text) => everyPercent(text).toUpperCase(),
  base64,
  'base64 from the second byte': (text) => base64(text, 'x'),
  'base64 from the third byte': (text) => base64(text, 'xy'),
  'base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'base64 without padding': (text) => base64(text).replaceAll('=', ''),
  hexadecimal: hex,
  'hexadecimal, upper case': (text) => hex(text).toUpperCase(),
  XML: (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  'XML by number': (text) => numbered(text, (code) => `&#${code};`),
  'HTML by hexadecimal number': (text) => numbered(text, (code) => `&#x${code.toString(16)};`),
};

/** Of a form of this length: what AWS may cut out of it. */
const cuts: Readonly<Record<string, (text: string) => string>> = {
  whole: (text) => `Value '${text}' at 'containerDefinitions.1.environment' failed`,
  'its beginning, and dots': (text) => `Value '${text.slice(0, Math.ceil(text.length * 0.6))}...' failed`,
  'its end': (text) => `...${text.slice(Math.floor(text.length * 0.35))} is not valid`,
  'from the middle': (text) =>
    `near ${text.slice(Math.floor(text.length * 0.2), Math.ceil(text.length * 0.85))}, unexpected`,
};

const cases = Object.entries(encodings).flatMap(([encoding, encode]) =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(cuts).map(([cut, quote]) => ({
      encoding,
      title: `${name}, ${encoding}, ${cut}`,
      said: quote(encode(secret)),
    })),
  ),
);

/** What must not be read: not the scheme of a URL, nor the first line of a key, which are no secret. */
const cores: readonly string[] = [
  secrets.token,
  secrets.words,
  'Tz5Kw8Pm2Vx9Bn4Jq7',
  ...secrets.key.split('\n').slice(1, 3),
];
const piecesOf = (form: string, length: number): readonly string[] =>
  Array.from({ length: Math.max(0, form.length - length + 1) }, (_, at) => form.slice(at, at + length));

/** Eight characters betray a secret; of base64 that is twelve, of hexadecimal eighteen with what is not whole. */
const pieces = new Set(cores.flatMap((core) => piecesOf(core, 8)));
const base64Pieces = new Set(
  cores
    .flatMap((core) => ['', 'x', 'xy'].map((before) => base64(core, before).slice(4, -4)))
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
    .flatMap((form) => piecesOf(form, 12)),
);
const hexPieces = new Set(cores.flatMap((core) => piecesOf(hex(core), 18)));

function undone(text: string): string {
  return text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (found) => Buffer.from(found.replaceAll('%', ''), 'hex').toString('utf8'))
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/&#(x?)([0-9a-f]+);/gi, (_whole, x: string, code: string) =>
      String.fromCodePoint(Math.min(Number.parseInt(code, x === '' ? 10 : 16), 0x10_ffff)),
    )
    .replaceAll(
      /&(amp|lt|gt|quot|apos);/g,
      (_whole, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
    )
    .replaceAll(/\\(["\\/'])/g, '$1')
    .replaceAll('\\n', '\n');
}

/** The first piece of a secret that can be read in a text, however it is written. */
function readable(text: string): string | undefined {
  let view = text;
  for (let depth = 0; depth < 4; depth += 1) {
    const low = view.toLowerCase();
    for (let at = 0; at < view.length; at += 1) {
      if (pieces.has(view.slice(at, at + 8))) return view.slice(at, at + 8);
      if (base64Pieces.has(view.slice(at, at + 12))) return view.slice(at, at + 12);
      const inHex = low.slice(at, at + 18);
      if (hexPieces.has(inHex)) return inHex;
    }
    const next = undone(view);
    if (next === view) return undefined;
    view = next;
  }
  return undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'relight-pieces-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function relight(words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  const io: Io = {
    out: write,
    err: write,
    block: () => undefined,
    env: {},
    cwd: folder,
    canAsk: false,
    outIsTerminal: false,
    canRedraw: false,
    columns: 200,
    rows: 40,
    ask: () => Promise.resolve(undefined),
    onInterrupt: () => () => undefined,
  };
  const code = await runCli(words, io);
  return { code, said };
}

/** All that is kept, less before-images and the world of the sandbox, which is an AWS account in a file. */
function kept(): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(join(folder, '.relight'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => !/[/](before|after)[/]|sandbox/.test(relative(folder, file)))
    .map((file) => ({ file: relative(folder, file), text: readFileSync(file, 'utf8') }));
}

/** First steps of a recovery, of which none waits for another. */
const struck = [
  { service: 'ecs', operation: 'RegisterTaskDefinition' },
  { service: 'elbv2', operation: 'CreateLoadBalancer' },
  { service: 'elbv2', operation: 'CreateTargetGroup' },
] as const;

/** As many texts in one message as a fault holds, and as many messages in a run as there are first steps. */
function runsOf(said: readonly string[]): readonly (readonly string[])[] {
  const messages: string[] = [];
  for (const each of said) {
    const last = messages.at(-1);
    if (last !== undefined && last.length + each.length < 990) messages[messages.length - 1] = `${last} ; ${each}`;
    else messages.push(each);
  }
  return Array.from({ length: Math.ceil(messages.length / struck.length) }, (_, index) =>
    messages.slice(index * struck.length, (index + 1) * struck.length),
  );
}

describe('secrets in the errors of a recovery', () => {
  beforeAll(async () => {
    const environment = `environment: ${JSON.stringify(secrets)}`;
    const text = readShipped('deployer-api.yaml').replace('port: 8080 }', () => `port: 8080, ${environment} }`);
    expect(text).toContain(environment);
    writeFileSync(join(folder, 'api.yaml'), text);
    expect((await relight(['sandbox', 'seed', 'api.yaml'])).code).toBe(0);
  });

  test('what is looked for would be found', () => {
    expect(cases).toHaveLength(320);
    for (const { said, title } of cases) expect(readable(said), title).toBeDefined();
    expect(readable('Value (hidden) at containerDefinitions.1.environment failed')).toBeUndefined();
  });

  const approval = ['--yes', '--confirm', 'deployer-api', '--no-verify'];
  /** Of `URL in URL` that is `URL`. */
  const familyOf = (encoding: string): string => encoding.split(/[ ,]/)[0] ?? '';
  test.each(sampled(Object.keys(encodings), 0, familyOf).map((encoding) => [encoding]))(
    'are not read on the screen, in the journal or in a report: %s',
    { timeout: 120_000 },
    async (encoding) => {
      const said = cases.filter((each) => each.encoding === encoding).map((each) => each.said);
      expect(said).toHaveLength(16);
      // What others kept, they have looked through.
      rmSync(join(folder, '.relight/runs'), { recursive: true, force: true });
      const runs: string[] = [];
      for (const messages of runsOf(said)) {
        const faults = messages.map((message, index) => ({ ...struck[index], kind: 'access-denied', message }));
        writeFileSync(join(folder, '.relight/sandbox-faults.json'), JSON.stringify({ version: 1, faults }));
        const run = await relight(['recover', 'api.yaml', '--sandbox', ...approval]);
        expect(run.said).toContain('(hidden)');
        expect(run.code).not.toBe(0);
        runs.push(run.said);
      }
      for (const text of runs) expect(readable(text)).toBeUndefined();
      const later = [];
      for (const words of [
        ['runs', 'show', 'last'],
        ['runs', 'report', 'last'],
        ['runs', 'report', 'last', '--format', 'html'],
        ['runs', 'report', 'last', '--format', 'json'],
      ]) {
        later.push({ file: words.join(' '), text: (await relight(words)).said });
      }
      for (const { file, text } of [...later, ...kept()]) {
        expect({ file, found: readable(text) }).toEqual({ file, found: undefined });
      }
    },
  );
});
