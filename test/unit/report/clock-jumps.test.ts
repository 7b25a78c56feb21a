// A clock that is set while a run is under way: durations come from what has passed, and a journal that an earlier version
// wrote by the wall clock is told as one that can say no more than "at least".
import { describe, expect, test } from 'vitest';
import { plainPaint } from '../../../src/report/paint.ts';
import { foldReport } from '../../../src/report/report.ts';
import { runMarkdown } from '../../../src/report/run-document.ts';
import { runPage } from '../../../src/report/run-document.ts';
import { runShowText } from '../../../src/report/run-show.ts';
import { durationsIn } from '../../../src/run/journal/durations.ts';
import type { JournalRecord } from '../../../src/run/journal/events.ts';
import { steadied } from '../../../src/util/steadied.ts';
import { steadyClock } from '../../../src/util/clock.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

async function recordsOfRun(): Promise<readonly JournalRecord[]> {
  const rig = scriptedRig('lb; app -> lb.arn', { deployed: false });
  rig.world.takes.create = 40;
  return (await rig.run()).journal.records;
}

/** The same journal with the clock set by so many seconds before a record. */
function setAt(records: readonly JournalRecord[], index: number, seconds: number): readonly JournalRecord[] {
  return records.map((record, place) => {
    const at = new Date(Date.parse(record.at) + (place < index ? 0 : seconds * 1000)).toISOString();
    if (record.type !== 'run-finished' || place < index) return { ...record, at };
    return { ...record, at, durationSeconds: record.durationSeconds + seconds };
  });
}

describe('a journal by a wall clock', () => {
  test('set back at any record, by any time: no duration is negative anywhere, and it is told', async () => {
    const records = await recordsOfRun();
    const whole = foldReport(records).durationSeconds;
    for (let index = 1; index < records.length; index += 1) {
      for (const seconds of [2, 60, 777_599_655]) {
        const report = foldReport(setAt(records, index, -seconds));
        expect(report.durationSeconds).toBeGreaterThanOrEqual(0);
        expect(report.durationSeconds).toBeLessThanOrEqual(whole);
        // Less than the pause in which it happened cannot be seen.
        const isSeen = seconds > whole;
        if (isSeen) expect(report.clockSetBackSeconds).toBeGreaterThan(0);
        for (const step of report.steps) {
          expect(step.seconds ?? 0).toBeGreaterThanOrEqual(0);
          for (const phase of step.phases) expect(phase.seconds ?? 0).toBeGreaterThanOrEqual(0);
        }
        const pages = [runShowText(report, 'place', plainPaint), runMarkdown(report), runPage(report)];
        for (const page of pages) {
          expect(page).not.toMatch(/(?<![\w)])-\d+(\.\d+)? ?[smhd]\b/);
          if (isSeen) expect(page.replaceAll('&#39;', "'")).toContain("the machine's clock was set back by");
        }
        if (isSeen) expect(durationsIn(setAt(records, index, -seconds), '')).toEqual([]);
      }
    }
  });

  test('that nobody set back is as it was, and says nothing of clocks', async () => {
    const records = await recordsOfRun();
    expect(steadied(records)).toEqual({ records, setBackSeconds: 0 });
    const report = foldReport(records);
    expect(report).not.toHaveProperty('clockSetBackSeconds');
    expect(runShowText(report, 'place', plainPaint)).not.toContain('clock was set');
    expect(durationsIn(records, '')).not.toEqual([]);
  });
});

describe('the steady clock', () => {
  const start = Date.UTC(2026, 2, 1);
  const readingsAt = () => {
    const readings = { wall: start, monotonic: 5_000, uptime: 90_000 };
    const clock = steadyClock({
      wall: () => readings.wall,
      monotonic: () => readings.monotonic,
      uptime: () => readings.uptime,
    });
    const pass = (ms: number): void => {
      readings.wall += ms;
      readings.monotonic += ms;
      readings.uptime += ms;
    };
    return { readings, clock, pass };
  };

  test.each([-777_599_655_000, -1, 1, 86_400_000, 777_599_655_000])('the wall clock set by %d ms: nothing', (jump) => {
    const { clock, pass, readings } = readingsAt();
    pass(1_000);
    readings.wall += jump;
    pass(250);
    expect(clock.now()).toBe(start + 1_250);
  });

  test('time in which the machine slept counts, once', () => {
    const { clock, pass, readings } = readingsAt();
    pass(1_000);
    readings.wall += 3_600_000;
    readings.uptime += 3_600_000;
    expect(clock.now()).toBe(start + 3_601_000);
    pass(1_000);
    expect(clock.now()).toBe(start + 3_602_000);
  });

  test('an uptime in whole seconds, or none, moves nothing; it never goes back', () => {
    const { clock, pass, readings } = readingsAt();
    for (const uptime of [91_999, Number.NaN, 0]) {
      readings.uptime = uptime;
      expect(clock.now()).toBe(start);
    }
    pass(10);
    expect(clock.now()).toBe(start + 10);
    readings.monotonic -= 4_000;
    expect(clock.now()).toBe(start + 10);
  });
});
