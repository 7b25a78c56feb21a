// Whether a change has reached the name servers, and what they answer.
import { GetChangeCommand, TestDNSAnswerCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { askingEachTime } from '../../aws/asked-once.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { ChangeAction, ReadContext, Receipt, Settlement, Target } from '../contract.ts';
import { groupOf } from './observe.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalValue } from './values.ts';

/** A change has settled when all name servers know it: INSYNC. */
export async function settled(
  _action: ChangeAction,
  receipt: Receipt,
  _target: Target<RecordSpec>,
  context: ReadContext,
): Promise<Settlement> {
  const { changeId } = receipt;
  if (typeof changeId !== 'string') return { kind: 'done' };
  // All that wait for one batch ask together; of another batch nobody waits for the answer.
  const answers = await context.together(`route53 change ${changeId}`, [changeId], async () => {
    const client = askingEachTime(context.aws).client(route53);
    const answer = await context.limit(() => client.send(new GetChangeCommand({ Id: changeId })));
    return new Map([[changeId, answer.ChangeInfo?.Status]]);
  });
  const status = answers.get(changeId);
  if (status === 'INSYNC') return { kind: 'done' };
  return { kind: 'pending', detail: `change ${changeId} is ${status ?? 'without status'}` };
}

/**
 * Asks Route 53's own name servers, once for each zone and run: that a change is INSYNC and listed is the truth, and what they
 * answer the evidence from outside that the zone is served. The call knows public zones only [Route 53 API, TestDNSAnswer].
 */
export async function verify(
  _target: Target<RecordSpec>,
  state: RecordState,
  context: ReadContext,
): Promise<Settlement> {
  if (state.zone.isPrivate) return { kind: 'done' };
  const own = { asked: false };
  try {
    const answer = await context.kept(
      `route53 answers of ${state.zone.id}`,
      () => {
        own.asked = true;
        return answersOf(state, context);
      },
      ({ kind }) => kind === 'done',
    );
    if (own.asked || answer.kind === 'done') return answer;
  } catch (error) {
    if (own.asked) throw error;
  }
  // That another record of the zone is not answered says nothing of this one.
  return answersOf(state, context);
}

async function answersOf(state: RecordState, context: ReadContext): Promise<Settlement> {
  const record = state.description;
  const answer = await context.limit(() =>
    context.aws
      .client(route53)
      .send(
        new TestDNSAnswerCommand({ HostedZoneId: state.zone.id, RecordName: record.Name, RecordType: record.Type }),
      ),
  );
  const data = answer.RecordData ?? [];
  const told = `${answer.ResponseCode ?? 'no answer'} ${data.join(', ')}`.trim();
  if (answer.ResponseCode !== 'NOERROR' || data.length === 0)
    return { kind: 'pending', detail: `DNS answers ${told} for ${record.Name ?? ''}` };
  // Of a group, chance or health decides which member answers.
  const members = record.SetIdentifier === undefined ? [record] : await groupOf(state, context);
  return members.some((member) => isAnswerOf(member, data))
    ? { kind: 'done' }
    : { kind: 'pending', detail: `DNS still answers ${told} for ${record.Name ?? ''}` };
}

function isAnswerOf(record: ResourceRecordSet, data: readonly string[]): boolean {
  // The addresses behind an alias are AWS's own affair.
  if (record.AliasTarget !== undefined) return true;
  const canonical = (values: readonly string[]): string =>
    JSON.stringify(values.map((value) => canonicalValue(record.Type ?? '', value)).sort());
  return canonical((record.ResourceRecords ?? []).map((each) => each.Value ?? '')) === canonical(data);
}
