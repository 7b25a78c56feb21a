// A name that leads to one load balancer while a health check says so, and else to another one; both serve the same tasks.
import { place, type Scene } from '../scene.ts';
import { service } from '../taking.ts';
import { alias, front, https, targets, tasks } from './simple.ts';

export const failover: Scene = {
  name: 'failover records to two load balancers, with a health check',
  playbook: place,
  start: service('shop/booking'),
  strays: { 'load-balancer-one': 'health check of ' },
  build: async (hands) => {
    const doors = [await front(hands, 'booking-one'), await front(hands, 'booking-two')] as const;
    const groups = [await targets(hands, 'booking-one'), await targets(hands, 'booking-two')] as const;
    await https(hands, doors[0], groups[0]);
    await https(hands, doors[1], groups[1]);
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, { cluster: 'shop', name: 'booking', groups });
    const check = await hands.check(
      {
        Type: 'HTTPS',
        FullyQualifiedDomainName: doors[0].dnsName,
        Port: 443,
        ResourcePath: '/health',
        RequestInterval: 10,
        FailureThreshold: 2,
      },
      'booking-one',
    );
    await hands.rig.clock.sleep(5 * 60_000);
    await hands.records(
      'shop.example',
      {
        Name: 'booking.shop.example',
        Type: 'A',
        SetIdentifier: 'first',
        Failover: 'PRIMARY',
        HealthCheckId: check,
        ...alias(doors[0]),
      },
      {
        Name: 'booking.shop.example',
        Type: 'A',
        SetIdentifier: 'second',
        Failover: 'SECONDARY',
        ...alias(doors[1], true),
      },
    );
  },
};
