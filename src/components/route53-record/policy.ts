// route53/record: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { limited } from '../kit/policy.ts';
import { hasReference } from '../kit/schema.ts';
import { markerName } from './marker.ts';
import { isZoneId, type RecordSpec } from './schema.ts';

/**
 * ListHostedZonesByName and TestDNSAnswer take no resource [Service Authorization Reference, Amazon Route 53]. A zone
 * that is given by name has an id that is not known here, so changes are limited to the record's name and type instead
 * [Route 53 developer guide, "Using IAM policy conditions for fine-grained access control"]. The marker goes with the record,
 * wanted or left over.
 */
export function policyScope(spec: RecordSpec, { partition }: Scope): PolicyScope {
  const byId = isZoneId(spec.zone);
  const byName = !byId && !hasReference(spec.zone);
  const zone = `arn:${partition}:route53:::hostedzone/${byId ? spec.zone : '*'}`;
  const names = hasReference(spec.name)
    ? {}
    : { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': [spec.name, markerName(spec)].map(normalizedName) };
  return {
    actions: {
      ...limited(['route53:ListResourceRecordSets'], [zone]),
      // A zone is looked up by its id or by its name.
      'route53:GetHostedZone': { resources: byName ? [] : [zone] },
      'route53:ListHostedZonesByName': { resources: byId ? [] : ['*'] },
      ...limited(['route53:GetChange'], [`arn:${partition}:route53:::change/*`]),
      'route53:ChangeResourceRecordSets': {
        resources: [zone],
        conditions: {
          'ForAllValues:StringEquals': {
            ...names,
            'route53:ChangeResourceRecordSetsRecordTypes': [...new Set([spec.type, 'TXT'])],
          },
        },
      },
    },
  };
}

/**
 * Lower case, no trailing dot, and everything but letters, digits, `-`, `_` and `.` as an octal code: `\052.example.com`
 * [Route 53 developer guide, "Normalization"].
 */
function normalizedName(name: string): string {
  return canonicalName(name).replaceAll(
    /[^a-z0-9._-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
