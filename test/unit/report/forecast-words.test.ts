// The words of a forecast while a recovery runs, and after it.
import { describe, expect, test } from 'vitest';
import { outcomeText, type ForecastVerdict } from '../../../src/report/forecast-outcome.ts';
import { endText } from '../../../src/report/forecast-text.ts';
import { plainPaint } from '../../../src/report/paint.ts';

describe('when it ends', () => {
  const left = { p50Seconds: 157, p95Seconds: 209 };
  test.each([
    [120, null, 'ends after about 4m37s'],
    [120, 900, 'ends after about 4m37s; objective 15m00s holds'],
    [120, 329, 'ends after about 4m37s; objective 5m29s holds'],
    [120, 300, 'ends after about 4m37s; objective 5m00s perhaps holds'],
    [120, 277, 'ends after about 4m37s; objective 4m37s perhaps holds'],
    [120, 240, 'ends after about 4m37s; objective 4m00s will be MISSED'],
    [120, 60, 'ends after about 4m37s; objective 1m00s is over'],
  ])('after %i s with an objective of %s s: %s', (elapsed, objective, text) => {
    expect(endText(elapsed, left, objective, plainPaint)).toBe(text);
  });
});

describe('how it came out', () => {
  const text = (measuredSeconds: number, within: ForecastVerdict, p50Seconds = 92): string =>
    outcomeText({ p50Seconds, p95Seconds: 123, sources: [], measuredSeconds, waitedForPeopleSeconds: 0, within });

  test('only what differs notably is said to be sooner', () => {
    expect(text(90, 'p50')).toBe('about 1m32s, at worst 2m03s; it took 1m30s: as forecast');
    expect(text(80, 'p50')).toBe('about 1m32s, at worst 2m03s; it took 1m20s: sooner than in half of the cases');
    expect(text(4, 'p50', 8)).toContain('it took 4 s: as forecast');
  });

  test('and what is longer is told as before', () => {
    expect(text(100, 'p95')).toContain('it took 1m40s: within the forecast');
    expect(text(130, 'over')).toContain('it took 2m10s: LONGER than forecast');
  });
});
