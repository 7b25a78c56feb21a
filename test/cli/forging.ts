// Text that would steer a terminal, and how to tell that none of it came through.
import { expect } from 'vitest';
import { hostile, wrongWith } from '../helpers/unseen.ts';

/** With sequences that relight itself sends, each before a word by which it is known. */
export const forging = `${hostile}\u001b[32mFORGED\u001b[39mFORGED\u001b[1AFORGED\u001b[JFORGED\u001b[1GFORGED\rFORGED`;
/** Without what no file name and no variable can hold. */
export const wellFormed = Buffer.from(forging.replaceAll('\u0000', '')).toString('utf8');
/** What relight and readline send beside colours: to a column, up, and erase. */
const movements = /\u001b\[(?:\d+A|0?J|\d+G|K|\?2004[hl])/g;

export function expectClean(data: string, about: string): void {
  // relight's own sequences never stand before a forged word: those that do came through.
  expect(data, about).not.toMatch(/(?:\u001b\[[\d;?]*[A-Za-z]|\r)FORGED/);
  const rest = data
    .replaceAll('\r\n', '\n')
    .replaceAll(movements, '')
    // Before a block is drawn anew; the line discipline's own.
    .replaceAll('\r', '');
  expect(wrongWith(rest), about).toBeUndefined();
}
