// A piece that takes several calls to make, cut off at each line of the journal: the next run gives it all that it had.
import { describe, expect, test } from 'vitest';
import type { Resumption } from '../../src/plan/plan.ts';
import { startProcess } from '../../src/rehearse/world/killable.ts';
import { harnessFrom, type Harness } from '../../src/rehearse/world/harness.ts';
import { knownGoodOf } from '../../src/rehearse/world/richer.ts';
import type { JournalRecord } from '../../src/run/journal/events.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { instantTimings, snapshot } from '../../src/sandbox/index.ts';
import { deployedRig, playbookOf, type Rig } from '../helpers/rig.ts';
import { settingsOf } from '../helpers/richer.ts';

const playbook = (more: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: data }
target: { account: '123456789012', region: eu-west-1 }
components:
  state: { type: dynamodb/table, spec: { name: shop-state, hashKey: { name: id, type: S }${more} } }
`;

const beyond = `,
    timeToLive: { enabled: true, attributeName: expires },
    pointInTimeRecovery: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 9 },
    contributorInsights: { enabled: true, mode: THROTTLED_KEYS }`;

interface Cut {
  readonly harness: Harness;
  readonly resumes: Resumption | undefined;
}

/** A table that is gone, and a run that dies while it makes it again as it was known good. */
async function cutOff(rich: Rig, dieAfter: number): Promise<Cut> {
  const session = await rich.open('read');
  const knownGood = await knownGoodOf(session, await rich.look());
  await rich.break(['state']);
  const bare = playbookOf(playbook(''));
  const harness = harnessFrom(bare, snapshot(rich.world), { knownGood, timings: instantTimings });
  const records: JournalRecord[] = [];
  const within = startProcess(harness.access('change'));
  await harness.attempt({
    kind: 'repair',
    within,
    onRecord: (record) => {
      records.push(record);
      if (records.length === dieAfter) within.kill();
    },
  });
  await harness.clock.sleep(60_000);
  const [first, ...others] = records;
  const left = first?.type === 'run-started' ? unfinishedRun([first, ...others]) : undefined;
  return { harness, resumes: left?.resumption };
}

describe('a table that was known good', () => {
  test('has all of it, wherever its making was cut off', async () => {
    const before = await settingsOf(await deployedRig(playbook(beyond)));
    let finished = 0;
    for (let dieAfter = 1; dieAfter <= 8; dieAfter += 1) {
      const { harness, resumes } = await cutOff((await deployedRig(playbook(beyond))).fork(), dieAfter);
      const attempt = await harness.attempt({ kind: 'repair', resumes });
      await harness.clock.sleep(60_000);
      expect(await settingsOf(harness), `after ${dieAfter} lines`).toEqual(before);
      const steps = attempt.kind === 'ran' ? attempt.plan.steps : [];
      if (steps.some(({ because, id }) => id === 'state.update' && because.startsWith('half made'))) finished += 1;
    }
    // Cut off before and after, there is nothing to finish.
    expect(finished).toBeGreaterThan(0);
  });
});
