// relight plan: what a recovery would do, as a dry run. Cannot change anything.
import { look, planFrom } from '../engine.ts';
import { isPending, strategies, type Plan, type Strategy } from '../plan/plan.ts';
import type { Playbook } from '../playbook/model.ts';
import { planText } from '../report/plan-text.ts';
import { exitCodes, UserError, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { excludedComponents, type GlobalOptions } from './options.ts';
import { openCliSession, readPlaybook } from './session.ts';

export interface StrategyOption {
  readonly strategy?: string;
}

export async function plan(file: string, options: GlobalOptions & StrategyOption, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const kind = strategyOf(options, playbook);
  const excluded = excludedComponents(options, playbook);
  const { paint, session } = await openCliSession(playbook, 'read', options, io);
  const made = planFrom(session, await look(session), { kind, excluded });
  io.out(options.json === true ? `${JSON.stringify(made, null, 2)}\n` : planText(made, paint));
  return planExitCode(made);
}

/** `--strategy`, else the playbook's. */
export function strategyOf(options: StrategyOption, playbook: Playbook): Strategy {
  const wanted = options.strategy ?? playbook.recovery.strategy;
  const strategy = strategies.find((each) => each === wanted);
  if (strategy === undefined) throw new UserError(`--strategy ${wanted}: expected ${strategies.join(' or ')}`);
  return strategy;
}

export function planExitCode(made: Plan): ExitCode {
  if (made.summary.unknown > 0) return exitCodes.incomplete;
  return isPending(made) ? exitCodes.pending : exitCodes.fine;
}
