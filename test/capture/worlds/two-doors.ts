// Two listeners, of which one sends on to the other, and one name in a public and in a private zone, for both kinds of address.
import { CreateHostedZoneCommand, ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { place, type Scene } from '../scene.ts';
import { service } from '../taking.ts';
import { alias, front, https, targets, tasks } from './simple.ts';

export const twoDoors: Scene = {
  name: 'two listeners, one name in two zones',
  playbook: place,
  start: service('shop/portal'),
  build: async (hands) => {
    const door = await front(hands, 'portal', { IpAddressType: 'dualstack' });
    const group = await targets(hands, 'portal', { Matcher: { HttpCode: '200,204' } });
    await https(hands, door, group);
    await hands.listener({
      LoadBalancerArn: door.arn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, { cluster: 'shop', name: 'portal', groups: [group] });
    const sets = (['A', 'AAAA'] as const).map((Type) => ({ Name: 'portal.shop.example', Type, ...alias(door) }));
    await hands.records('shop.example', ...sets);
    const { HostedZone } = await hands.dns.send(
      new CreateHostedZoneCommand({
        Name: 'shop.example',
        CallerReference: 'terraform-inside',
        VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' },
        HostedZoneConfig: { PrivateZone: true, Comment: '' },
      }),
    );
    await hands.dns.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: HostedZone?.Id?.replace('/hostedzone/', ''),
        ChangeBatch: { Changes: sets.map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet })) },
      }),
    );
    await hands.rig.clock.sleep(60_000);
  },
};
