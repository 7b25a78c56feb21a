// The question before anything is changed: who may say yes to a plan, and how.
import { approvalNeed } from '../../guard/guard.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Approval } from '../../run/journal/events.ts';
import { shownName } from '../../util/shown.ts';
import { unreachable } from '../../util/unreachable.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { ApprovalOptions } from '../options.ts';

/** What is asked before something is done, and what of. */
export interface Question {
  readonly environment: string | undefined;
  readonly playbook: string;
  /** Answered with y. */
  readonly usual: string;
  /** Answered with the playbook's name. */
  readonly inProduction: string;
  /** What is said beside a refusal: ` The lock stays.` */
  readonly otherwise?: string;
  /** Called right before the question. */
  readonly show?: () => void;
}

/**
 * Asks whoever sits at the terminal; refuses when there is nobody and nothing was said in advance.
 *
 * @returns how it was approved; undefined when it was not
 */
export async function askWhetherTo(
  { environment, inProduction, otherwise, playbook, show, usual }: Question,
  { confirm, yes }: Pick<ApprovalOptions, 'confirm' | 'yes'>,
  io: Io,
): Promise<Approval['how'] | undefined> {
  const need = approvalNeed({ environment, playbook, yes: yes === true, confirm, terminal: io.canAsk });
  switch (need.kind) {
    case 'none':
      return 'flags';
    case 'refused':
      throw new UserError(need.text + (otherwise === undefined ? '' : `.${otherwise}`), exitCodes.refused);
    case 'yes': {
      show?.();
      const answer = await io.ask(usual);
      return /^y(es)?$/i.test(answer?.trim() ?? '') ? 'typed-yes' : undefined;
    }
    case 'name': {
      show?.();
      const answer = await io.ask(inProduction);
      return answer?.trim() === need.name ? 'typed-name' : undefined;
    }
    default:
      return unreachable(need);
  }
}

/** Whether a plan may be run. */
export function askToRun(
  plan: Plan,
  options: ApprovalOptions,
  io: Io,
  show: () => void,
): Promise<Approval['how'] | undefined> {
  const { account, alias, region } = plan.identity;
  const target = `account ${shownName(account)} (${alias === null ? 'no alias' : shownName(alias)}), ${shownName(region)}`;
  return askWhetherTo(
    {
      environment: plan.environment ?? undefined,
      playbook: plan.playbook.name,
      usual: `Run this plan in ${target}? [y/N] `,
      inProduction: `This is PRODUCTION, ${target}. Type the playbook's name to run the plan: `,
      show,
    },
    options,
    io,
  );
}
