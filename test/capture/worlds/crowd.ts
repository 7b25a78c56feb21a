// One team's service among those of others: 50 rules of theirs on the listener, 40 services of theirs in the cluster.
import type { Scene } from '../scene.ts';
import { place } from '../scene.ts';
import { service } from '../taking.ts';
import { alias, closed, definition, front, targets, tasks } from './simple.ts';

export const othersRules = 50;
export const otherServices = 40;

export const crowd: Scene = {
  name: 'a host rule on the listener of others',
  playbook: place,
  start: service('shop/orders'),
  build: async (hands) => {
    const door = await front(hands, 'shop-public');
    const listener = await closed(hands, door);
    const teams = await Promise.all(
      ['payments', 'search', 'mail', 'cart', 'login'].map((name) => targets(hands, name)),
    );
    for (let index = 0; index < othersRules; index += 1) {
      await hands.rule({
        ListenerArn: listener,
        Priority: 100 + index,
        Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`team-${index}.shop.example`] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: teams[index % teams.length] }],
      });
    }
    const own = await targets(hands, 'orders');
    await hands.rule({
      ListenerArn: listener,
      Priority: 7,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['orders.shop.example'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: own }],
    });
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, { cluster: 'shop', name: 'orders', groups: [own] });
    const others = await definition(hands, 'others');
    for (let index = 0; index < otherServices; index += 1) {
      const groups = index < teams.length ? [teams[index] ?? ''] : [];
      await tasks(hands, {
        cluster: 'shop',
        name: `other-${index}`,
        groups,
        definition: others,
        more: { desiredCount: 0 },
      });
    }
    await hands.records(
      'shop.example',
      { Name: 'orders.shop.example', Type: 'A', ...alias(door) },
      { Name: 'team-3.shop.example', Type: 'A', ...alias(door) },
      { Name: 'status.shop.example', Type: 'A', ...alias(door) },
    );
  },
};
