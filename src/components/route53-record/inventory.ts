// All hosted zones of an account and what their records lead to: by what Route 53 lists, never by resolving.
import { ListHostedZonesCommand, type HostedZone, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { isNotFound } from '../../aws/errors.ts';
import { route53 } from '../../aws/services/route53.ts';
import { canonicalName } from '../../util/dns.ts';
import type { InventoryPiece, ReadContext, RecordPiece } from '../contract.ts';
import { allPages } from '../kit/observing.ts';
import { checkZone, listed } from './observe.ts';
import { canonicalAlias } from './values.ts';

export async function list(context: ReadContext): Promise<readonly InventoryPiece[]> {
  const zones = await allZones(context);
  const pieces = await Promise.all(zones.map((each) => piecesOf(each, context)));
  return pieces.flat();
}

function allZones(context: ReadContext): Promise<readonly HostedZone[]> {
  return allPages(
    (each: HostedZone) => each.Id,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(route53).send(new ListHostedZonesCommand({ Marker: marker })),
      );
      return {
        items: answer.HostedZones ?? [],
        next: answer.IsTruncated === true ? answer.NextMarker : undefined,
      };
    },
  );
}

async function piecesOf(zone: HostedZone, context: ReadContext): Promise<readonly InventoryPiece[]> {
  // AWS answers with `/hostedzone/Z1` [Route 53 API].
  const id = (zone.Id ?? '').replace(/^\/hostedzone\//, '');
  const name = canonicalName(zone.Name ?? '');
  let records: readonly ResourceRecordSet[];
  try {
    records = await context.once(`route53 records of ${id}`, () => listed(id, context));
  } catch (error) {
    // It went between the two calls.
    if (isNotFound(error)) return [];
    throw error;
  }
  checkZone(id, name, records);
  const own = records.find((each) => each.Type === 'NS' && canonicalName(each.Name ?? '') === name);
  const isPrivate = zone.Config?.PrivateZone === true;
  return [
    { kind: 'zone', id, name, isPrivate, servers: isPrivate || own === undefined ? [] : valuesOf(own) },
    ...records.filter((each) => each !== own && each.Type !== 'SOA').map((each) => recordOf(id, each)),
  ];
}

function recordOf(zone: string, record: ResourceRecordSet): RecordPiece {
  const { AliasTarget, HealthCheckId, Name = '', SetIdentifier: set, Type: type = '' } = record;
  const alias = AliasTarget?.DNSName;
  const [cname] = type === 'CNAME' ? (record.ResourceRecords ?? []) : [];
  return {
    kind: 'record',
    zone,
    name: canonicalName(Name),
    type,
    set,
    leadsTo:
      alias !== undefined
        ? { name: canonicalAlias(alias), how: 'alias' }
        : cname?.Value !== undefined
          ? { name: canonicalAlias(cname.Value), how: 'CNAME' }
          : undefined,
    delegatesTo: type === 'NS' ? valuesOf(record) : [],
    names: HealthCheckId === undefined ? [] : [HealthCheckId],
  };
}

function valuesOf({ ResourceRecords = [] }: ResourceRecordSet): readonly string[] {
  return ResourceRecords.map(({ Value = '' }) => canonicalName(Value));
}
