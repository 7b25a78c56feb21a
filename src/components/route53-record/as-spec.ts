import type { AsSpec } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { hasReference } from '../kit/schema.ts';
import { mayEvaluate } from './alias-health.ts';
import { markerOf } from './marker.ts';
import { settingsOf } from './parts.ts';
import { schema, type RecordSpec, type RecordState } from './schema.ts';

export function specOf(spec: RecordSpec, state: RecordState): AsSpec<RecordSpec> {
  const { description } = state;
  const { AliasTarget: alias } = description;
  const { said, notRepresented } = sayable(schema.shape, {
    ttl: alias === undefined ? description.TTL : undefined,
    values: description.ResourceRecords?.map((each) => each.Value ?? ''),
    alias: alias && {
      // AWS ends names with a dot; a load balancer's own output has none.
      dnsName: alias.DNSName?.replace(/\.$/, ''),
      hostedZoneId: alias.HostedZoneId,
      evaluateTargetHealth: alias.EvaluateTargetHealth,
    },
    setIdentifier: description.SetIdentifier,
    weight: description.Weight,
    failover: description.Failover,
    healthCheck: description.HealthCheckId,
    ...settingsOf(description),
  });
  const name = description.Name ?? '';
  const marker = markerOf(spec, state);
  return {
    spec: {
      zone: spec.zone,
      name: canonicalName(spec.name) === canonicalName(name) ? spec.name : name,
      type: (description.Type ?? spec.type) as RecordSpec['type'],
      ...said,
      ...(marker === undefined ? {} : { marker }),
    },
    notRepresented: [...notRepresented, ...spokenOfByAws(description, ['TrafficPolicyInstanceId'])],
  };
}

/**
 * An alias with the one value that AWS takes, so that the one of another target does not stay, and spelt as the one that is
 * there: `dualstack.` before the name of a load balancer means the same, and belongs to whoever wrote it.
 */
export function plainly(spec: RecordSpec, there?: RecordSpec): RecordSpec {
  if (spec.alias === undefined) return spec;
  const { alias } = spec;
  const isSpelt = there?.alias !== undefined && isDualStack(there.alias.dnsName);
  const dnsName = isSpelt && mayBeDualStack(alias.dnsName) ? `${dualStack}${alias.dnsName}` : alias.dnsName;
  if (dnsName === alias.dnsName && mayEvaluate(alias)) return spec;
  return { ...spec, alias: { ...alias, dnsName, ...(mayEvaluate(alias) ? {} : { evaluateTargetHealth: false }) } };
}

const dualStack = 'dualstack.';

function isDualStack(dnsName: string): boolean {
  return dnsName.toLowerCase().startsWith(dualStack);
}

/** The name of a load balancer, or one that another component has yet to tell. */
function mayBeDualStack(dnsName: string): boolean {
  if (isDualStack(dnsName)) return false;
  return hasReference(dnsName) || /\.elb(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?\.?$/i.test(dnsName);
}
