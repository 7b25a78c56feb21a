// Whose is what a record says? Records carry no tags, so their values must tell. Pure.
import type { Claim, Evidence, Json, KnownPiece } from '../contract.ts';
import { textsIn } from '../kit/evidence.ts';
import { hasReference } from '../kit/schema.ts';
import { markerOf } from './marker.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias, canonicalValue, valuesOf } from './values.ts';

/**
 * Proof is a value that an earlier run wrote, that only a tagged piece of the playbook has, or that is the name of an
 * earlier load balancer of the playbook. A value that the spec wants, or that is an output of any other of its pieces, is
 * neither proof nor strange (docs/decisions/0018).
 */
export function claim(spec: RecordSpec, state: RecordState, evidence: Evidence): Claim {
  // It names what it marks: this content was written by whom it names, whatever the content says.
  if (markerOf(spec, state)?.playbook === evidence.playbook) {
    return { strange: undefined, proof: 'it carries the marker of this playbook' };
  }
  const { HealthCheckId } = state.description;
  const canonical = canonicalFor(state, spec.type);
  const setOf = (texts: readonly (string | undefined)[]): ReadonlySet<string> =>
    new Set(texts.flatMap((each) => (each === undefined || each === '' ? [] : [canonical(each)])));
  const wanted = setOf([...(spec.values ?? []).filter((each) => !hasReference(each)), spec.alias?.dnsName]);
  const written = setOf(evidence.written.flatMap(textsIn));
  const found = valuesOf(state);
  const pieces = evidence.pieces();
  const outputs = setOf(pieces.flatMap((each) => Object.values(each.outputs)));
  const strange = found.filter((each) => {
    const value = canonical(each);
    return (
      !wanted.has(value) &&
      !written.has(value) &&
      !outputs.has(value) &&
      earlierOf(value, evidence, pieces) === undefined
    );
  });
  const proofOf = (value: string): string | undefined => {
    if (written.has(value)) return 'an earlier run of this playbook wrote it';
    const named = pieces.find(({ status, unique }) => status === 'tagged' && setOf(unique).has(value));
    if (named !== undefined) return `it names ${named.component}`;
    const earlier = earlierOf(value, evidence, pieces);
    return earlier === undefined ? undefined : `it names an earlier ${earlier.component}`;
  };
  const check = pieces.find(
    ({ status, unique }) => status === 'tagged' && HealthCheckId !== undefined && unique.includes(HealthCheckId),
  );
  return {
    strange: strange.length === 0 ? undefined : strange.join(', '),
    proof:
      found.flatMap((each) => proofOf(canonical(each)) ?? [])[0] ??
      (check === undefined ? undefined : `it names ${check.component}`),
  };
}

/** Names that the record sends on to and that are no own piece's; a name of an earlier load balancer is nobody's. */
export function leadsTo(state: RecordState, evidence: Evidence): readonly string[] {
  const names = namesIn(state);
  if (names.length === 0) return names;
  const pieces = evidence.pieces();
  const own = new Set(pieces.flatMap(({ status, unique }) => (status === 'tagged' ? unique.map(canonicalAlias) : [])));
  return names.filter((each) => !own.has(each) && earlierOf(each, evidence, pieces) === undefined);
}

/** The names that it answers with, for others to be asked. */
export function namesIn(state: RecordState): readonly string[] {
  const isName = state.description.AliasTarget !== undefined || state.description.Type === 'CNAME';
  return isName
    ? valuesOf(state)
        .map(canonicalAlias)
        .filter((each) => each !== '')
    : [];
}

/** What a record says, whoever spelt it and in whatever order: consents and markers are bound to it. */
export function says(spec: RecordSpec, state: RecordState): Json {
  const { AliasTarget, HealthCheckId = null, SetIdentifier = null } = state.description;
  const values = valuesOf(state).map(canonicalFor(state, spec.type)).sort();
  return { alias: AliasTarget !== undefined, values, setIdentifier: SetIdentifier, healthCheck: HealthCheckId };
}

function canonicalFor({ description }: RecordState, type: string): (value: string) => string {
  return description.AliasTarget === undefined ? (value) => canonicalValue(type, value) : canonicalAlias;
}

/**
 * `<name>-<number>.<region>.elb.amazonaws.com`, of a network load balancer `<name>-<hex>.elb.<region>.amazonaws.com`
 * [ELB guide, DNS names]: the number is new each time that one is made under the same name. A name is given once in a
 * region [ELB guide], so one that the load balancer of that name does not have is nobody's here.
 */
function earlierOf(value: string, { region }: Evidence, pieces: readonly KnownPiece[]): KnownPiece | undefined {
  const name = canonicalAlias(value);
  const match =
    /^(?:internal-)?([a-z0-9-]+)-\d+\.([a-z0-9-]+)\.elb\.amazonaws\.com(?:\.cn)?$/.exec(name) ??
    /^(?:internal-)?([a-z0-9-]+)-[0-9a-f]{16}\.elb\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(name);
  if (match?.[2] !== region) return undefined;
  return pieces.find(
    ({ outputs, status, type }) =>
      type === 'elbv2/load-balancer' &&
      status !== 'other' &&
      outputs['name']?.toLowerCase() === match[1] &&
      canonicalAlias(outputs['dnsName'] ?? '') !== name,
  );
}
