// One document in each of its forms: what a form cannot show is left out, headings and all, and no text becomes markup.
import { describe, expect, test } from 'vitest';
import {
  badge,
  code,
  codes,
  note,
  numbers,
  paragraph,
  table,
  type Block,
  type Document,
} from '../../../src/report/document/document.ts';
import { documentPage } from '../../../src/report/document/html/page.ts';
import { documentMarkdown } from '../../../src/report/document/markdown.ts';

function documentWith(...blocks: readonly Block[]): Document {
  return {
    title: 'window',
    kicker: 'kind',
    headline: 'head',
    verdict: [badge('fine', 'good')],
    opening: [],
    sections: [{ title: 'section', id: 's', blocks }],
  };
}

const bars: Block = {
  kind: 'bars',
  rows: [{ name: 'a', tone: 'good', word: undefined, from: 0, segments: [], retries: [], said: 'soon' }],
  seconds: 3,
};

describe('as Markdown', () => {
  const markdownOf = (...blocks: readonly Block[]): string => documentMarkdown(documentWith(...blocks));

  test.each<[string, readonly Block[], string]>([
    ['a paragraph', [paragraph('a ', code('b'), ' *c* ', badge('d', 'bad'))], 'a `b` \\*c\\* **d**'],
    ['names', [paragraph(...codes(['a', 'b'], ', '), '.')], '`a`, `b`.'],
    [
      'an ordered list with a title',
      [{ kind: 'list', title: 'why', items: ['a', 'b'], ordered: true }],
      'why:\n\n1. a\n2. b',
    ],
    ['a chain', [{ kind: 'chain', names: ['a', 'b'] }], '`a` → `b`'],
    ['lines', [{ kind: 'lines', lines: ['```', '- a'], language: 'diff' }], '````diff\n```\n- a\n````'],
    [
      'a table',
      [
        table(
          ['x', numbers('y')],
          [
            [badge('|', 'bad'), undefined],
            [['a', { kind: 'aside', text: 'b' }], '1'],
          ],
        ),
      ],
      '| x | y |\n| --- | --- |\n| \\| |  |\n| a — b | 1 |',
    ],
    [
      'facts',
      [
        {
          kind: 'facts',
          facts: [
            ['a', undefined],
            ['b', code('c')],
          ],
        },
      ],
      '- **b**: `c`',
    ],
    ['a part', [{ kind: 'part', title: 'part', blocks: [paragraph('a')] }], '### part\n\na'],
    ['bars', [{ ...bars, instead: table(['x'], [['1']]) }], '| x |\n| --- |\n| 1 |'],
  ])('%s', (_, blocks, expected) => {
    expect(markdownOf(...blocks)).toBe(`# head (fine)\n\n## section\n\n${expected}\n`);
  });

  test.each<[string, readonly Block[]]>([
    ['notes', [note('how to read it')]],
    ['drawings', [bars, { kind: 'tiles', tiles: [{ value: '1', label: 'one', tone: 'good' }] }]],
    ['a table without rows, under its title', [table(['x'], [], 'title')]],
    ['a part of nothing', [{ kind: 'part', title: 'part', blocks: [note('x')] }]],
  ])('a section of %s alone is left out', (_, blocks) => {
    expect(markdownOf(...blocks)).toBe('# head (fine)\n');
  });
});

describe('as a page', () => {
  const mainOf = (...blocks: readonly Block[]): string =>
    /<main>\n([^]*)<\/main>/.exec(documentPage(documentWith(...blocks)))?.[1] ?? 'no main';

  test.each<[string, readonly Block[], string]>([
    ['a paragraph', [paragraph('<a> ', code('"b"'))], '<p>&lt;a&gt; <code>&quot;b&quot;</code></p>'],
    [
      'an ordered list with a title',
      [{ kind: 'list', title: 'why', items: ['&'], ordered: true }],
      '<h3>why</h3>\n<ol><li>&amp;</li></ol>',
    ],
    ['lines', [{ kind: 'lines', lines: ['<'], language: 'diff' }], '<pre>&lt;\n</pre>'],
    ['a part', [{ kind: 'part', title: 'part', blocks: [paragraph('a')] }], '<h3>part</h3>\n<p>a</p>'],
    ['a note before what it is about', [note('<'), paragraph('a')], '<p>&lt;</p>\n<p>a</p>'],
    ['a link', [paragraph({ kind: 'link', text: '<', to: 's' })], '<p><a href="#s">&lt;</a></p>'],
  ])('%s', (_, blocks, expected) => {
    expect(mainOf(...blocks)).toBe(`<section id="s">\n<h2>section</h2>\n${expected}\n\n</section>\n`);
  });

  test('columns in which nothing stands are left out', () => {
    const main = mainOf(
      table(
        ['x', 'y', 'z'],
        [
          ['1', undefined, ''],
          ['2', [], '3'],
        ],
      ),
    );
    expect([...main.matchAll(/<th class="">(.)<\/th>/g)].map(([, title]) => title)).toEqual(['x', 'z']);
    expect(main.match(/<td/g)).toHaveLength(4);
  });

  test.each<[string, readonly Block[]]>([
    ['notes', [note('how to read it')]],
    ['a table without rows, under its title', [table(['x'], [], 'title')]],
    ['a part of nothing', [{ kind: 'part', title: 'part', blocks: [note('x')] }]],
  ])('a section of %s alone is left out', (_, blocks) => {
    expect(mainOf(...blocks)).toBe('');
  });
});
