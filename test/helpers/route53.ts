// A hosted zone, records in it, and someone else who writes there.
import { ChangeResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { route53 } from '../../src/aws/services/route53.ts';
import type { Target } from '../../src/components/contract.ts';
import { record } from '../../src/components/route53-record/index.ts';
import type { RecordSpec } from '../../src/components/route53-record/schema.ts';
import { presume, route53Of } from '../../src/sandbox/index.ts';
import { bench, specOf, type Bench } from './aws.ts';

export const zone = 'wonderland.example';
export const name = `api.${zone}`;

export function benchWithZone(): Bench {
  const where = bench();
  presume(where.world, [{ kind: 'hosted-zone', name: zone }]);
  return where;
}

export function recordTarget(more: object = {}, id = 'cname'): Target<RecordSpec> {
  return { id, spec: specOf(record, { zone, name, type: 'CNAME', ...more }) };
}

export function cname(value: string, more: object = {}): Target<RecordSpec> {
  return recordTarget({ ttl: 60, values: [value], ...more });
}

/** Someone else at work: writes records without relight. */
export async function write(where: Bench, ...sets: ResourceRecordSet[]): Promise<void> {
  const HostedZoneId = Object.keys(route53Of(where.world.data).zones)[0];
  const Changes = sets.map((ResourceRecordSet) => ({ Action: 'UPSERT' as const, ResourceRecordSet }));
  await where.aws.client(route53).send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

export function simple(value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet {
  return { Name: name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: value }], ...more };
}
