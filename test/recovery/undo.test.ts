// Taking runs back: whatever a run did, its inverse brings the world back as it was, but for what it says it cannot.
import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../src/plan/plan.ts';
import { ownedBy, deployedRig, readShipped, stepIds, unfinished } from '../helpers/rig.ts';
import { configurationsIn, toldLost, undone } from './undo-hands.ts';

const shipped = ['deployer-api.yaml', 'storefront.yaml'].map((file) => readShipped(file));
const [text = '', storefront = ''] = shipped;

describe('a teardown taken back', () => {
  test.each(shipped)('makes every piece again as it was', async (playbookText) => {
    const rig = await deployedRig(playbookText);
    const before = configurationsIn(rig.playbook, await rig.look());
    const teardown = await rig.recover('teardown');
    expect(unfinished(teardown.report)).toEqual([]);

    const undo = await undone(rig, teardown);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    // All that AWS chooses anew is told.
    const anew = ownedBy(rig.playbook).filter((id) => toldLost(undo).some((each) => each.startsWith(`${id} `)));
    expect(anew.length).toBeGreaterThan(3);
    // The pieces belong together again.
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual([]);
  });
});

describe('a recovery taken back', () => {
  const strategies: readonly Strategy[] = ['repair', 'rebuild'];
  test.each(strategies)('%s of the Deployer API without its service', async (strategy) => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    const undo = await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    expect(stepIds(undo.plan)).toContain('service.delete');
  });

  test.each(strategies)('%s of the Deployer API without its load balancer', async (strategy) => {
    const rig = await deployedRig(text);
    await rig.break(['load-balancer']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });

  test.each(strategies)('%s of the storefront without its cart', async (strategy) => {
    const rig = await deployedRig(storefront);
    await rig.break(['cart-service', 'cart-rule', 'cart-record']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });
});
