// The question before anything is changed: who may say yes to a plan, and how.
import { approvalNeed } from '../../guard/guard.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Approval } from '../../run/journal/events.ts';
import { shownName } from '../../util/shown.ts';
import { unreachable } from '../../util/unreachable.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { ApprovalOptions } from '../options.ts';

/**
 * Asks whoever sits at the terminal; refuses when there is nobody and nothing was said in advance.
 *
 * @param show called right before the question
 * @returns how it was approved; undefined when it was not
 */
export async function askToRun(
  plan: Plan,
  options: ApprovalOptions,
  io: Io,
  show: () => void,
): Promise<Approval['how'] | undefined> {
  const need = approvalNeed({
    environment: plan.environment ?? undefined,
    playbook: plan.playbook.name,
    yes: options.yes === true,
    confirm: options.confirm,
    terminal: io.canAsk,
  });
  const { account, alias, region } = plan.identity;
  const target = `account ${shownName(account)} (${alias === null ? 'no alias' : shownName(alias)}), ${shownName(region)}`;
  switch (need.kind) {
    case 'none':
      return 'flags';
    case 'refused':
      throw new UserError(need.text, exitCodes.refused);
    case 'yes': {
      show();
      const answer = await io.ask(`Run this plan in ${target}? [y/N] `);
      return /^y(es)?$/i.test(answer?.trim() ?? '') ? 'typed-yes' : undefined;
    }
    case 'name': {
      show();
      const answer = await io.ask(`This is PRODUCTION, ${target}. Type the playbook's name to run the plan: `);
      return answer?.trim() === need.name ? 'typed-name' : undefined;
    }
    default:
      return unreachable(need);
  }
}
