// Looks at records through their zones: one listing per zone, shared by all its records.
import { ListResourceRecordSetsCommand, type ResourceRecordSet, type RRType } from '@aws-sdk/client-route-53';
import type { Observation, ReadContext, Readiness, Target } from '../contract.ts';
import { canonicalName } from '../kit/dns.ts';
import { absent, allPages, groupBy, present, unknownAnswer, unknownFrom, type Observations } from '../kit/observing.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { findZone } from './zones.ts';

export async function observe(
  targets: readonly Target<RecordSpec>[],
  context: ReadContext,
): Promise<Observations<RecordState>> {
  const answers = new Map<string, Observation<RecordState>>();
  await Promise.all(
    [...groupBy(targets, (target) => target.spec.zone)].map(async ([zoneName, members]) => {
      try {
        const zone = await findZone(zoneName, context);
        const records =
          zone.kind === 'found'
            ? await context.once(`route53 records of ${zone.id}`, () => recordsOf(zone.id, context))
            : [];
        for (const { id, spec } of members) {
          answers.set(
            id,
            zone.kind === 'found'
              ? pick(spec, { id: zone.id, isPrivate: zone.isPrivate }, records, context)
              : zone.kind === 'none'
                ? absent(context, zone.detail)
                : unknownAnswer(zone.detail, context),
          );
        }
      } catch (error) {
        for (const { id } of members) answers.set(id, unknownFrom(error, context));
      }
    }),
  );
  return answers;
}

interface Marker {
  readonly name: string | undefined;
  readonly type: RRType | undefined;
  readonly identifier: string | undefined;
}

/** All three markers go back: with the name alone, a name of more records than fit on a page would never end. */
function recordsOf(zone: string, context: ReadContext): Promise<readonly ResourceRecordSet[]> {
  return allPages(async (marker: Marker | undefined) => {
    const answer = await context.limit(() =>
      context.aws.route53.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zone,
          StartRecordName: marker?.name,
          StartRecordType: marker?.type,
          StartRecordIdentifier: marker?.identifier,
        }),
      ),
    );
    const next: Marker = {
      name: answer.NextRecordName,
      type: answer.NextRecordType,
      identifier: answer.NextRecordIdentifier,
    };
    return { items: answer.ResourceRecordSets ?? [], next: answer.IsTruncated === true ? next : undefined };
  });
}

/** The records that share the name and type, as listed from there on; one page holds any group [quota: 100 weighted]. */
export async function groupOf(state: RecordState, context: ReadContext): Promise<readonly ResourceRecordSet[]> {
  const { Name, Type } = state.description;
  const answer = await context.limit(() =>
    context.aws.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: state.zone.id, StartRecordName: Name, StartRecordType: Type }),
    ),
  );
  return (answer.ResourceRecordSets ?? []).filter((each) => each.Name === Name && each.Type === Type);
}

function pick(
  spec: RecordSpec,
  zone: RecordState['zone'],
  records: readonly ResourceRecordSet[],
  context: ReadContext,
): Observation<RecordState> {
  const name = canonicalName(spec.name);
  const sameName = records.filter((each) => canonicalName(each.Name ?? '') === name);
  const same = sameName.filter((each) => each.Type === spec.type);
  const exact = same.find((each) => each.SetIdentifier === spec.setIdentifier);
  if (exact !== undefined) return present({ zone, description: exact }, undefined, context);

  // A record that is routed otherwise than the playbook wants: it is in the way, and one batch can put that right.
  const inTheWay = same.filter((each) => (each.SetIdentifier === undefined) !== (spec.setIdentifier === undefined));
  const [only] = inTheWay;
  if (only !== undefined && inTheWay.length === 1) return present({ zone, description: only }, undefined, context);
  if (inTheWay.length > 1) {
    const identifiers = inTheWay.map((each) => each.SetIdentifier ?? '').join(', ');
    return unknownAnswer(
      `${spec.type} ${name} is a group (${identifiers}), and the playbook names no setIdentifier`,
      context,
    );
  }
  // AWS allows nothing beside a CNAME [Route 53 developer guide], so creating this one will be refused.
  const conflict = sameName.find((each) => (each.Type === 'CNAME') !== (spec.type === 'CNAME'));
  return absent(context, conflict && `a record of type ${conflict.Type ?? 'unknown'} has this name`);
}

/** A record has no state of its own; whether a change has reached the name servers is asked of the change. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}
