// What has moved since a plan was saved, field by field, for people.
import type { Moved } from '../plan/saved.ts';
import { plainPaint, type Paint } from './paint.ts';
import { valueText } from './value-text.ts';

/** `cname: TTL: 60 → 300`, one a line. */
export function movedLines(moved: readonly Moved[], paint: Paint = plainPaint): readonly string[] {
  return moved.map(({ component, path, then, now }) => {
    const where = path === 'presence' ? component : `${component}: ${path}`;
    return `  ${where}: ${valueText(then)} → ${paint.warn(valueText(now))}`;
  });
}
