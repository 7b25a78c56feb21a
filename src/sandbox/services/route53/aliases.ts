// What an alias may point to: a record set of the same type in the same zone, or a resource whose service owns the
// zone id. A target that is deleted later does not bother the alias: it then points to nothing.
import { everyAccount } from '../../accounts.ts';
import type { World } from '../../model.ts';
import { findLoadBalancerByDnsName } from '../elbv2/lookup.ts';
import { canonicalHostedZoneId } from '../elbv2/zones.ts';
import { aliasServiceOf } from './alias-zones.ts';
import { isWithin } from './names.ts';
import { currentRecords } from './records.ts';
import { route53Of, type AliasTarget, type HostedZone, type RecordSet } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedRules, unverifiedTexts } from './unverified.ts';

const addressTypes: readonly string[] = ['A', 'AAAA'];

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
  const service = aliasServiceOf(alias.hostedZoneId);
  if (within && service?.mayEvaluate === false && alias.evaluateTargetHealth) {
    return [unverifiedTexts.healthNotEvaluated(record.type, record.name, alias.dnsName)];
  }
  if (within && service?.inPrivateZones === false && zone.privateZone) {
    return [unverifiedTexts.aliasInPrivateZone(record.type, record.name, alias.dnsName)];
  }
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
  const service = aliasServiceOf(hostedZoneId);
  if (!(service?.types ?? addressTypes).includes(record.type)) return nowhere;
  // What these services have is not known here: their names are taken to exist.
  if (service !== undefined) return service.names.test(dnsName) ? { within: true, found: true } : nowhere;
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
  // Load balancers of other accounts may be pointed to as well.
  const exists = everyAccount(world).some(({ data }) => {
    const local = own(data.regions, region);
    return local !== undefined && findLoadBalancerByDnsName(local, dnsName) !== undefined;
  });
  return { within: true, found: exists || !unverifiedRules.aliasTargetMustExist };
}
