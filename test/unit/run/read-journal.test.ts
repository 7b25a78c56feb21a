// A journal is read whole or not at all; only a last line that was cut off is let pass.
import { describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../../../src/run/journal/journal.ts';
import { readJournal } from '../../../src/run/journal/read-journal.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

async function journalText(): Promise<string> {
  const rig = scriptedRig('a; b -> a');
  rig.world.remove('b');
  const { journal } = await rig.run();
  return journal.records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

describe('a journal', () => {
  test('reads as the records that were written', async () => {
    const text = await journalText();
    const read = readJournal(text);
    expect(read).toMatchObject({ kind: 'sound', torn: false });
    const records = read.kind === 'sound' ? read.records : [];
    expect(records.map((each) => `${JSON.stringify(each)}\n`).join('')).toBe(text);
  });

  test('is sound wherever it ends between two lines, and torn wherever it ends within one', async () => {
    const text = await journalText();
    const first = text.indexOf('\n') + 1;
    for (let end = first; end <= text.length; end += 1) {
      const read = readJournal(text.slice(0, end));
      const whole = text[end - 1] === '\n';
      expect(read, `cut off after ${end} characters`).toMatchObject({ kind: 'sound', torn: !whole });
    }
  });

  test('that was cut off in its first line is empty', async () => {
    const text = await journalText();
    expect(readJournal('')).toEqual({ kind: 'empty' });
    expect(readJournal(text.slice(0, text.indexOf('\n')))).toEqual({ kind: 'empty' });
  });

  test.each<[string, (lines: string[]) => void, number, RegExp]>([
    ['a line that is no JSON', (lines) => (lines[2] = '{"seq":3,'), 3, /not JSON/],
    ['zeroes in the middle', (lines) => (lines[1] = '\0\0\0\0'), 2, /not JSON/],
    ['a line that is missing', (lines) => void lines.splice(2, 1), 3, /record 3 is expected here and 4 stands here/],
    ['a line that stands twice', (lines) => void lines.splice(2, 0, lines[2] ?? ''), 4, /lines are missing or moved/],
    [
      'another first line',
      (lines) => (lines[0] = '{"seq":1,"at":"2026-01-01T00:00:00Z","type":"step-started","step":"x"}'),
      1,
      /begins with step-started/,
    ],
    [
      'an event nobody knows',
      (lines) => (lines[2] = '{"seq":3,"at":"2026-01-01T00:00:00Z","type":"step-sung","step":"x"}'),
      3,
      /written by a later relight/,
    ],
    [
      'a record without what it needs',
      (lines) => (lines[2] = '{"seq":3,"at":"2026-01-01T00:00:00Z","type":"step-intended","step":"x"}'),
      3,
      /step-intended: action/,
    ],
    ['JSON that is no record', (lines) => (lines[2] = '[]'), 3, /no record of a run/],
  ])('with %s is damaged, and the line is named', async (_what, damage, line, reason) => {
    const lines = (await journalText()).split('\n').slice(0, -1);
    damage(lines);
    const read = readJournal(`${lines.join('\n')}\n`);
    expect(read).toMatchObject({ kind: 'damaged', line });
    expect(read.kind === 'damaged' && read.reason).toMatch(reason);
  });

  test('of a version to come is damaged, not misread', () => {
    const journal = createMemoryJournal('r', new VirtualClock(0));
    journal.record({ type: 'run-interrupted', reason: 'x' });
    const later = { ...journal.records[0], type: 'run-started', version: 3 };
    expect(readJournal(`${JSON.stringify(later)}\n`)).toMatchObject({ kind: 'damaged', line: 1 });
  });
});
