import type { AsSpec } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { sayable, spokenOfByAws } from '../kit/as-spec.ts';
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
