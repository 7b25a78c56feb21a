import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { loadPlaybook } from '../../../src/playbook/playbook.ts';
import { readSource } from '../../../src/playbook/yaml/source.ts';
import { catalog } from './catalog.ts';
import { codes, head, load, shown, sound } from './load.ts';

const oneNode = `${head}components: { a: { type: test/node, spec: {} } }\n`;

function loadBytes(bytes: Uint8Array) {
  return loadPlaybook({ bytes, file: 'playbook.yaml', params: {}, types: catalog });
}

describe('reading bytes', () => {
  const cases: readonly { reason: string; bytes: Uint8Array; code: string; message: string; place: string }[] = [
    {
      reason: 'a 50 MB file is refused by its size, before anything is decoded or parsed',
      bytes: Buffer.alloc(50 * 1024 * 1024, '['),
      code: 'too-large',
      message: 'the file has 52,428,800 bytes, more than the limit of 4,194,304 (4 MiB)',
      place: '1:1',
    },
    {
      reason: 'UTF-16 little endian, as some Windows editors save it, is named as such',
      bytes: Buffer.from(`\ufeff${oneNode}`, 'utf16le'),
      code: 'encoding',
      message: 'the file is UTF-16 (its first two bytes are a UTF-16 byte order mark)',
      place: '1:1',
    },
    {
      reason: 'UTF-16 without a mark shows itself by its NUL bytes',
      bytes: Buffer.from(oneNode, 'utf16le'),
      code: 'encoding',
      message: 'the file holds a NUL character at offset 1: it is binary, or text in UTF-16 or UTF-32',
      place: '1:2',
    },
    {
      reason: 'Latin-1 text is not UTF-8; the offset counts bytes, and a genuine U+FFFD before it does not mislead',
      bytes: Buffer.concat([Buffer.from('a: 1\n# \ufffd caf'), Buffer.from([0xe9, 0x0a])]),
      code: 'encoding',
      message: 'byte 0xe9 at offset 14 is not UTF-8',
      place: '2:8',
    },
    {
      reason: 'an escape sequence for terminals has no place in YAML',
      bytes: Buffer.from('a: "\u001b[2J"\n'),
      code: 'encoding',
      message: 'control character U+001B at offset 4',
      place: '1:5',
    },
  ];
  test.each(cases)('$reason', ({ bytes, code, message, place }) => {
    const result = loadBytes(bytes);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((each) => `${each.line}:${each.column} ${each.code} ${each.message}`)).toEqual([
      `${place} ${code} ${message}`,
    ]);
  });

  test('a UTF-8 byte order mark is no mistake and shifts no column', () => {
    const result = loadBytes(Buffer.from(`\ufeff${oneNode}`));
    expect(result.ok).toBe(true);
    const wrong = loadBytes(Buffer.from('\ufeffapiVersion: x\n'));
    expect(wrong.diagnostics.find((each) => each.code === 'invalid-value')).toMatchObject({ line: 1, column: 13 });
  });

  test('a view into a larger buffer is read within its bounds', () => {
    const padded = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(oneNode), Buffer.from([0xff])]);
    expect(loadBytes(padded.subarray(2, -1)).ok).toBe(true);
  });
});

describe('YAML that is refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, index) => {
      const before = 'abcdefg'[index] ?? '';
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`;
    }),
  ].join('\n');
  const cases: readonly { reason: string; text: string; first: string }[] = [
    { reason: 'an empty file', text: '', first: '1:1 empty' },
    { reason: 'nothing but comments', text: '# later\n', first: '1:1 empty' },
    { reason: 'a billion laughs: ten values, eight times tenfold', text: bomb, first: '4:29 alias-limit' },
    { reason: 'very many aliases', text: `a: &a x\nb: [${'*a,'.repeat(200)}]`, first: '2:305 alias-limit' },
    { reason: 'an alias of what holds it', text: 'a: &a [*a]\n', first: '1:8 alias-limit' },
    { reason: 'brackets 100,000 deep', text: '['.repeat(100_000), first: '1:64 too-deep' },
    { reason: 'lists 100,000 deep on one line', text: '- '.repeat(100_000), first: '1:129 too-deep' },
    { reason: 'complex keys 100,000 deep', text: '? '.repeat(100_000), first: '1:129 too-deep' },
    {
      reason: 'maps nested by indentation',
      text: Array.from({ length: 500 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
      first: '65:65 too-deep',
    },
    { reason: 'a second document', text: `${oneNode}---\na: 1\n---\nb: 1\n`, first: '6:1 yaml-documents' },
    {
      reason: 'a second document after one that has a mark',
      text: '---\na: 1\n---\nb: 1\n',
      first: '3:1 yaml-documents',
    },
    { reason: 'a second document with an odd mark', text: 'a: 1\n--- # b\nb: 1\n', first: '2:1 yaml-documents' },
    { reason: 'something behind the end of the document', text: 'a: 1\n...\nb: 1\n', first: '3:1 yaml-documents' },
    { reason: 'a tag that would make code in other loaders', text: 'a: !!js/function "x"\n', first: '1:4 yaml-tag' },
    { reason: 'a binary tag', text: 'a: !!binary aGk=\n', first: '1:4 yaml-tag' },
    { reason: 'a directive', text: '%YAML 1.1\n---\na: 1\n', first: '1:1 yaml-directive' },
    { reason: 'a tab as indentation', text: 'a:\n\tb: 1\n', first: '2:1 yaml-tab' },
    { reason: 'an alias without an anchor', text: 'a: *nobody\n', first: '1:4 syntax' },
    { reason: 'a bracket that stays open', text: 'a: [1, 2\nb: 3\n', first: '2:1 syntax' },
    { reason: 'a bracket that closes nothing', text: 'a: 1]\n]\n', first: '2:1 syntax' },
    { reason: 'a quote that stays open', text: 'a: "x\n', first: '2:1 syntax' },
    { reason: 'two values side by side', text: 'a: b: c\n', first: '1:4 syntax' },
  ];
  test.each(cases)('$reason', ({ text, first }) => {
    const result = load(text);
    expect(result.ok).toBe(false);
    expect(codes(text)).toContain(first);
  });
});

describe('large files', () => {
  const many = (last: string): string =>
    `${head}components:\n${Array.from({ length: 40_000 }, (_, index) => `  c${index}: { type: test/node, spec: {} }\n`).join('')}${last}`;

  test('a mistake in one that only the quick reader can read is told at its place', { timeout: 20_000 }, () => {
    expect(load(many('')).ok).toBe(true);
    expect(shown(many('  last: { type: test/node, spec: { x: &a 1 } }\n'))).toMatch(
      /^playbook.yaml:40006:39: error: the file is too large for anything but plain YAML, and this is something else/,
    );
  });
});

describe('mistakes that do not hide the others', () => {
  test('keys given twice, merge keys, keys that are no text', () => {
    const text = `${head}metadata: { name: again }
components:
  a: { type: test/node, spec: { <<: { b: 1 }, [c]: 1, __proto__: { polluted: true } } }
  a: { type: test/nod, spec: {} }
`;
    expect(codes(text)).toEqual([
      '5:1 duplicate-key',
      '7:33 merge-key',
      '7:47 key',
      '7:55 key',
      '8:3 duplicate-key',
      '8:14 unknown-type',
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(shown(text)).toContain('the key "metadata" is given twice; first at 3:1');
  });
});

describe('values', () => {
  test.each([`${oneNode}...\n`, `${oneNode}...\n# the end\n`, `# first\n--- \n${oneNode}`])(
    'marks around the one document are no mistake: %j',
    (text) => {
      expect(codes(text)).toEqual([]);
    },
  );

  test('aliases stand for what they name, and mistakes in it are told where it stands', () => {
    const text = `${head}components:
  a: { type: test/node, spec: &s { x: [1, two, true, null, 1.5] } }
  b: { type: test/node, spec: *s }
`;
    const playbook = sound(text);
    expect(playbook.components.get('b')?.spec).toEqual({ x: [1, 'two', true, null, 1.5] });
    expect(codes(text.replace('two', '"${nobody.id}"'))).toEqual(['6:44 unknown-component']);
  });

  test('a merge of CRLF, block scalars and comments keeps its places', () => {
    const text = `${head}# note\r\ncomponents:\r\n  a:\r\n    type: test/node\r\n    spec:\r\n      text: |\r\n        one\r\n        two\r\n      list: [ "\${gone.id}" ]\r\n`;
    expect(codes(text)).toEqual(['13:16 unknown-component']);
  });

  test('places are found for keys, values, items, empty values and paths that end early', () => {
    const result = readSource('f', 'a:\n  b: [x, {c: 1}]\n  d:\n');
    if (!result.ok) throw new Error('must be sound');
    const { source } = result;
    const where = (path: readonly (string | number)[], what: 'key' | 'value'): string => {
      const { line, column, length } = source.locate(path, what);
      return `${line}:${column}+${length}`;
    };
    expect(where(['a', 'b', 0], 'value')).toBe('2:7+1');
    expect(where(['a', 'b', 1, 'c'], 'key')).toBe('2:11+1');
    expect(where(['a', 'b', 1, 'c'], 'value')).toBe('2:14+1');
    expect(where(['a', 'd'], 'value')).toBe('3:3+1');
    expect(where(['a'], 'value')).toBe('1:1+1');
    expect(where(['a', 'b', 7, 'zzz'], 'value')).toBe('2:6+1');
    expect(where([], 'value')).toBe('1:1+1');
  });
});
