// Text that can only be read: what is shown as an escape, what is left, and that nobody but relight makes colours.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cleanText } from '../../../src/cli/terminal/clean-text.ts';
import { markdownBlock, markdownText } from '../../../src/report/document/markdown-text.ts';
import { shellWord } from '../../../src/util/shell.ts';
import { jsonText, linesText, shown, shownName, withoutCommands } from '../../../src/util/shown.ts';
import { styled, withoutStyle } from '../../../src/util/style.ts';
import { hostile, unseenCodes, wrongWith } from '../../helpers/unseen.ts';

describe('shown', () => {
  test.each(unseenCodes.map((code) => [code.toString(16), code] as const))('U+%s is an escape', (_name, code) => {
    const character = code < 0x10000 ? String.fromCharCode(code) : String.fromCodePoint(code);
    expect(shown(`a${character}b`)).toMatch(/^a(\\[nrt]|(\\u[0-9a-f]{4}){1,2})b$/);
  });

  const readable = [
    'Ünïcode — “quoted”…',
    'שלום',
    'مرحبا',
    'می‌خواهم',
    'क्‍ष',
    '日本語、東京',
    '👩‍💻 ❤️ 👍🏽 1️⃣',
    'Ελλάδα',
    'ไทย',
    '→ ✓ ✗ █░',
  ];
  test.each(readable)('%s stays as it is', (text) => {
    expect(shown(text)).toBe(text);
  });

  test('a joiner that joins nothing is seen', () => {
    expect(shown('pass\u200dword')).toBe('pass\\u200dword');
    expect(shown('a\ufe0fb')).toBe('a\\ufe0fb');
  });

  test('accents do not reach the lines above', () => {
    expect(shown(`a${'\u0301'.repeat(50)}`)).toContain('\\u0301');
    expect(shown('ế')).toBe('ế');
  });

  test('a value makes no second line', () => {
    expect(linesText(['is: a\nroot cause: none', 'b'])).toBe('is: a\\nroot cause: none\nb\n');
  });

  test('a long name keeps its beginning and its end', () => {
    expect(shownName(`${'a'.repeat(9_000)}z`)).toMatch(/^a{35}… \(8931 more\) …a{34}z$/);
  });
});

describe('the door', () => {
  test('lets colours of its own through and no others', () => {
    expect(cleanText(`${styled('red', 'lost')}\n`)).toBe('\u001b[31mlost\u001b[39m\n');
    expect(cleanText('\u001b[32mfine\u001b[39m')).toBe('\\u001b[32mfine\\u001b[39m');
    // Marks as another process would make them.
    expect(cleanText('\ufdd0000000000000000000000000;32\ufdd1')).not.toMatch(/[\u001b\ufdd0]/);
    expect(withoutStyle(styled('bold', 'x'))).toBe('x');
  });

  test('a JSON text stays the same value', () => {
    const value = { [hostile]: [hostile, '\u2028\u202e\u007f\u0085\u{e0041}'] };
    const text = cleanText(jsonText(value));
    expect(JSON.parse(text)).toEqual(value);
    expect(JSON.parse(cleanText(JSON.stringify(value, null, 2)))).toEqual(value);
    expect(wrongWith(text)).toBeUndefined();
  });

  test.each(['::error::x', '  ::set-output name=a::b', '##[error]x', 'a ##vso[task.setvariable]x', '##teamcity[x]'])(
    'no CI service takes %s for a command',
    (text) => {
      expect(withoutCommands(`a\n${text}`)).not.toMatch(/^\s*::|##\w*\[/m);
    },
  );

  test('what is no command stays', () => {
    expect(withoutCommands('a::b\n## title\n[::1]:80')).toBe('a::b\n## title\n[::1]:80');
  });
});

describe('a word to be copied', () => {
  const words = [
    'plain.yaml',
    'a b',
    "it's",
    '$(reboot)',
    '`x`',
    '',
    '-n',
    '~root',
    'a\nb',
    '\u001b[2J\u202e',
    'ü',
    '\u00851',
    "\\'\n",
    '!x',
    '*',
  ];
  test.each(words)('%j is one argument, and the same, in a shell', (word) => {
    const text = shellWord(word);
    expect(shown(text)).toBe(text);
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${text}`], {
      encoding: 'utf8',
    });
    expect(stdout).toBe(word);
  });
});

describe('Markdown', () => {
  test('holds no links, pictures, tags, mentions or issues of others', () => {
    const text = markdownText(
      '<img src=x> [a](http://b.c) ![p](x) @team ann@b.example #12 GH-3 www.x.y `c` | *b* \u202e\n# t',
    );
    expect(text).toBe(
      '&lt;img src=x&gt; \\[a\\](http:<!-- -->//b.c) !\\[p\\](x) @<!-- -->team ann@<!-- -->b.example \\#<!-- -->12 GH-<!-- -->3 www.<!-- -->x.y \\`c\\` \\| \\*b\\* \\\\u202e \\# t',
    );
  });

  test('a fence ends where it should', () => {
    const [first, ...rest] = markdownBlock(['````', 'x'], 'diff');
    expect(first).toBe('`````diff');
    expect(rest.at(-1)).toBe('`````');
  });
});
