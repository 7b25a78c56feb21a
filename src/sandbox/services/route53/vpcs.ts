// Private zones and the VPCs that may ask them.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Operation, Output } from '../../model.ts';
import { networkOf } from '../network/store.ts';
import { changeInfo, newChange } from './changes.ts';
import { refuseWhileBusy, zoneOf } from './errors.ts';
import * as read from './input.ts';
import { route53Of, type HostedZone } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedTexts } from './unverified.ts';

export interface ZoneVpc {
  readonly region: string;
  readonly id: string;
}

/** Route 53 quota: 300 VPCs of one zone. */
export const mostVpcs = 300;

/**
 * The VPC that a request names.
 *
 * @throws AwsError `InvalidVPCId` when there is none of that id in that region
 */
export function readVpc(request: Input, { world }: CallContext): ZoneVpc | undefined {
  const vpc = read.structure(request, 'VPC');
  if (vpc === undefined) return undefined;
  const region = read.requiredText(vpc, 'VPCRegion', 64);
  const id = read.requiredText(vpc, 'VPCId', 1024);
  const local = own(world.data.regions, region);
  const known = local && networkOf(local).vpcs;
  if (known === undefined || own(known, id) === undefined) {
    throw new AwsError('InvalidVPCId', 'The VPC ID is invalid.');
  }
  return { region, id };
}

export function vpcOutput({ region, id }: ZoneVpc): Output {
  return { VPCRegion: region, VPCId: id };
}

/** A VPC asks one zone of each name. [infrablocks/terraform-aws-base-networking#4] */
export function refuseSameName(context: CallContext, vpc: ZoneVpc, name: string): void {
  const { zones, zoneIdsByName } = route53Of(context.world.data);
  const others = (own(zoneIdsByName, name) ?? []).flatMap((id) => own(zones, id) ?? []);
  if (!others.some((zone) => indexIn(zone, vpc) >= 0)) return;
  throw new AwsError(
    'ConflictingDomainExists',
    `The VPC that you chose, ${vpc.id} in region ${vpc.region}, is already associated with another private hosted zone that has an overlapping name space, ${name}.`,
  );
}

function indexIn({ vpcs }: HostedZone, vpc: ZoneVpc): number {
  return vpcs.findIndex(({ id, region }) => id === vpc.id && region === vpc.region);
}

/** Zone, VPC and comment of a request to (dis)associate. */
function requested(
  input: Input,
  context: CallContext,
): { zone: HostedZone; vpc: ZoneVpc; comment: string | undefined } {
  const request = read.body(input);
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  const comment = read.optionalText(request, 'Comment', 256);
  const vpc = readVpc(request, context);
  if (vpc === undefined) throw read.invalidInput(unverifiedTexts.missing('vPC'));
  return { zone, vpc, comment };
}

export const associateVpcWithHostedZone: Operation = (input, context) => {
  const { comment, vpc, zone } = requested(input, context);
  if (!zone.privateZone) {
    // [hashicorp/terraform#1827]
    const text = `Attempting to associate public zone: ${zone.id} with vpc: ${vpc.id}`;
    throw new AwsError('PublicZoneVPCAssociation', text);
  }
  refuseSameName(context, vpc, zone.name);
  refuseWhileBusy(context, zone);
  if (zone.vpcs.length >= mostVpcs) throw new AwsError('LimitsExceeded', unverifiedTexts.tooManyVpcs);
  zone.vpcs.push(vpc);
  return { ChangeInfo: changeInfo(context, newChange(context, zone.id, comment)) };
};

export const disassociateVpcFromHostedZone: Operation = (input, context) => {
  const { comment, vpc, zone } = requested(input, context);
  const index = indexIn(zone, vpc);
  if (index < 0) throw new AwsError('VPCAssociationNotFound', unverifiedTexts.vpcNotAssociated(vpc.id, zone.id), 404);
  if (zone.vpcs.length === 1) throw new AwsError('LastVPCAssociation', unverifiedTexts.lastVpc(vpc.id, zone.id));
  zone.vpcs.splice(index, 1);
  return { ChangeInfo: changeInfo(context, newChange(context, zone.id, comment)) };
};

const mostSummariesOfPage = 100;

/** In the order of creation; the token is the id of the next page's first zone. */
export const listHostedZonesByVpc: Operation = (input, context) => {
  const id = read.requiredText(input, 'vpcid', 1024);
  const region = read.requiredText(input, 'vpcregion', 64);
  const most = read.pageSize(input, mostSummariesOfPage);
  const token = read.optionalText(input, 'nexttoken', 1024);
  const zones = Object.values(route53Of(context.world.data).zones).filter((zone) => indexIn(zone, { id, region }) >= 0);
  const from = token === undefined ? 0 : zones.findIndex((zone) => zone.id === token);
  if (from < 0) throw new AwsError('InvalidPaginationToken', unverifiedTexts.unknownMarker(token ?? ''));
  return {
    HostedZoneSummaries: zones.slice(from, from + most).map((zone) => ({
      HostedZoneId: zone.id,
      Name: zone.name,
      Owner: { OwningAccount: context.world.data.account },
    })),
    MaxItems: most,
    NextToken: zones[from + most]?.id,
  };
};
