// Is what the record says the playbook's own? Records carry no tags, so their values must tell. Pure.
import type { Evidence, Json } from '../contract.ts';
import { hasReference } from '../kit/schema.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias, canonicalValue } from './values.ts';

/**
 * Values that nothing proves to be the playbook's: that the spec does not want, that are no output of its pieces, that no
 * earlier run wrote, and that are no name of an earlier load balancer of its own (docs/decisions/0011).
 */
export function stranger(spec: RecordSpec, state: RecordState, evidence: Evidence): string | undefined {
  const { AliasTarget, ResourceRecords = [] } = state.description;
  const type = spec.type;
  const canonical = (value: string): string =>
    AliasTarget === undefined ? canonicalValue(type, value) : canonicalAlias(value);
  const without = (values: readonly string[], proofs: readonly (string | undefined)[]): readonly string[] => {
    const proven = new Set(proofs.flatMap((each) => (each === undefined || each === '' ? [] : [canonical(each)])));
    return values.filter((each) => !proven.has(canonical(each)));
  };
  const found =
    AliasTarget === undefined ? ResourceRecords.map(({ Value = '' }) => Value) : [AliasTarget.DNSName ?? ''];
  const unwanted = without(found, [
    ...(spec.values ?? []).filter((each) => !hasReference(each)),
    ...(spec.alias === undefined ? [] : [spec.alias.dnsName]),
    ...evidence.written.flatMap(textsIn),
  ]);
  if (unwanted.length === 0) return undefined;
  const outputs = evidence.pieces().flatMap((each) => Object.values(each.outputs));
  const strange = without(unwanted, outputs).filter((each) => !isEarlierLoadBalancer(each, evidence));
  return strange.length === 0 ? undefined : strange.join(', ');
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap((each: Json) => textsIn(each)) : [];
}

/**
 * `<name>-<number>.<region>.elb.amazonaws.com`, of a network load balancer `<name>-<hex>.elb.<region>.amazonaws.com`
 * [ELB guide, DNS names]: the number is new each time that one is made under the same name.
 */
function isEarlierLoadBalancer(value: string, { pieces, region }: Evidence): boolean {
  const name = canonicalAlias(value);
  const match =
    /^(?:internal-)?([a-z0-9-]+)-\d+\.([a-z0-9-]+)\.elb\.amazonaws\.com(?:\.cn)?$/.exec(name) ??
    /^(?:internal-)?([a-z0-9-]+)-[0-9a-f]{16}\.elb\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(name);
  if (match?.[2] !== region) return false;
  return pieces().some(
    ({ type, outputs }) => type === 'elbv2/load-balancer' && outputs['name']?.toLowerCase() === match[1],
  );
}
