// The journal file: each line on disk before the next thing happens, for its owner's eyes, never overwritten.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BeforeImage, JournalRecord } from '../../../src/run/journal/events.ts';
import { imageDigest, newRunId, openFileJournal } from '../../../src/run/journal/journal.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

const clock = new VirtualClock(Date.parse('2016-09-05T14:03:07Z'));
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relight-journal-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const linesOf = (runId: string): readonly JournalRecord[] =>
  readFileSync(join(directory, runId, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalRecord);

const image: BeforeImage = {
  version: 1,
  runId: 'r',
  step: 'a.delete',
  component: 'a',
  type: 'test/node',
  at: '2016-09-05T14:03:07.000Z',
  spec: { name: 'a' },
  tags: null,
  state: { size: 1 },
  captured: null,
};

describe('journal file', () => {
  test('a line is on disk when record returns, and the sink is told after that', () => {
    const onDisk: number[] = [];
    const journal = openFileJournal(directory, 'r', clock, () => onDisk.push(linesOf('r').length));
    journal.record({ type: 'step-started', step: 'a.create' });
    journal.record({ type: 'step-settled', step: 'a.create' });
    expect(onDisk).toEqual([1, 2]);
    const chain = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(linesOf('r')).toEqual([
      { seq: 1, at: '2016-09-05T14:03:07.000Z', type: 'step-started', step: 'a.create', chain },
      { seq: 2, at: '2016-09-05T14:03:07.000Z', type: 'step-settled', step: 'a.create', chain },
    ]);
    journal.close();
  });

  test('a run id is used once; the first journal stays as it was', () => {
    const journal = openFileJournal(directory, 'r', clock);
    journal.record({ type: 'step-started', step: 'a.create' });
    journal.close();
    expect(() => openFileJournal(directory, 'r', clock)).toThrow('EEXIST');
    expect(linesOf('r')).toMatchObject([{ step: 'a.create' }, { type: 'journal-closed', records: 1 }]);
  });

  test('only its owner may read it and the before-images', () => {
    const journal = openFileJournal(directory, 'r', clock);
    const { file: name } = journal.saveBeforeImage(image);
    const { file: left } = journal.saveAfterImage(image);
    journal.close();
    const modeOf = (path: string): number => statSync(join(directory, 'r', path)).mode & 0o777;
    expect(modeOf('journal.jsonl')).toBe(0o600);
    expect(modeOf(name)).toBe(0o600);
    expect(modeOf(left)).toBe(0o600);
    expect(modeOf('.')).toBe(0o700);
    expect(modeOf('before')).toBe(0o700);
    expect(modeOf('after')).toBe(0o700);
  });

  test('a before-image is found under the name that is journalled', () => {
    const journal = openFileJournal(directory, 'r', clock);
    const { file: name, digest } = journal.saveBeforeImage(image);
    journal.close();
    expect(digest).toBe(imageDigest(readFileSync(join(directory, 'r', name))));
    expect(name).toBe(join('before', 'a.delete.json'));
    expect(JSON.parse(readFileSync(join(directory, 'r', name), 'utf8'))).toEqual(image);
    expect(journal.place).toBe(join(directory, 'r'));
  });

  test('an image never takes the place of an older one', () => {
    const journal = openFileJournal(directory, 'r', clock);
    const first = journal.saveBeforeImage(image);
    const second = journal.saveBeforeImage({ ...image, state: { size: 2 } });
    journal.close();
    expect(second.file).not.toBe(first.file);
    expect(JSON.parse(readFileSync(join(directory, 'r', first.file), 'utf8'))).toEqual(image);
  });

  test('texts with line breaks stay on their line', () => {
    const journal = openFileJournal(directory, 'r', clock);
    journal.record({ type: 'step-waiting', step: 'a.create', detail: 'one\ntwo\u2028three' });
    journal.close();
    expect(linesOf('r')[0]).toMatchObject({ detail: 'one\ntwo\u2028three' });
  });
});

test('run ids sort by time, two of one second too, and differ by their salt', () => {
  const later = new VirtualClock(clock.now() + 1);
  expect(newRunId(clock, 'ab12')).toMatch(/^20160905-140307-\d{3}ab12$/);
  expect(newRunId(clock, 'zzzz') < newRunId(later, 'aaaa')).toBe(true);
});
