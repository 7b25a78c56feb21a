// Scans of two schedules that fall due at the same time and look at the same playbooks.
import { expect, test } from 'vitest';
import { tempFolder } from '../helpers/notices.ts';
import { alerts, playbooks } from '../helpers/week/fleet.ts';
import { openFleet } from '../helpers/week/run.ts';

test('what both find is told by one of them', async () => {
  using folder = tempFolder();
  const { arrivals, scan, world } = await openFleet(folder.path, Date.UTC(2027, 2, 26));
  const [[near], [far]] = [playbooks[0]?.pieces ?? [], playbooks.at(-1)?.pieces ?? []];
  if (near === undefined || far === undefined) throw new Error('a fleet of nothing');
  const both = (): Promise<readonly number[]> => Promise.all([scan('near'), scan('nightly')]);
  // Of another account: only one of the two scans sees it, so that what they have to tell is not the same.
  await world.deed('lose', far);
  await world.deed('lose', near);
  expect(await both()).toEqual([2, 2]);
  await world.clock.sleep(alerts.after);
  expect(await both()).toEqual([2, 2]);
  await world.deed('mend', near);
  expect(await both()).toEqual([0, 2]);
  const told = arrivals.flatMap(({ notice, receiver }) =>
    notice.groups.flatMap(({ items, playbook }) => items.map((each) => `${receiver} ${playbook ?? ''} ${each.state}`)),
  );
  for (const receiver of ['team', 'pager']) {
    expect(told.filter((each) => each.startsWith(receiver)).toSorted()).toEqual(
      [
        `${receiver} ${near.playbook} new`,
        `${receiver} ${near.playbook} resolved`,
        `${receiver} ${far.playbook} new`,
      ].toSorted(),
    );
  }
});
