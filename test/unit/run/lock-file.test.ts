// The lock in a folder: exchanged by one only, never half read, and a damaged file stops everybody with a remedy.
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileLockStore } from '../../../src/run/lock/file-store.ts';
import { recordText, type LockRecord } from '../../../src/run/lock/record.ts';
import { ownerNamed } from '../../helpers/lock.ts';

const base = mkdtempSync(join(tmpdir(), 'relight-lock-'));
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});
let folders = 0;
function newFolder(): string {
  return join(base, `lock-${(folders += 1)}`);
}

function recordOf(stamp: string, fence = 1): LockRecord {
  return {
    version: 1,
    fence,
    stamp,
    leaseMs: 30_000,
    state: 'held',
    owner: ownerNamed('alice'),
    touchedAt: '2026-01-02T03:04:05.000Z',
    breaker: null,
  };
}

describe('a lock in a folder', () => {
  it('is nothing until it is first taken, and then what was written last', async () => {
    const folder = newFolder();
    const store = fileLockStore(folder, 'RELIGHT_LOCK_DIR');
    expect(await store.read()).toBeUndefined();
    expect(await store.exchange(undefined, recordOf('a'))).toBe('done');
    expect(await store.read()).toEqual(recordOf('a'));
    expect(await store.exchange(recordOf('a'), recordOf('b'))).toBe('done');
    expect(await fileLockStore(folder, 'RELIGHT_LOCK_DIR').read()).toEqual(recordOf('b'));
  });

  it('is not exchanged by who has seen something else', async () => {
    const store = fileLockStore(newFolder(), 'RELIGHT_LOCK_DIR');
    expect(await store.exchange(recordOf('a'), recordOf('b'))).toBe('moved');
    await store.exchange(undefined, recordOf('a'));
    expect(await store.exchange(undefined, recordOf('b'))).toBe('moved');
    expect(await store.exchange(recordOf('x'), recordOf('b'))).toBe('moved');
    expect(await store.read()).toEqual(recordOf('a'));
  });

  it('is readable by its owner only, and keeps no more than a few old files', async () => {
    const folder = newFolder();
    const store = fileLockStore(folder, 'RELIGHT_LOCK_DIR');
    await store.exchange(undefined, recordOf('s0'));
    for (let round = 1; round <= 50; round += 1) {
      expect(await store.exchange(recordOf(`s${round - 1}`), recordOf(`s${round}`))).toBe('done');
    }
    const files = readdirSync(folder);
    expect(files.length).toBeLessThanOrEqual(5);
    expect(files.every((name) => name.endsWith('.json'))).toBe(true);
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is not fooled by a low number that has become free again', async () => {
    const folder = newFolder();
    const store = fileLockStore(folder, 'RELIGHT_LOCK_DIR');
    await store.exchange(undefined, recordOf('s0'));
    for (let round = 1; round <= 10; round += 1) await store.exchange(recordOf(`s${round - 1}`), recordOf(`s${round}`));
    writeFileSync(join(folder, '000000000002.json'), recordText(recordOf('stale')));
    expect(await store.read()).toEqual(recordOf('s10'));
    expect(await store.exchange(recordOf('stale'), recordOf('mine'))).toBe('moved');
  });
});

describe('a damaged lock file', () => {
  const good = recordText(recordOf('a'));
  const cases: readonly (readonly [string, string, string])[] = [
    ['empty', '', 'it is empty'],
    ['cut off', good.slice(0, good.length / 2), 'it is not JSON: it was cut off or damaged'],
    ['edited', good.replace('"fence": 1', '"fence": 7'), 'its seal does not fit: it was edited or damaged'],
    ['of a later version', good.replace('"version": 1', '"version": 2'), 'it is no lock of this relight: version'],
    ['something else', '{"hello": 1}', 'it is no lock of relight'],
    ['with more in it', good.replace('{', '{"more": 1,'), 'it is no lock of this relight'],
  ];
  it.each(cases)('that is %s names the file and the remedy, and stays as it is', async (_, text, reason) => {
    const folder = newFolder();
    mkdirSync(folder);
    const file = join(folder, '000000000001.json');
    writeFileSync(file, text);
    const store = fileLockStore(folder, 'RELIGHT_LOCK_DIR');
    for (const attempt of [store.read(), store.exchange(undefined, recordOf('b'))]) {
      await expect(attempt).rejects.toMatchObject({ name: 'LockTrouble', kind: 'damaged' });
      await expect(attempt).rejects.toThrow(`the lock file ${file} cannot be read: ${reason}`);
      await expect(attempt).rejects.toThrow(`then remove the lock: rm -r '${folder}'`);
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['000000000001.json']);
  });

  it('is told apart from a place that cannot be used', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file where the folder should be');
    await expect(fileLockStore(folder, 'RELIGHT_LOCK_DIR').read()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(fileLockStore(folder, 'RELIGHT_LOCK_DIR').exchange(undefined, recordOf('a'))).rejects.toThrow(
      'RELIGHT_LOCK_DIR',
    );
  });
});
