// What the calls of a run were for.
import { callReasons, type CallReason, type ExplainedCalls } from '../aws/meter.ts';
import type { JournalRecord } from '../run/journal/events.ts';
import { count, durationText } from '../util/words.ts';
import { linesText } from '../util/shown.ts';
import { table, type Paint } from './paint.ts';
import type { RunReport } from './report.ts';

const words: Readonly<Record<CallReason, string>> = {
  identity: 'who acts, and where',
  look: 'look before a change',
  check: 'what must be known before a change',
  change: 'change',
  wait: 'is it as wanted by now',
  settle: 'has the change spread',
  verify: 'does it hold from outside',
  other: 'for the run as a whole',
};

/** What each call was for, in the order of a run's doings; undefined where the journal does not tell. */
export function explainedIn(records: readonly JournalRecord[]): readonly ExplainedCalls[] | undefined {
  const end = records.findLast((each) => each.type === 'run-finished');
  // A later version may have reasons that this one does not know.
  const place = ({ why }: ExplainedCalls): number => {
    const known = callReasons.indexOf(why);
    return known === -1 ? callReasons.length : known;
  };
  return end?.explained?.toSorted((left, right) => place(left) - place(right));
}

/** Steps that are named of one call that was made for many. */
const mostNamed = 3;

/** The table of a run's calls. @param explained what its journal tells; undefined where it tells nothing */
export function callsText(report: RunReport, explained: readonly ExplainedCalls[] | undefined, paint: Paint): string {
  if (explained === undefined) return untoldText(report, paint);
  const head = `Run ${report.runId} of ${report.playbook.name}: ${count(report.awsCalls, 'AWS call')}`;
  let last: string | undefined;
  const rows = explained.map(({ count: calls, of, operation, why }) => {
    const reason = Object.hasOwn(words, why) ? words[why] : why;
    const shown = reason === last ? '' : reason;
    last = reason;
    const more = of.length - mostNamed;
    const steps = more > 1 ? `${of.slice(0, mostNamed).join(', ')} and ${more} more` : of.join(', ');
    return [`  ${shown}`, operation, String(calls), steps];
  });
  return linesText([
    `${paint.bold(head)} in ${durationText(report.durationSeconds)}`,
    ...table([[paint.dim('  What for'), paint.dim('Operation'), paint.dim('Calls'), paint.dim('Steps')], ...rows]),
  ]);
}

/** A run that was cut off, or of an older version: its steps alone tell what they asked. */
function untoldText(report: RunReport, paint: Paint): string {
  const why =
    report.finishedAt === null
      ? 'the run did not reach its end, at which its calls are written down'
      : 'the version of relight that made the run did not write that down';
  const rows = report.steps.flatMap(({ calls, id }) =>
    Object.entries(calls?.byOperation ?? {}).map(([operation, times]) => [`  ${id}`, operation, String(times)]),
  );
  return linesText([
    paint.bold(`Run ${report.runId} of ${report.playbook.name}: what each call was for is not known`),
    `  ${why}.`,
    ...(rows.length === 0
      ? ['  No step tells of calls of its own.']
      : ['  Calls that steps made for themselves:', ...table(rows)]),
  ]);
}
