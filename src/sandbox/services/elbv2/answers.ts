// How targets answer, and since when: a change of it is noted when it is made, since health follows only after checks.
import type { RegionData } from '../../world-data.ts';
import { answerOfAddress, taskByAddress } from '../ecs/addresses.ts';
import { ecsOf } from '../ecs/store.ts';
import type { Answer, AnswerChange } from './checks.ts';
import { elbv2Of } from './store.ts';

/** How the application behind a target answers: an injected fault first, then the ECS task that has the address; targets
 *  that ECS knows nothing of are machines outside the sandbox, which answer. */
export function answerOfTarget(local: RegionData, target: { readonly id: string }): Answer {
  return elbv2Of(local).targetBehaviours[target.id] ?? answerOfAddress(ecsOf(local), target.id) ?? 'ok';
}

/** The instants at which that became another one, in order; none for what has always been so. */
export function answerChangesOf(local: RegionData, { id }: { readonly id: string }): readonly AnswerChange[] {
  const { answerChanges = {}, targetBehaviours } = elbv2Of(local);
  const noted = Object.hasOwn(answerChanges, id) ? (answerChanges[id] ?? []) : [];
  const stoppedAt = targetBehaviours[id] === undefined ? taskByAddress(ecsOf(local), id)?.stoppedAt : undefined;
  if (stoppedAt === undefined || stoppedAt === null) return noted;
  return [...noted.filter(({ at }) => at < stoppedAt), { at: stoppedAt, before: 'ok' }];
}

/** Makes a change after which targets may answer otherwise, and notes which do. */
export function notingAnswers(local: RegionData, at: number, change: () => void): void {
  const elbv2 = elbv2Of(local);
  const before = new Map<string, Answer>();
  for (const group of Object.values(elbv2.targetGroups)) {
    for (const { id } of Object.values(group.targets)) before.set(id, answerOfTarget(local, { id }));
  }
  change();
  const noted = (elbv2.answerChanges ??= {});
  // Nobody asks any more for targets that are gone.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  for (const id of Object.keys(noted)) if (!before.has(id)) delete noted[id];
  for (const [id, answer] of before) {
    if (answerOfTarget(local, { id }) === answer) continue;
    const list = Object.hasOwn(noted, id) ? (noted[id] ?? []) : [];
    noted[id] = [...list, { at, before: answer }];
  }
}
