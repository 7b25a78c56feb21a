// A captured playbook proves itself: it is read as any other, and planned against what it came from. That plan must be empty.
import { planChange, propose, type PlannedChange } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { planText } from '../../report/plan-text.ts';
import { isPending } from '../../plan/plan.ts';
import { knownOf } from '../state/earlier-writes.ts';
import { openKnownGood } from '../state/known-good.ts';
import { noteKnownGood } from '../state/known-good-noting.ts';
import { memoryOf } from '../state/memory.ts';
import type { GlobalOptions } from '../options.ts';
import { cliSessionOf, openPlace, type CliSession } from '../place/session.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';

export interface Checked {
  /** The plan holds nothing. */
  readonly empty: boolean;
  /** All of it, where it holds something. */
  readonly text: string;
  /** Components of which nothing proves that they are the playbook's. */
  readonly unproven: readonly string[];
  /** Components that were not seen. */
  readonly unknown: readonly string[];
  readonly calls: number;
}

export async function checkedAgainst(playbook: Playbook, options: GlobalOptions, io: Io): Promise<Checked> {
  const cli = await opened(playbook, options, io);
  const keeper = openKnownGood(cli, { ahead: false });
  try {
    const { session } = cli;
    const { assessed, plan } = await propose(session, {
      kind: 'repair',
      known: (seen) => knownOf(cli, seen),
      plan: async (seen): Promise<PlannedChange> => {
        const memory = await memoryOf(cli, keeper, { assessed: seen, kind: 'repair', unfinished: undefined }, io);
        return planChange(session, seen, { kind: 'repair' }, memory);
      },
    });
    await noteKnownGood(cli, keeper, assessed, io);
    const all = [...assessed.assessments.values()];
    const has = (kind: string): readonly string[] =>
      all.filter(({ reasons }) => reasons.some((each) => each.kind === kind)).map(({ id }) => id);
    return {
      empty: !isPending(plan),
      text: planText(plan, cli.errPaint),
      unproven: [...new Set([...has('unproven'), ...has('untagged')])],
      unknown: all.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id),
      calls: session.observeContext.aws.meter.total,
    };
  } finally {
    keeper.close();
  }
}

/** In the place that was told already. */
async function opened(playbook: Playbook, options: GlobalOptions, io: Io): Promise<CliSession> {
  const place = await openPlace(playbook, 'read', options, io);
  if (place.result.kind === 'open') return cliSessionOf(place, place.result.session, options, io);
  throw new UserError('the place is another one by now: capture once more', exitCodes.refused);
}
