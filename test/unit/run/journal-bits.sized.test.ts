// Every bit of a journal flipped, one at a time: each flip is found, and none past the line that it is in.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chainedVersion, chainStart, linkTo } from '../../../src/run/journal/chain.ts';
import { readJournal } from '../../../src/run/journal/read-journal.ts';
import { seededRandom } from '../../../src/util/random.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';
import { sized } from '../../helpers/sized.ts';

/** The lines of a journal, chained as in a file; closed unless told otherwise. */
function chained(bodies: readonly object[], runId: string, closed = true): Buffer {
  let digest = chainStart(runId);
  const lines: string[] = [];
  const add = (body: object): void => {
    const link = linkTo(digest, JSON.stringify(body));
    lines.push(link.line);
    digest = link.digest;
  };
  bodies.forEach(add);
  const count = bodies.length;
  const at = '2016-09-05T14:03:07.000Z';
  if (closed) add({ seq: count + 1, at, type: 'journal-closed', records: count, head: digest });
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

async function smallJournal(closed: boolean): Promise<Buffer> {
  const { journal } = await scriptedRig('a', { deployed: false }).run();
  const [first, ...rest] = journal.records;
  return chained([{ ...first, version: chainedVersion }, ...rest], journal.runId, closed);
}

/** A journal of a recovery of the Deployer API, as it would be written now. */
function largeJournal(): Buffer {
  const runs = new URL('../../fixtures/0.1.0/state/runs/', import.meta.url);
  const texts = readdirSync(runs).map((run) => readFileSync(new URL(`${run}/journal.jsonl`, runs), 'utf8'));
  const text = texts.reduce((longest, each) => (each.length > longest.length ? each : longest));
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly runId?: string });
  const [first, ...rest] = records;
  return chained([{ ...first, version: chainedVersion }, ...rest], first?.runId ?? '');
}

function lineAt(journal: Buffer, byte: number): number {
  return journal.subarray(0, byte).filter((each) => each === 10).length + 1;
}

/** What is wrong with how a flip was taken; undefined when it was found, and told where. */
function missed(journal: Buffer, bit: number): string | undefined {
  const byte = bit >> 3;
  const damaged = Buffer.from(journal);
  damaged[byte] = (journal[byte] ?? 0) ^ (1 << (bit & 7));
  const read = readJournal(damaged);
  const where = `bit ${bit & 7} of byte ${byte}`;
  if (read.kind !== 'damaged') return `${where}: ${read.kind}`;
  return read.line === lineAt(journal, byte)
    ? undefined
    : `${where}: line ${read.line} instead of ${lineAt(journal, byte)}`;
}

/** Flips of bits, drawn by lot where they are not all wanted. */
function missesOf(journal: Buffer, wanted: number): readonly string[] {
  const all = journal.length * 8;
  const random = seededRandom(20_160_905);
  const bits = { length: Math.min(wanted, all) };
  const isAll = wanted >= all;
  return Array.from(bits, (_, nth) => missed(journal, isAll ? nth : Math.floor(random() * all))).filter(
    (each) => each !== undefined,
  );
}

test('bits of a small journal: all in the long run, else 3,000 by lot', async () => {
  const journal = await smallJournal(true);
  expect(readJournal(journal)).toMatchObject({ kind: 'sound', integrity: { kind: 'chained', closed: true } });
  expect(missesOf(journal, sized({ quick: 3_000, long: Number.POSITIVE_INFINITY }))).toEqual([]);
}, 300_000);

test('bits of a journal without a closing line: all in the long run, else 1,500 by lot', async () => {
  const journal = await smallJournal(false);
  expect(readJournal(journal)).toMatchObject({ kind: 'sound', torn: false, integrity: { closed: false } });
  expect(missesOf(journal, sized({ quick: 1_500, long: Number.POSITIVE_INFINITY }))).toEqual([]);
}, 300_000);

test('bits of a whole recovery: all in the long run, else 1,000 by lot', () => {
  const journal = largeJournal();
  expect(journal.length).toBeGreaterThan(20_000);
  expect(readJournal(journal)).toMatchObject({ kind: 'sound', integrity: { kind: 'chained', closed: true } });
  expect(missesOf(journal, sized({ quick: 1_000, long: Number.POSITIVE_INFINITY }))).toEqual([]);
}, 1_200_000);

test('lines taken away, moved, doubled, or from another run do not fit', async () => {
  const journal = await smallJournal(true);
  const lines = journal.toString().trimEnd().split('\n');
  const textOf = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');
  for (let index = 0; index < lines.length - 1; index += 1) {
    expect(readJournal(textOf(lines.toSpliced(index, 1))), `without line ${index + 1}`).toMatchObject({
      kind: 'damaged',
    });
    expect(readJournal(textOf(lines.toSpliced(index, 0, lines[index] ?? ''))), `line ${index + 1} twice`).toMatchObject(
      { kind: 'damaged' },
    );
  }
  expect(readJournal(textOf([...lines, lines.at(-1) ?? '']))).toMatchObject({
    kind: 'damaged',
    line: lines.length + 1,
  });
  expect(readJournal(`${textOf(lines)}{"seq":`)).toMatchObject({ kind: 'damaged', line: lines.length + 1 });
});

test('cut off anywhere: sound as far as it goes, torn within a line, and not closed', async () => {
  const journal = await smallJournal(true);
  const first = journal.indexOf(10) + 1;
  for (let end = first; end < journal.length; end += 1) {
    const torn = journal[end - 1] !== 10;
    expect(readJournal(journal.subarray(0, end)), `after ${end} bytes`).toMatchObject({
      kind: 'sound',
      torn,
      integrity: { closed: false },
    });
  }
});
