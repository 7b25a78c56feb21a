// relight runs resume: goes on with a named run that did not reach its end.
import { join } from 'node:path';
import type { PlanKind } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import { unfinishedRun } from '../../run/journal/unfinished.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { runToGoOnWith } from '../changing/going-on.ts';
import { notifying } from '../notify/run-end.ts';
import type { Io } from '../terminal/io.ts';
import { carryOutChange, type RecoverOptions } from '../changing/recover-playbook.ts';
import { whereWords } from '../options.ts';
import { insistOnSandbox } from '../state/same-place.ts';
import { findRun, journalTrouble, readRun } from '../state/run-store.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { shellWord } from '../../util/shell.ts';

/** relight runs resume: goes on with one run as it was meant: its playbook, strategy, exclusions and allowances. */
export function resumeRun(name: string, options: RecoverOptions, io: Io): Promise<ExitCode> {
  return notifying(options, io, (told) => goOn(name, { ...options, ...told }, io));
}

async function goOn(name: string, options: RecoverOptions, io: Io): Promise<ExitCode> {
  const directory = join(stateDirectoryOf(options, io), 'runs');
  const run = findRun(directory, name);
  const trouble = journalTrouble(run);
  if (run.journal.kind !== 'sound') throw new UserError(trouble ?? '');
  const left = unfinishedRun(run.journal.records);
  if (left === undefined) {
    throw new UserError(
      `run ${run.runId} reached its end: there is nothing to go on with. See: relight runs show ${shellWord(run.runId)}`,
    );
  }
  const { strategy, playbook } = left;
  const [first] = run.journal.records;
  const { plan } = first;
  await insistOnSandbox(first, options, io);
  if (plan.undoes !== undefined) {
    throw new UserError(
      `run ${run.runId} was an undo; it is gone on with by giving it again: relight undo ${shellWord(plan.undoes.run)}${whereWords(options)}`,
    );
  }
  const command = strategy === 'teardown' ? 'teardown' : 'recover';
  const sameAsThen = (now: Playbook): PlanKind => {
    if (now.digest === playbook.digest) return strategy;
    const asked = Object.keys(now.params);
    const again = asked.length === 0 ? '' : ` (its parameters are ${asked.join(', ')}: give the same --param again)`;
    throw new UserError(
      `refused: ${playbook.file} has changed since run ${run.runId} was begun, or was given other parameters then${again}. Nothing was ` +
        `changed. To go on with it as it is now: relight ${command} ${shellWord(playbook.file)}${whereWords(options)}`,
      exitCodes.refused,
    );
  };
  for (const word of left.acceptedInVain) io.err(`warning: ${vainText(word, run.runId)}\n`);
  return carryOutChange(
    playbook.file,
    sameAsThen,
    {
      ...options,
      exclude: [...options.exclude, ...left.excluded],
      allowDowntime: options.allowDowntime === true || left.allowDowntime,
      verify: options.verify && left.probed,
    },
    io,
    (cli) => {
      const latest = runToGoOnWith(cli, strategy, io);
      // As it is now: the run may have gone on while the lock was waited for.
      if (latest?.runId === run.runId) return latest;
      const { journal } = readRun(directory, run.runId);
      if (journal.kind === 'sound' && unfinishedRun(journal.records) === undefined) {
        throw new UserError(
          `refused: run ${run.runId} reached its end while its lock was waited for: there is nothing to go on with. ` +
            `Nothing was changed here. See: relight runs show ${shellWord(run.runId)}`,
          exitCodes.refused,
        );
      }
      throw new UserError(
        `refused: another run of ${playbook.name} came after ${run.runId}, or it was begun elsewhere or too long ago. ` +
          `Nothing was changed. Look at what is there: relight ${command === 'teardown' ? 'status' : 'plan'} ${shellWord(playbook.file)}${whereWords(options)}`,
        exitCodes.refused,
      );
    },
    left.accepted,
  );
}

function vainText(word: string, runId: string): string {
  return (
    `run ${runId} was given --accept ${word}, and its journal does not tell what was shown for it: it is not taken over. ` +
    'Where the plan asks for consent, give it again'
  );
}
