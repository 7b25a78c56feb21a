// The two readers of playbooks must never disagree: whatever the quick one takes, the full one takes without a word, to
// the same value, with everything at the same place.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/components/contract.ts';
import { readComposed } from '../../src/playbook/yaml/composed.ts';
import { findPlain, readPlain } from '../../src/playbook/yaml/plain.ts';
import { linesOf } from '../../src/playbook/yaml/scan.ts';
import type { Path, Span } from '../../src/playbook/yaml/found.ts';
import { drawn } from '../helpers/sized.ts';

/** Paths of everything in a value. */
function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? [...(value as readonly Json[]).entries()]
    : Object.entries(value);
  return [path, ...parts.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

/** True when the quick reader took the text; fails when the full one sees anything else in it. */
function agree(text: string): boolean {
  const quick = readPlain(text);
  if (!quick.ok) {
    expect(quick.at).toBeLessThanOrEqual(text.length);
    return false;
  }
  const full = readComposed(text, linesOf(text));
  expect({ text, problems: full.problems }).toEqual({ text, problems: [] });
  // As text: a key called `constructor` confuses deep comparisons.
  expect({ text, value: JSON.stringify(quick.value) }).toEqual({ text, value: JSON.stringify(full.value) });
  const find = findPlain(text);
  for (const path of pathsOf(quick.value)) {
    const [mine, theirs] = [find(path), full.find(path)];
    expect({ text, path, key: mine.key, kind: mine.kind }).toEqual({ text, path, key: theirs.key, kind: theirs.kind });
    const isEmpty = theirs.value.from === theirs.value.to;
    expect({ text, path, isEmpty: mine.value.from === mine.value.to }).toEqual({ text, path, isEmpty });
    // Nothing has no place of its own: its key is shown, or in a list its line.
    if (isEmpty && mine.key !== undefined) continue;
    const { from, to } = theirs.value;
    const of = (span: Span): unknown =>
      isEmpty ? text.slice(0, span.from).split('\n').length : mine.kind === 'scalar' ? span : span.from;
    if (path.length > 0) expect({ text, path, at: of(mine.value) }).toEqual({ text, path, at: of({ from, to }) });
  }
  return true;
}

const words = fc.constantFrom(
  ...['a', 'name', 'true', 'False', 'null', '~', '12', '-3', '+4', '0', '007', '1.50', '.5', '1e3', '0x1F', '0o17'],
  ...['.inf', '-.INF', '.nan', '1_000', '1.', '-', '--', '-a', '?', '<<', '__proto__', 'constructor', 'arn:aws:ecs:x'],
  ...['${a.b}', 'a b', 'a#b', 'a #b', 'http://x/y', '12:30', 'x, y', 'it\'s "so"', 'ü€ 😀', '2016-09-05', 'yes', 'y:'],
  ...['[a', 'a]', '{', '}', '&a', '*a', '!t', '| x', '> x', '@a', '`a', '%a', ': x', '9007199254740993', '- a', ''],
);
const plainWords = fc.constantFrom('a', 'b', 'name', 'x-1', '12', 'arn:aws:x', 'a b', '${a.b}', 'true', '1.5', '1');
const quoted = fc
  .oneof(words, fc.string({ maxLength: 6 }))
  .chain((text) => fc.constantFrom(`'${text.replaceAll("'", "''")}'`, JSON.stringify(text)));
const scalar = fc.oneof({ arbitrary: plainWords, weight: 6 }, { arbitrary: words, weight: 1 }, quoted);
const gap = fc.constantFrom('', '', '', ' ', '  ', ' # note', '\n', '\n    ', ' #: [\n      ');

/** Flow collections, now and then over several lines. */
const { flow } = fc.letrec<{ flow: string; list: string; map: string; item: string }>((tie) => ({
  item: fc.oneof({ maxDepth: 3, depthIdentifier: 'flow' }, scalar, tie('flow')),
  list: fc
    .tuple(fc.array(tie('item'), { maxLength: 3 }), gap, fc.boolean())
    .map(([items, space, trail]) => `[${space}${items.join(`,${space === '' ? ' ' : space}`)}${trail ? ',' : ''}]`),
  map: fc
    .tuple(fc.array(fc.tuple(scalar, fc.constantFrom(': ', ':', ' : '), tie('item')), { maxLength: 3 }), gap)
    .map(([fields, space]) => `{${space}${fields.map((each) => each.join('')).join(`,${space}`)}${space}}`),
  flow: fc.oneof(tie('list'), tie('map')),
}));

/** Blocks: lines of an indentation, some followed by deeper blocks. */
const { block } = fc.letrec<{ block: readonly string[]; map: readonly string[]; list: readonly string[] }>((tie) => {
  const inline = fc
    .tuple(fc.oneof(scalar, flow), fc.constantFrom('', '', '', ' ', ' # note'))
    .map((each) => each.join(''));
  const nested = fc
    .tuple(tie('block'), fc.constantFrom('  ', '  ', '    ', ' ', ''))
    .map(([lines, indent]) => ['', ...lines.map((line) => `${indent}${line}`)]);
  const value = fc.oneof(
    { maxDepth: 3, depthIdentifier: 'block' },
    inline.map((each) => [` ${each}`]),
    nested,
    fc.constant(['']),
    fc.constant([' # later']),
  );
  const extra = fc.constantFrom<readonly string[]>([], [], [], [''], ['# note'], ['   # odd'], ['   ']);
  const entries = (head: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
    fc
      .array(fc.tuple(head, value, extra), { minLength: 1, maxLength: 4 })
      .map((all) => all.flatMap(([first, [rest = '', ...lines], more]) => [`${first}${rest}`, ...lines, ...more]));
  const key = fc.oneof({ arbitrary: fc.stringMatching(/^[a-z]{1,3}$/), weight: 8 }, { arbitrary: scalar, weight: 1 });
  return {
    map: entries(key.map((each) => `${each}:`)),
    list: fc.oneof(
      entries(fc.constant('-')),
      tie('map').map((lines) => lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)),
    ),
    block: fc.oneof(tie('map'), tie('list')),
  };
});
const documents = fc
  .tuple(fc.constantFrom('', '', '---\n', '# note\n\n'), block, fc.constantFrom('\n', '', '\n\n# end', '\n...\n'))
  .map(([start, lines, end]) => `${start}${lines.join('\n')}${end}`);

const shipped = ['deployer-api.yaml', 'storefront.yaml'].map((file) =>
  readFileSync(new URL(`../../playbooks/${file}`, import.meta.url), 'utf8'),
);
const snippets = fc.constantFrom(
  ...[' ', '  ', '\n', '\n ', '\n  ', '\t', '\r\n', ':', ': ', ' :', '-', '- ', '\n- ', '#', ' #', ',', '[', ']', '{'],
  ...['}', '"', "'", '\\', '&', '*', '!', '|', '>', '?', '? ', '%', '@', '`', '~', '<<: ', '---\n', '...\n', 'a', '1'],
  ...['.', 'null', '\u00a0', '\u2028', '\u0085', '\ufeff', '😀', '\\x41', '\\u00e9', '""', "''", '[]', '{}', 'a: 1\n'],
);
const strokes = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.constantFrom(0, 0, 1, 1, 2, 5, 20),
    insert: fc.oneof(fc.constant(''), snippets),
  }),
  { minLength: 1, maxLength: 3 },
);

function inject(text: string, all: readonly { at: number; remove: number; insert: string }[]): string {
  return all.reduce((old, { at, remove, insert }) => {
    const from = at % (old.length + 1);
    return old.slice(0, from) + insert + old.slice(from + remove);
  }, text);
}

describe('the quick reader and the full one', () => {
  test('agree on the playbooks that ship, which are plain', () => {
    for (const text of shipped) expect(agree(text)).toBe(true);
  });

  test('agree on documents of every shape that the quick one takes, and it takes many', () => {
    let taken = 0;
    const runs = drawn({ quick: 500, long: 5_000 });
    fc.assert(
      fc.property(documents, (text) => {
        if (agree(text)) taken += 1;
      }),
      runs,
    );
    expect(taken).toBeGreaterThan(runs.numRuns / 5);
  });

  test('agree on documents with slips of the pen', () => {
    fc.assert(
      fc.property(documents, strokes, (text, all) => {
        agree(inject(text, all));
      }),
      drawn({ quick: 500, long: 5_000 }),
    );
  });

  test('agree on a real playbook with slips of the pen', () => {
    const playbook = shipped[0]?.split('\n').slice(25, 75).join('\n') ?? '';
    fc.assert(
      fc.property(strokes, (all) => {
        agree(inject(playbook, all));
      }),
      drawn({ quick: 200, long: 1_000 }),
    );
  });
});
