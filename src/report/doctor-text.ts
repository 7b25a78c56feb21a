// What a doctor found, for people: an indented tree of OK, FAIL, WARN and SKIP.
import { troubled, warnings, type Check, type Outcome } from '../doctor/check.ts';
import { count } from '../util/words.ts';
import type { Paint } from './paint.ts';
import { linesText } from '../util/shown.ts';

const words: Readonly<Record<Outcome, string>> = { ok: 'OK', ng: 'FAIL', warn: 'WARN', skip: 'SKIP' };

export function doctorText(playbook: string, checks: readonly Check[], paint: Paint): string {
  const bad = troubled(checks);
  const told = warnings(checks);
  const verdict = [
    bad.length === 0 ? paint.good('nothing is wrong') : paint.bad(`${count(bad.length, 'thing')} not good`),
    ...(told === 0 ? [] : [paint.warn(count(told, 'warning'))]),
  ].join(', ');
  const lines = [`${paint.bold(playbook)}: ${verdict}`, '', ...checks.flatMap((each) => checkLines(each, 1, paint))];
  return linesText(lines);
}

function checkLines(check: Check, depth: number, paint: Paint): readonly string[] {
  const { name, outcome, detail, further = [], checks } = check;
  const text = detail === '' ? name : `${name}: ${outcome === 'ng' || outcome === 'warn' ? detail : paint.dim(detail)}`;
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
    case 'warn':
      return paint.warn(text);
    case 'skip':
      return paint.dim(text);
  }
}
