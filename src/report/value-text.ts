// A JSON value on one line, short enough to compare by eye; a reference is told as what it waits for.
import type { Json } from '../util/json.ts';
import { shown } from '../util/shown.ts';

const longest = 120;

export function valueText(value: Json | undefined): string {
  if (value === null || value === undefined) return '(none)';
  if (typeof value === 'string') {
    const whole = /^\$\{([a-z0-9-]+)\.([A-Za-z0-9]+)\}$/.exec(value);
    if (whole !== null) return `(${whole[1] ?? ''}'s ${whole[2] ?? ''}, known after it is there)`;
    return shorten(value);
  }
  return shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  const whole = shown(text);
  return whole.length <= longest ? whole : `${whole.slice(0, longest - 1)}…`;
}
