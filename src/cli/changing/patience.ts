// What a command that changes AWS says while it looks again at what it could not see.
import type { Patience, Unseen, Waiting } from '../../observe/patient.ts';
import { unreachable } from '../../util/unreachable.ts';
import { durationText } from '../../util/words.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { linesText } from '../../util/shown.ts';

/** Patience that tells on stderr what it waits for. Ctrl-C ends the command, as everywhere before a run begins. */
export function patienceFor(
  excluded: ReadonlySet<string>,
  { quiet }: Pick<GlobalOptions, 'quiet'>,
  io: Pick<Io, 'err'>,
): Patience {
  if (quiet === true) return { excluded };
  return {
    excluded,
    tell: (waiting) => {
      io.err(linesText(waitingLines(waiting)));
    },
  };
}

function waitingLines(waiting: Waiting): readonly string[] {
  const time = durationText(waiting.milliseconds / 1000);
  switch (waiting.kind) {
    case 'waiting':
      return [
        ...unseenLines(waiting.unseen),
        `looking again for up to ${time}; nothing has been changed, Ctrl-C ends it`,
      ];
    case 'seen':
      return [`seen after ${time}`];
    case 'given-up':
      return [`${namesOf(waiting.unseen)} could not be seen for ${time}: going on without`];
    default:
      return unreachable(waiting);
  }
}

/** One answer of AWS often hides several pieces: it is told once. */
function unseenLines(unseen: readonly Unseen[]): readonly string[] {
  const byDetail = new Map<string, Unseen[]>();
  for (const each of unseen) byDetail.set(each.detail, [...(byDetail.get(each.detail) ?? []), each]);
  return [...byDetail].map(([detail, group]) => `${namesOf(group)} could not be seen: ${detail}`);
}

function namesOf(unseen: readonly Unseen[]): string {
  return unseen.map((each) => each.component).join(', ');
}
