// What has to be on disk before a run goes on: files, the folders that name them, and each line to its last byte.
import type * as fs from 'node:fs';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BeforeImage } from '../../../src/run/journal/events.ts';
import { openFileJournal, type Journal } from '../../../src/run/journal/journal.ts';
import { readJournal, type ReadJournal } from '../../../src/run/journal/read-journal.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { StorageFailure } from '../../../src/util/storage.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

/** `most`: bytes that are taken at once; `room`: bytes that are taken at all; `code`: what is answered then. */
const disk = vi.hoisted(
  (): {
    onSync: (descriptor: number) => void;
    most: number;
    room: number;
    code: string;
    canTruncate: boolean;
  } => ({ onSync: () => undefined, most: 0, room: 0, code: 'ENOSPC', canTruncate: true }),
);

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    fsyncSync: (descriptor: number): void => {
      disk.onSync(descriptor);
      real.fsyncSync(descriptor);
    },
    writeSync: (descriptor: number, bytes: Buffer, from: number): number => {
      const taken = Math.min(disk.most, disk.room, bytes.length - from);
      if (taken === 0) throw Object.assign(new Error(`${disk.code}: write`), { code: disk.code });
      disk.room -= taken;
      return real.writeSync(descriptor, bytes, from, taken);
    },
    ftruncateSync: (descriptor: number, length: number): void => {
      if (!disk.canTruncate) throw Object.assign(new Error('EIO: ftruncate'), { code: 'EIO' });
      real.ftruncateSync(descriptor, length);
    },
    writeFileSync: (...args: Parameters<typeof real.writeFileSync>): void => {
      if (disk.room >= 1_000_000) {
        real.writeFileSync(...args);
        return;
      }
      real.writeFileSync(args[0], Buffer.from(args[1] as string).subarray(0, disk.room));
      throw Object.assign(new Error(`${disk.code}: write`), { code: disk.code });
    },
  };
});

const clock = new VirtualClock(Date.parse('2016-09-05T14:03:07Z'));
let directory = '';
let synced: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relight-disk-'));
  synced = [];
  disk.most = Number.MAX_SAFE_INTEGER;
  disk.room = Number.MAX_SAFE_INTEGER;
  disk.code = 'ENOSPC';
  disk.canTruncate = true;
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
    { seq: 3, type: 'journal-closed' },
  ]);
});

// --- Writes that fail ------------------------------------------------------------------------------------------------

/** The first line of a run. */
async function beginning(): Promise<Parameters<Journal['record']>[0]> {
  const rig = scriptedRig('a; b', { deployed: false });
  const [first] = (await rig.run()).journal.records;
  if (first?.type !== 'run-started') throw new Error('no beginning');
  const { plan, sandbox, tool, verify } = first;
  return { type: 'run-started', version: 1, runId: 'r', tool, plan, verify, sandbox };
}

const file = (): string => join(directory, 'r/journal.jsonl');
const read = (): ReadJournal => readJournal(readFileSync(file()));
const failure = (work: () => void): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

test('a line that fails after any number of bytes leaves nothing of itself, and the next one follows the one before', async () => {
  const first = await beginning();
  const line = 300;
  for (let taken = 0; taken <= line; taken += 7) {
    const journal = openFileJournal(directory, 'r', clock);
    journal.record(first);
    const before = readFileSync(file());
    disk.room = taken;
    disk.code = taken % 2 === 0 ? 'ENOSPC' : 'EIO';
    const error = failure(() => {
      journal.record({ type: 'step-waiting', step: 'a.create', detail: 'x'.repeat(line) });
    });
    expect(error).toBeInstanceOf(StorageFailure);
    expect(error).toMatchObject({ code: disk.code, path: file() });
    expect(readFileSync(file())).toEqual(before);
    disk.room = Number.MAX_SAFE_INTEGER;
    journal.record({ type: 'step-started', step: 'a.create' });
    journal.close();
    expect(read()).toMatchObject({
      kind: 'sound',
      torn: false,
      records: [{ seq: 1 }, { seq: 2, type: 'step-started' }],
      integrity: { kind: 'chained', closed: true },
    });
    rmSync(join(directory, 'r'), { recursive: true });
  }
});

test('a line that was written and could not be flushed is taken back', async () => {
  const journal = openFileJournal(directory, 'r', clock);
  journal.record(await beginning());
  const before = readFileSync(file());
  let calls = 0;
  disk.onSync = () => {
    calls += 1;
    if (calls === 1) throw Object.assign(new Error('EIO: fsync'), { code: 'EIO' });
  };
  expect(
    failure(() => {
      journal.record({ type: 'step-started', step: 'a.create' });
    }),
  ).toMatchObject({ code: 'EIO' });
  expect(readFileSync(file())).toEqual(before);
});

test('half a line that cannot be cut back is the last: the journal takes nothing more, and reads as torn', async () => {
  const journal = openFileJournal(directory, 'r', clock);
  journal.record(await beginning());
  disk.room = 20;
  disk.canTruncate = false;
  expect(
    failure(() => {
      journal.record({ type: 'step-started', step: 'a.create' });
    }),
  ).toMatchObject({ code: 'ENOSPC' });
  disk.room = Number.MAX_SAFE_INTEGER;
  expect(
    failure(() => {
      journal.record({ type: 'step-started', step: 'b.create' });
    }),
  ).toMatchObject({ code: 'ENOSPC' });
  journal.close();
  expect(read()).toMatchObject({ kind: 'sound', torn: true, integrity: { closed: false } });
});

test('a journal whose closing line finds no room is whole without it', async () => {
  const journal = openFileJournal(directory, 'r', clock);
  journal.record(await beginning());
  disk.room = 30;
  journal.close();
  expect(read()).toMatchObject({ kind: 'sound', torn: false, integrity: { kind: 'chained', closed: false } });
});

test('a journal that was removed takes no line: nobody would ever read it', async () => {
  const journal = openFileJournal(directory, 'r', clock);
  journal.record(await beginning());
  rmSync(join(directory, 'r'), { recursive: true });
  expect(
    failure(() => {
      journal.record({ type: 'step-started', step: 'a.create' });
    }),
  ).toMatchObject({ code: 'ENOENT' });
  expect(
    failure(() => {
      journal.saveBeforeImage({ ...image });
    }),
  ).toBeInstanceOf(StorageFailure);
  expect(existsSync(join(directory, 'r'))).toBe(false);
  journal.close();
});

test('half an image is removed, and a further try has its name', () => {
  const journal = openFileJournal(directory, 'r', clock);
  disk.room = 25;
  expect(
    failure(() => {
      journal.saveBeforeImage(image);
    }),
  ).toMatchObject({ code: 'ENOSPC' });
  expect(readdirSync(join(directory, 'r/before'))).toEqual([]);
  disk.room = Number.MAX_SAFE_INTEGER;
  expect(journal.saveBeforeImage(image).file).toBe('before/a.delete.json');
});
