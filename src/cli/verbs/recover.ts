// relight recover and relight teardown. With undo, the only commands that change AWS.
import { asRun } from '../changing/carry-out.ts';
import { UserError, type ExitCode } from '../exit.ts';
import { notifying } from '../notify/run-end.ts';
import type { Io } from '../terminal/io.ts';
import { strategyOf } from './plan.ts';
import { goingOnIn } from '../changing/planner.ts';
import { carryOutChange, type RecoverOptions } from '../changing/recover-playbook.ts';
import { recoverBySavedPlan } from '../changing/recover-saved.ts';

export function recover(file: string | undefined, options: RecoverOptions, io: Io): Promise<ExitCode> {
  const { plan } = options;
  return notifying(options, io, (told) =>
    asRun(() => {
      const own = { ...options, ...told };
      if (plan !== undefined) return recoverBySavedPlan(plan, file, own, io);
      if (file === undefined) throw new UserError('recover: name a playbook, or a saved plan with --plan');
      return carryOutChange(file, (playbook) => strategyOf(options, playbook), own, io, goingOnIn(options, io));
    }),
  );
}

export function teardown(file: string, options: RecoverOptions, io: Io): Promise<ExitCode> {
  return notifying(options, io, (told) =>
    asRun(() => carryOutChange(file, () => 'teardown', { ...options, ...told }, io, goingOnIn(options, io))),
  );
}
