// What a doctor found, for people: an indented tree of OK, NOTE, FAIL and SKIP.
import { troubled, type Check, type Outcome } from '../doctor/check.ts';
import { count } from '../util/words.ts';
import type { Paint } from './paint.ts';
import { linesText } from '../util/shown.ts';

const words: Readonly<Record<Outcome, string>> = { ok: 'OK', ng: 'FAIL', note: 'NOTE', skip: 'SKIP' };

export function doctorText(playbook: string, checks: readonly Check[], paint: Paint): string {
  const bad = troubled(checks);
  const verdict =
    bad.length === 0 ? paint.good('nothing is wrong') : paint.bad(`${count(bad.length, 'thing')} not good`);
  const lines = [`${paint.bold(playbook)}: ${verdict}`, '', ...checks.flatMap((each) => checkLines(each, 1, paint))];
  return linesText(lines);
}

function checkLines(check: Check, depth: number, paint: Paint): readonly string[] {
  const { name, outcome, detail, further = [], checks } = check;
  const text = detail === '' ? name : `${name}: ${outcome === 'ng' ? detail : paint.dim(detail)}`;
  return [
    `${'  '.repeat(depth)}${paintOutcome(outcome, words[outcome].padEnd(4), paint)} ${text}`,
    ...further.map((each) => `${'  '.repeat(depth)}     ${each}`),
    ...checks.flatMap((each) => checkLines(each, depth + 1, paint)),
  ];
}

function paintOutcome(outcome: Outcome, text: string, paint: Paint): string {
  switch (outcome) {
    case 'ok':
      return paint.good(text);
    case 'ng':
      return paint.bad(text);
    case 'note':
      return paint.warn(text);
    case 'skip':
      return paint.dim(text);
  }
}
