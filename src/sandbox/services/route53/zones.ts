// Hosted zones: their life.
import { AwsError } from '../../model.ts';
import type { CallContext, Operation, Output } from '../../model.ts';
import { changeInfo, newChange } from './changes.ts';
import { refuseWhileBusy, zoneOf } from './errors.ts';
import * as read from './input.ts';
import { parseName } from './names.ts';
import { writeRecord } from './records.ts';
import { recordKey, referenceKey, route53Of, type HostedZone } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedRules, unverifiedTexts } from './unverified.ts';
import { readVpc, refuseSameName, vpcOutput } from './vpcs.ts';

/** Route 53 quota: 500 hosted zones of an account. */
export const mostZones = 500;

export const createHostedZone: Operation = (input, context) => {
  const request = read.body(input);
  const given = read.requiredText(request, 'Name', 1024);
  const callerReference = read.requiredText(request, 'CallerReference', 128);
  const config = read.structure(request, 'HostedZoneConfig') ?? {};
  const comment = read.optionalText(config, 'Comment', 256);
  const vpc = readVpc(request, context);
  const { world } = context;
  const store = route53Of(world.data);

  const parsed = parseName(given);
  if (parsed.kind === 'fault') throw new AwsError('InvalidDomainName', unverifiedTexts.invalidDomainName(given));
  const { name } = parsed;
  if (own(store.zoneReferences, referenceKey(callerReference)) !== undefined) {
    throw new AwsError(
      'HostedZoneAlreadyExists',
      'A hosted zone has already been created with the specified caller reference.',
      409,
    );
  }
  if (vpc !== undefined) refuseSameName(context, vpc, name);
  const delegationSet = read.optionalText(request, 'DelegationSetId', 64);
  if (delegationSet !== undefined) {
    const id = read.bareId(delegationSet);
    throw new AwsError('NoSuchDelegationSet', unverifiedTexts.noSuchDelegationSet(id));
  }
  if (Object.keys(store.zones).length >= mostZones) {
    throw new AwsError('TooManyHostedZones', unverifiedTexts.tooManyHostedZones);
  }

  const id = `Z${world.hex(20).toUpperCase()}`;
  const nameServers = drawNameServers(context);
  const zone: HostedZone = {
    id,
    name,
    callerReference,
    ...(comment === undefined ? {} : { comment }),
    privateZone: vpc !== undefined,
    vpcs: vpc === undefined ? [] : [vpc],
    nameServers: vpc === undefined ? nameServers : [],
    names: {},
    recordCount: 0,
    unsettled: [],
    lastBatchAt: null,
  };
  store.zones[id] = zone;
  store.zoneIdsByName[name] = [...(own(store.zoneIdsByName, name) ?? []), id];
  store.zoneReferences[referenceKey(callerReference)] = id;
  const change = newChange(context, id);
  writeApex(zone, change, nameServers);
  return {
    HostedZone: zoneOutput(zone),
    ChangeInfo: changeInfo(context, change),
    DelegationSet: delegationSetOutput(zone),
    VPC: vpc && vpcOutput(vpc),
    $headers: { Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}` },
  };
};

/** Four name servers under four top-level domains, numbered as AWS numbers them. */
function drawNameServers({ world }: CallContext): string[] {
  return ['com', 'net', 'org', 'co.uk'].map((top, index) => {
    const number = index * 512 + Math.floor(world.random() * 512);
    return `ns-${String(number)}.awsdns-${String(number % 64).padStart(2, '0')}.${top}`;
  });
}

/** The records that every zone begins with and cannot be without. */
function writeApex(zone: HostedZone, change: string, nameServers: readonly string[]): void {
  const { name } = zone;
  const first = nameServers[0] ?? '';
  const values = nameServers.map((server) => `${server}.`);
  writeRecord(zone, change, name, recordKey('NS', undefined), { name, type: 'NS', ttl: 172_800, values });
  const soa = `${first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  writeRecord(zone, change, name, recordKey('SOA', undefined), { name, type: 'SOA', ttl: 900, values: [soa] });
}

export const getHostedZone: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  return {
    HostedZone: zoneOutput(zone),
    DelegationSet: delegationSetOutput(zone),
    VPCs: zone.privateZone ? zone.vpcs.map(vpcOutput) : undefined,
  };
};

/** A comment that is left out, or empty, is taken away. */
export const updateHostedZoneComment: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  const comment = read.optionalText(input['body'] === undefined ? {} : read.body(input), 'Comment', 256);
  if (comment === undefined || comment === '') delete zone.comment;
  else zone.comment = comment;
  return { HostedZone: zoneOutput(zone) };
};

export const deleteHostedZone: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  refuseWhileBusy(context, zone);
  if (zone.recordCount > 2) {
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  }
  const store = route53Of(context.world.data);
  Reflect.deleteProperty(store.zones, zone.id);
  Reflect.deleteProperty(store.tags, `hostedzone/${zone.id}`);
  const ids = (own(store.zoneIdsByName, zone.name) ?? []).filter((id) => id !== zone.id);
  if (ids.length > 0) store.zoneIdsByName[zone.name] = ids;
  else Reflect.deleteProperty(store.zoneIdsByName, zone.name);
  if (!unverifiedRules.zoneReferencesOutliveZones) {
    Reflect.deleteProperty(store.zoneReferences, referenceKey(zone.callerReference));
  }
  return { ChangeInfo: changeInfo(context, newChange(context, zone.id)) };
};

export function zoneOutput(zone: HostedZone): Output {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: zone.privateZone },
    ResourceRecordSetCount: zone.recordCount,
  };
}

function delegationSetOutput(zone: HostedZone): Output | undefined {
  return zone.privateZone ? undefined : { NameServers: zone.nameServers };
}
