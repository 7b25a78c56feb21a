// What an alias may point to: a record set of the same type in the same zone, or a resource whose service owns the
// zone id. A target that is deleted later does not bother the alias: it then points to nothing.
import type { World } from '../../model.ts';
import { findLoadBalancerByDnsName } from '../elbv2/lookup.ts';
import { canonicalHostedZoneId } from '../elbv2/zones.ts';
import { isWithin } from './names.ts';
import { currentRecords } from './records.ts';
import { own, route53Of, type AliasTarget, type HostedZone, type RecordSet } from './store.ts';
import { unverifiedRules } from './unverified.ts';

/** Zone ids of services that the sandbox does not have; their names are taken to exist (API reference, AliasTarget). */
const foreignZones: Readonly<Record<string, string>> = {
  Z2FDTNDATAQYW2: '.cloudfront.net.',
  Z2BJ6XQ5FK7U4H: '.awsglobalaccelerator.com.',
};

/** @param inZone whether the zone would have a record set of that name and type */
export function aliasFaults(
  world: World,
  zone: HostedZone,
  record: RecordSet,
  inZone: (name: string, type: string) => boolean,
): string[] {
  const { alias } = record;
  if (alias === undefined) return [];
  const place = `Tried to create an alias that targets ${alias.dnsName}, type ${record.type} in zone ${alias.hostedZoneId}`;
  const { within, found } = lookUp(world, zone, record, alias, inZone);
  return [
    ...(within ? [] : [`${place}, but the alias target name does not lie within the target zone`]),
    ...(found ? [] : [`${place}, but that target was not found`]),
  ];
}

interface Target {
  /** The name is one of those that the target zone is for. */
  readonly within: boolean;
  readonly found: boolean;
}

const nowhere: Target = { within: false, found: false };

function lookUp(
  world: World,
  zone: HostedZone,
  record: RecordSet,
  alias: AliasTarget,
  inZone: (name: string, type: string) => boolean,
): Target {
  const { hostedZoneId, dnsName } = alias;
  if (hostedZoneId === zone.id) {
    const within = isWithin(dnsName, zone.name);
    return { within, found: within && dnsName !== record.name && inZone(dnsName, record.type) };
  }
  const other = own(route53Of(world.data).zones, hostedZoneId);
  if (other !== undefined) {
    const within = isWithin(dnsName, other.name);
    const found = within && currentRecords(other, dnsName).some(({ type }) => type === record.type);
    return { within, found };
  }
  if (record.type !== 'A' && record.type !== 'AAAA') return nowhere;
  const suffix = own(foreignZones, hostedZoneId);
  if (suffix !== undefined) return dnsName.endsWith(suffix) ? { within: true, found: true } : nowhere;
  return balancerTarget(world, alias);
}

/** `<name>.<region>.elb.amazonaws.com.` of application, `<name>.elb.<region>.amazonaws.com.` of network ones. */
function balancerTarget(world: World, { hostedZoneId, dnsName }: AliasTarget): Target {
  const application = /\.([a-z0-9-]+)\.elb\.amazonaws\.com\.$/.exec(dnsName)?.[1];
  const network = /\.elb\.([a-z0-9-]+)\.amazonaws\.com\.$/.exec(dnsName)?.[1];
  const region = application ?? network;
  if (region === undefined) return nowhere;
  const type = application === undefined ? 'network' : 'application';
  if (hostedZoneId !== canonicalHostedZoneId(type, region)) return nowhere;
  const local = own(world.data.regions, region);
  const exists = local !== undefined && findLoadBalancerByDnsName(local, dnsName) !== undefined;
  return { within: true, found: exists || !unverifiedRules.aliasTargetMustExist };
}
