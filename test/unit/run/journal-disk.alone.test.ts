// What has to be on disk before a run goes on: files, the folders that name them, and each line to its last byte.
import type * as fs from 'node:fs';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BeforeImage } from '../../../src/run/events.ts';
import { openFileJournal } from '../../../src/run/journal.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

const disk = vi.hoisted((): { onSync: (descriptor: number) => void; most: number } => ({
  onSync: () => undefined,
  most: 0,
}));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    fsyncSync: (descriptor: number): void => {
      disk.onSync(descriptor);
      real.fsyncSync(descriptor);
    },
    writeSync: (descriptor: number, bytes: Buffer, from: number): number =>
      real.writeSync(descriptor, bytes, from, Math.min(disk.most, bytes.length - from)),
  };
});

const clock = new VirtualClock(Date.parse('2016-09-05T14:03:07Z'));
let directory = '';
let synced: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relight-disk-'));
  synced = [];
  disk.most = Number.MAX_SAFE_INTEGER;
  disk.onSync = (descriptor) => {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    synced.push(path === directory ? '.' : path.slice(directory.length + 1));
  };
});

afterEach(() => {
  disk.onSync = () => undefined;
  rmSync(directory, { recursive: true });
});

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

test.runIf(process.platform === 'linux')('folders are on disk as soon as something is in them', () => {
  const journal = openFileJournal(join(directory, 'state/runs'), 'r', clock);
  expect(synced).toEqual(['state/runs/r', 'state/runs', 'state', '.']);
  synced = [];
  journal.saveBeforeImage(image);
  expect(synced).toEqual(['state/runs/r/before/a.delete.json', 'state/runs/r/before']);
  synced = [];
  journal.record({ type: 'step-started', step: 'a.create' });
  expect(synced).toEqual(['state/runs/r/journal.jsonl']);
  synced = [];
  openFileJournal(join(directory, 'state/runs'), 'second', clock).close();
  expect(synced).toEqual(['state/runs/second', 'state/runs']);
  journal.close();
});

test('a file system that cannot sync its folders keeps no run from going on', () => {
  disk.onSync = () => {
    throw Object.assign(new Error('EINVAL: invalid argument, fsync'), { code: 'EINVAL' });
  };
  expect(() => {
    openFileJournal(directory, 'r', clock).close();
  }).not.toThrow();
  disk.onSync = () => {
    throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
  };
  expect(() => openFileJournal(directory, 'other', clock)).toThrow('EIO');
});

test('a line that the disk takes in parts is written to its end', () => {
  disk.most = 7;
  const journal = openFileJournal(directory, 'r', clock);
  journal.record({ type: 'step-waiting', step: 'a.create', detail: 'grüße an alle' });
  journal.record({ type: 'step-started', step: 'b.create' });
  journal.close();
  const lines = readFileSync(join(directory, 'r/journal.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { seq: 1, detail: 'grüße an alle' },
    { seq: 2, step: 'b.create' },
  ]);
});
