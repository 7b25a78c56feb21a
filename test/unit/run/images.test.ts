// Images that are not exactly what a run wrote are not used, and what is said names the file and the way out.
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BeforeImage } from '../../../src/run/journal/events.ts';
import { readImage, type ImageMention } from '../../../src/run/journal/images.ts';
import { openFileJournal } from '../../../src/run/journal/journal.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

let directory = '';
let place = '';
let mention: ImageMention;

const image: BeforeImage = {
  version: 1,
  runId: 'r',
  step: 'a.delete',
  component: 'a',
  type: 'test/node',
  at: '2016-09-05T14:03:07.000Z',
  spec: { name: 'a' },
  tags: { team: 'ops' },
  state: { size: 1 },
  captured: null,
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'relight-images-'));
  place = join(directory, 'r');
  const journal = openFileJournal(directory, 'r', new VirtualClock(0));
  mention = { runId: 'r', step: 'a.delete', component: 'a', ...journal.saveBeforeImage(image) };
  journal.close();
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function file(): string {
  return join(place, mention.file);
}

function rewrite(change: (text: string) => string): void {
  writeFileSync(file(), change(readFileSync(file(), 'utf8')));
}

function trouble(as: Partial<ImageMention> = {}): string {
  const read = readImage(place, { ...mention, ...as });
  return read.kind === 'unusable' ? read.trouble : 'sound';
}

test('an image is read as it was written', () => {
  expect(readImage(place, mention)).toEqual({ kind: 'sound', image });
});

describe('is not used', () => {
  test.each<readonly [string, () => void, string]>([
    [
      'edited',
      () => {
        rewrite((text) => text.replace('"size": 1', '"size": 2'));
      },
      'does not fit the digest in the journal',
    ],
    [
      'cut off',
      () => {
        rewrite((text) => text.slice(0, 60));
      },
      'is not whole JSON: it was cut off or damaged',
    ],
    [
      'another file',
      () => {
        rewrite(() => '{"kind": "relight/plan"}');
      },
      'is no image of a piece',
    ],
    [
      'of a later version',
      () => {
        rewrite((text) => text.replace('"version": 1', '"version": 2'));
      },
      'is no image of a piece',
    ],
    [
      'of another run',
      () => {
        rewrite((text) => text.replace('"runId": "r"', '"runId": "q"'));
      },
      'belongs elsewhere: its runId is q, not r',
    ],
    [
      'gone',
      () => {
        rmSync(file());
      },
      'is not there',
    ],
    [
      'a link',
      () => {
        renameSync(file(), join(directory, 'elsewhere.json'));
        symlinkSync(join(directory, 'elsewhere.json'), file());
      },
      'is no regular file',
    ],
  ])('%s', (_what, spoil, words) => {
    spoil();
    expect(trouble()).toContain(words);
    expect(trouble()).toContain(file());
    expect(trouble()).toContain('relight undo r --exclude a');
  });

  test('readable by others, and how to put that right', () => {
    chmodSync(file(), 0o644);
    expect(trouble()).toBe(
      `${file()}: may be read or written by others (mode 0644), and may hold secrets. ` +
        `Look through it, then: chmod 600 ${file()}`,
    );
  });

  test('outside of its run', () => {
    expect(trouble({ file: '../r/before/a.delete.json' })).toContain('names an image outside of its run');
    expect(trouble({ file: file() })).toContain('names an image outside of its run');
  });
});

test('of a run before digests were kept, the form alone counts', () => {
  rewrite((text) => text.replace('"size": 1', '"size": 2'));
  expect(readImage(place, { ...mention, digest: undefined }).kind).toBe('sound');
});
