// What policies are asked about calls to Route 53.
import type { PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import type { Input } from '../../model.ts';
import { callOn, lastPart } from '../../permissions.ts';
import { parseName } from './names.ts';

export const route53Authorization: ServiceAuthorization = {
  isGlobal: true,
  permissions: (call) => callOn(call, resourcesOf(call)),
  conditionKeys: {
    ChangeResourceRecordSetsActions: (call) => eachChange(call, ({ Action }) => Action),
    ChangeResourceRecordSetsNormalizedRecordNames: (call) =>
      eachChange(call, ({ ResourceRecordSet }) => normalized(ResourceRecordSet?.Name)),
    ChangeResourceRecordSetsRecordTypes: (call) => eachChange(call, ({ ResourceRecordSet }) => ResourceRecordSet?.Type),
  },
};

function resourcesOf({ input, operation }: PlacedCall): readonly string[] {
  if (operation === 'TestDNSAnswer') return [];
  const { HealthCheckId: healthCheck, ResourceType: type } = input;
  if (typeof healthCheck === 'string') return [`arn:aws:route53:::healthcheck/${healthCheck}`];
  if (typeof type === 'string') {
    const { ResourceIds: ids } = (input['body'] ?? {}) as Input;
    const named: readonly unknown[] = Array.isArray(ids) ? ids : [input['ResourceId']];
    return named.flatMap((id) => (typeof id === 'string' ? [`arn:aws:route53:::${type}/${id}`] : []));
  }
  const kind = operation === 'GetChange' ? 'change' : 'hostedzone';
  return [input['Id'], input['HostedZoneId'], input['hostedzoneid']].flatMap((id) =>
    typeof id === 'string' ? [`arn:aws:route53:::${kind}/${lastPart(id)}`] : [],
  );
}

interface Change {
  readonly Action?: unknown;
  readonly ResourceRecordSet?: { readonly Name?: unknown; readonly Type?: unknown } | null;
}

/** What each change of a batch has; undefined for a call without a batch. */
function eachChange({ input }: PlacedCall, of: (change: Change) => unknown): readonly string[] | undefined {
  const body = input['body'] as { readonly ChangeBatch?: { readonly Changes?: unknown } | null } | null | undefined;
  const changes = body?.ChangeBatch?.Changes;
  if (!Array.isArray(changes)) return undefined;
  return (changes as readonly (Change | null)[]).flatMap((each) => {
    const value = each === null ? undefined : of(each);
    return typeof value === 'string' ? [value] : [];
  });
}

/** As AWS compares names: lower case, what is special escaped, no trailing dot. */
function normalized(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const parsed = parseName(name);
  return (parsed.kind === 'name' ? parsed.name : name.toLowerCase()).replace(/\.$/, '');
}
