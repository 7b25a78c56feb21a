// What has moved since a plan was saved, and what a saved plan would do otherwise, field by field, for people.
import type { Moved } from '../plan/saved.ts';
import type { Apart } from '../plan/saved-apart.ts';
import { plainPaint, type Paint } from './paint.ts';
import { valueText } from './value-text.ts';

/** `cname: TTL: 60 → 300`, one a line. */
export function movedLines(moved: readonly Moved[], paint: Paint = plainPaint): readonly string[] {
  return moved.map(({ component, path, then, now }) => {
    const where = path === 'presence' ? component : `${component}: ${path}`;
    return `  ${where}: ${valueText(then)} → ${paint.warn(valueText(now))}`;
  });
}

/** `step service.create: after: ["cluster"], planned now: []`, one a line. */
export function apartLines(apart: readonly Apart[], paint: Paint = plainPaint): readonly string[] {
  return apart.map(({ where, path, then, now }) => {
    const what = path === '' ? where : `${where}: ${path}`;
    return `  ${what}: ${valueText(then)} in the file, ${paint.warn(valueText(now))} as planned now`;
  });
}
