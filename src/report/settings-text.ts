// What becomes of settings that a playbook does not say, for people.
import type { Plan, PlannedSettings, Step } from '../plan/plan.ts';
import { count, durationText, listText } from '../util/words.ts';
import type { Paint } from './paint.ts';

/** So many components are named in one line. */
const mostNamed = 6;

/** Lines below a step. @param verbose names what is kept */
export function settingLines(
  step: Pick<Step, 'action'>,
  settings: PlannedSettings | undefined,
  verbose: boolean,
  paint: Paint,
): readonly string[] {
  if (settings === undefined || (step.action !== 'create' && step.action !== 'update')) return [];
  const { displaced = [], kept, leftOut = [], lost, said, unlike = [] } = settings;
  const lines: string[] = [];
  if (kept.length > 0) {
    lines.push(
      paint.dim(`${said} said by the playbook, ${count(kept.length, 'setting')} kept ${sourceText(settings)}`),
    );
    if (verbose) lines.push(...kept.map((each) => paint.dim(`= ${each}`)));
  }
  lines.push(...lost.map((each) => paint.bad(`lost: ${each}`)));
  lines.push(...displaced.map((each) => paint.warn(`makes way for what the playbook says: ${each}`)));
  if (unlike.length > 0) {
    const names = verbose || unlike.length <= mostNamed ? unlike : [...unlike.slice(0, mostNamed), '...'];
    lines.push(paint.warn(`not as in its known good: ${names.join(', ')} (--settings known-good takes that)`));
  }
  if (leftOut.length > 0) {
    lines.push(paint.dim(`without ${count(leftOut.length, 'tag')} that only AWS may write: ${leftOut.join(', ')}`));
  }
  return lines.map((each) => `        ${each}`);
}

/** Below the step that makes a name which was missing. */
export function missedLines(
  step: Pick<Step, 'action'>,
  missedSeconds: number | undefined,
  paint: Paint,
): readonly string[] {
  return missedSeconds === undefined || step.action !== 'create'
    ? []
    : [paint.dim(`        ${missedText(missedSeconds)}`)];
}

/** On top of all forecasts: nobody can ask the resolvers of others. */
export function missedText(seconds: number): string {
  return `resolvers that asked while it was missing may go on not finding it for up to ${durationText(seconds)} more`;
}

/** Where they stay from, in words. */
export function sourceText({ from, knownAt = '' }: PlannedSettings): string {
  switch (from) {
    case 'piece':
      return 'as they are';
    case 'remains':
      return 'as AWS still tells them of the piece that is gone';
    case 'run':
      return `as the unfinished run found them at ${knownAt}`;
    case 'known-good':
      return `from the known good of ${knownAt}`;
    case 'defaults':
      return "from AWS's defaults";
  }
}

/** Which pieces are made of the playbook alone. */
export function defaultsLines({ components, steps }: Plan, paint: Paint): readonly string[] {
  const made = new Set(steps.filter((step) => step.action === 'create').map((step) => step.component));
  const bare = components
    .filter(({ id, settings }) => made.has(id) && settings?.from === 'defaults')
    .map((each) => each.id);
  if (bare.length === 0) return [];
  const names = bare.length <= mostNamed ? bare : [...bare.slice(0, mostNamed), `${bare.length - mostNamed} more`];
  return [
    paint.dim(`  what the playbook does not say of ${listText(names)} is AWS's default: nothing else is known of it`),
  ];
}
