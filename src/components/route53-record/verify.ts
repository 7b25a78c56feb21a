// Whether a change has reached the name servers, and what is answered from outside.
import { GetChangeCommand } from '@aws-sdk/client-route-53';
import { askingEachTime } from '../../aws/asked-once.ts';
import { classify, isNotOffered } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { ChangeAction, Testimony, ReadContext, Receipt, Settlement, Target } from '../contract.ts';
import { askNameServers, askRoute53, keyOf, route53Source } from './outside.ts';
import type { RecordSpec, RecordState } from './schema.ts';

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
 * For so long, in milliseconds, an answer from outside that is not as wanted is asked for again. That a change is INSYNC says that
 * all name servers have it [Route 53 API, GetChange]: what is otherwise for longer is not the change's affair.
 */
const patience = 60_000;

/**
 * Looks from outside whether the zone is served, once for each zone and run: its name servers are asked, and Route 53 itself where
 * they say otherwise or could not be asked. Evidence: it never fails a change that AWS has shown.
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
        return seenFromOutside(state, context);
      },
      isServed,
    );
    if (own.asked) return answer;
    if (isServed(answer)) return { kind: 'done' };
  } catch (error) {
    if (own.asked) throw error;
  }
  // That another record of the zone is not answered says nothing of this one.
  return seenFromOutside(state, context);
}

function isServed(answer: Settlement): boolean {
  return answer.kind === 'done' && answer.evidence?.at(-1)?.outcome === 'agrees';
}

async function seenFromOutside(state: RecordState, context: ReadContext): Promise<Settlement> {
  const asked = await askNameServers(state, context);
  if (asked?.outcome === 'agrees') return { kind: 'done', evidence: [asked] };
  const doubt = `route53 in doubt ${keyOf(state)}`;
  const since = await context.kept(doubt, () => Promise.resolve(context.now()));
  const { evidence: own, passes } = await saidByRoute53(state, context);
  const evidence = asked === undefined ? [own] : [asked, own];
  if (own.outcome !== 'agrees' && passes && context.now() - since < patience) {
    return { kind: 'pending', detail: `${own.source}: ${own.detail}`, evidence };
  }
  context.forget(doubt);
  return { kind: 'done', evidence };
}

/** @returns `passes`: asked again, it may say otherwise */
async function saidByRoute53(
  state: RecordState,
  context: ReadContext,
): Promise<{ readonly evidence: Testimony; readonly passes: boolean }> {
  try {
    return { evidence: await askRoute53(state, context), passes: true };
  } catch (error) {
    const problem = classify(error);
    if (isOwnFault(error) || problem.class === 'expired') throw error;
    const passes = ['throttled', 'unavailable', 'timeout', 'conflict', 'not-found'].includes(problem.class);
    const detail = `${problem.code}: ${problem.message}`;
    return {
      evidence: { source: route53Source, outcome: 'unasked', detail },
      passes: passes && !isNotOffered(problem),
    };
  }
}
