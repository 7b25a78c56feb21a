// A scan that finds a service healthy notes it as known good, as status and plan do: when all else has been said, as far as there is
// time left, and best effort. What cannot be kept costs a line.
import pLimit from 'p-limit';
import type { Assessed } from '../../engine.ts';
import { openKnownGood } from '../state/known-good.ts';
import { noteKnownGood } from '../state/known-good-noting.ts';
import type { CliSession } from '../place/session.ts';
import { bugText } from '../terminal/bug.ts';
import type { Io } from '../terminal/io.ts';
import type { ScanTarget } from './targets.ts';

/** Its rates are shared with whoever recovers meanwhile. */
const playbooksAtOnce = 4;

export interface Noting {
  /** To be told of each playbook that was looked at. */
  readonly looked: (target: ScanTarget, cli: CliSession, assessed: Assessed) => void;
  /** Notes what is healthy, unless the scan is over. Never fails. */
  readonly note: (over: AbortSignal) => Promise<void>;
}

export function noting(io: Io): Noting {
  const all: (readonly [ScanTarget, CliSession, Assessed])[] = [];
  /** One that did not answer is asked no more. */
  const silent = new Set<string>();
  const told = new Set<string>();

  async function one(target: ScanTarget, cli: CliSession, assessed: Assessed): Promise<void> {
    const { name } = target.playbook.metadata;
    const key = tableKey(target);
    const said = {
      err: (text: string) => {
        io.err(`${name}: ${text}`);
      },
    };
    // A role's session may do no more than look, and is given no way to write into a table.
    const isOwn = target.credentials === undefined;
    const opened = openKnownGood(cli, { ahead: false });
    try {
      const keeper = isOwn && !silent.has(key) ? { ...opened, told } : { table: undefined, told };
      const { isTableSilent } = await noteKnownGood(cli, keeper, assessed, said, { onlyWhole: true });
      if (isTableSilent) silent.add(key);
    } catch (error) {
      said.err(bugText(error));
    } finally {
      opened.close();
    }
  }

  return {
    looked: (...each) => {
      all.push(each);
    },
    note: async (over) => {
      const limit = pLimit(playbooksAtOnce);
      await Promise.all(
        all.map((each) =>
          limit(async () => {
            if (!over.aborted) await one(...each);
          }),
        ),
      );
    },
  };
}

function tableKey({ playbook: { recovery, target } }: ScanTarget): string {
  return JSON.stringify([target.account, target.region, recovery.knownGood?.table]);
}
