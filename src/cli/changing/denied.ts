// Pieces that the credentials may not look at: what to do about it.
import type { Observation } from '../../components/contract.ts';
import { isForbidden } from '../../observe/forbidden.ts';
import { typeWordsOf } from '../../playbook/type-words.ts';
import type { Playbook } from '../../playbook/model.ts';
import { shellWord } from '../../util/shell.ts';
import { linesText } from '../../util/shown.ts';
import type { Io } from '../terminal/io.ts';

/** Says which pieces could not be looked at for want of permissions, and both ways out. */
export function tellDenied(
  playbook: Playbook,
  observations: ReadonlyMap<string, Observation<unknown>>,
  excluded: ReadonlySet<string>,
  io: Pick<Io, 'err'>,
): void {
  const denied = [...observations].filter(([id, seen]) => !excluded.has(id) && isForbidden(seen)).map(([id]) => id);
  if (denied.length === 0) return;
  const without = denied.map((id) => `--exclude ${shellWord(id)}`).join(' ');
  io.err(
    linesText([
      `not allowed to look at ${denied.join(', ')}. What has to be allowed: relight permissions ${shellWord(playbook.file)}${typeWordsOf(playbook)}; ` +
        `or leave out: ${without}`,
    ]),
  );
}
