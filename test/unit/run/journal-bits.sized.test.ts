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

/** What a short run has written, and of which run. */
async function smallRecords(): Promise<{ readonly bodies: readonly [object, ...object[]]; readonly runId: string }> {
  const { journal } = await scriptedRig('a', { deployed: false }).run();
  const [first, ...rest] = journal.records;
  return { bodies: [{ ...first, version: chainedVersion }, ...rest], runId: journal.runId };
}

async function smallJournal(closed: boolean): Promise<Buffer> {
  const { bodies, runId } = await smallRecords();
  return chained(bodies, runId, closed);
}

/** What a recovery of the Deployer API wrote, as it would be written now. */
function largeRecords(): { readonly bodies: readonly [object, ...object[]]; readonly runId: string } {
  const runs = new URL('../../fixtures/0.1.0/state/runs/', import.meta.url);
  const texts = readdirSync(runs).map((run) => readFileSync(new URL(`${run}/journal.jsonl`, runs), 'utf8'));
  const text = texts.reduce((longest, each) => (each.length > longest.length ? each : longest));
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly runId?: string });
  const [first, ...rest] = records;
  return { bodies: [{ ...first, version: chainedVersion }, ...rest], runId: first?.runId ?? '' };
}

/** Of each byte the line that it is in. */
function linesIn(journal: Buffer): readonly number[] {
  let line = 1;
  return [...journal].map((byte) => (byte === 10 ? line++ : line));
}

/** What is wrong with how a flip was taken; undefined when it was found, and told where. */
function missed(journal: Buffer, lines: readonly number[], bit: number): string | undefined {
  const byte = bit >> 3;
  const damaged = Buffer.from(journal);
  damaged[byte] = (journal[byte] ?? 0) ^ (1 << (bit & 7));
  const read = readJournal(damaged);
  const where = `bit ${bit & 7} of byte ${byte}`;
  if (read.kind !== 'damaged') return `${where}: ${read.kind}`;
  return read.line === lines[byte] ? undefined : `${where}: line ${read.line} instead of ${lines[byte] ?? 0}`;
}

/** Flips of bits, drawn by lot where they are not all wanted. */
function missesOf(journal: Buffer, wanted: number, from = 0): readonly string[] {
  const lines = linesIn(journal);
  const all = journal.length * 8;
  const random = seededRandom(20_160_905);
  const isAll = wanted >= all;
  const bits = { length: isAll ? all - 8 * from : wanted };
  return Array.from(bits, (_, nth) =>
    missed(journal, lines, isAll ? 8 * from + nth : Math.floor(random() * all)),
  ).filter((each) => each !== undefined);
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

test('bits of a whole recovery, by lot', () => {
  const { bodies, runId } = largeRecords();
  const journal = chained(bodies, runId);
  expect(journal.length).toBeGreaterThan(20_000);
  expect(readJournal(journal)).toMatchObject({ kind: 'sound', integrity: { kind: 'chained', closed: true } });
  expect(missesOf(journal, sized({ quick: 1_000, long: 8_000 }))).toEqual([]);
}, 300_000);

// What stands before a line is read before it: some of its records after a short beginning are read as they are after the whole
// of what was before, for a tenth of the time.
test('bits of the records of a whole recovery, a few at a time: all in the long run, else some of the last ones', async () => {
  const { bodies, runId } = largeRecords();
  const small = await smallRecords();
  const [first, ...rest] = bodies;
  expect(missesOf(chained([first], runId), sized({ quick: 100, long: Number.POSITIVE_INFINITY }))).toEqual([]);
  const few = 4;
  const pieces = Array.from({ length: Math.ceil(rest.length / few) }, (_, nth) => few * nth);
  for (const at of sized({ quick: pieces.slice(-1), long: pieces })) {
    const piece = rest.slice(at, at + few).map((each, nth) => ({ ...each, seq: nth + 2 }));
    const journal = chained([small.bodies[0], ...piece], small.runId);
    expect(readJournal(journal)).toMatchObject({ kind: 'sound', integrity: { kind: 'chained', closed: true } });
    // The beginning is that of a small journal, of which every bit is flipped above.
    const wanted = sized({ quick: 500, long: Number.POSITIVE_INFINITY });
    expect(missesOf(journal, wanted, journal.indexOf(10) + 1)).toEqual([]);
  }
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
