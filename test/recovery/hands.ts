// What people do by hand, past relight.
import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { outputOf, type Rig } from '../helpers/rig.ts';

/** Points the Deployer API's name elsewhere, and waits until that holds everywhere. */
export async function overwriteCname(rig: Rig, value: string): Promise<void> {
  const zones = await rig.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
  const record = {
    Name: 'deployer-api.wonderland.example',
    Type: 'CNAME' as const,
    TTL: 60,
    ResourceRecords: [{ Value: value }],
  };
  await rig.operator.client(route53).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zones.HostedZones?.[0]?.Id,
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
    }),
  );
  await rig.clock.sleep(120_000);
}

/** Puts a tag on a piece of ELBv2. */
export async function tag(rig: Rig, component: string, key: string, value: string): Promise<void> {
  const arn = await outputOf(rig, component, 'arn');
  await rig.operator
    .client(elbv2)
    .send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: key, Value: value }] }));
}
