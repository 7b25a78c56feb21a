// Judges a performance by the safety rules of docs/safety.md: by what was on the wire, in the journal and in the world,
// not by what relight says of itself.
import type { PromiseId } from '../../src/prove/promises/promises.ts';
import { brokenByPerformance } from '../../src/prove/promises/rules.ts';
import type { PromiseContext } from '../../src/prove/promises/promise-context.ts';
import { subjectsIn } from '../../src/prove/promises/subjects.ts';
import type { Attempt } from '../../src/rehearse/world/attempt.ts';
import type { Performance } from '../../src/rehearse/disaster/performance.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { canary } from './random-playbook.ts';

/** Promises of proofs that hold whatever AWS answers, by the number of the safety rule that they belong to. */
const held: Readonly<Partial<Record<PromiseId, number>>> = {
  'identity-first': 1,
  'planned-changes-only': 2,
  'before-image': 3,
  'intention-first': 9,
  'hands-off': 4,
  'own-pieces-only': 4,
  'max-deletes': 5,
  'nothing-twice': 9,
};

/** What was broken, one sentence each with the number of its rule; none for a performance that is as it should be. */
export function judge(performance: Performance, context: PromiseContext): readonly string[] {
  const promised = brokenByPerformance(performance, context).flatMap(({ components, promise, seen }) => {
    const rule = held[promise];
    // What others took away, whosever it was, may be made.
    if (/^(Create|Register|Put|ChangeResource)/.test(seen) && context.lostMeanwhile.has(components[0] ?? '')) return [];
    // What could not be seen is told below, for each run by itself: the next run may see it.
    return rule === undefined || seen.endsWith('could not be seen')
      ? []
      : [`rule ${rule} (${promise}): ${seen} [${components.join(', ')}]`];
  });
  return [
    ...promised,
    ...unseenChanged(performance, context),
    ...unknownTakenAsGone(performance, context),
    ...secretsTold(performance),
    ...noEnd(performance),
  ];
}

/** Rule 4: a run changes nothing that it could not see. */
function unseenChanged(
  { end, played, wire }: Performance,
  { deployed, playbook, truth }: PromiseContext,
): readonly string[] {
  return played.flatMap(({ attempt, callsBefore, callsUntil }) => {
    if (!('assessed' in attempt)) return [];
    const unseen = new Set(
      [...attempt.assessed.assessments.values()].filter((each) => each.verdict === 'unknown').map((each) => each.id),
    );
    const subjectsOf = subjectsIn(playbook, [deployed, truth, attempt.assessed, end.assessed]);
    const calls = wire.slice(callsBefore[0] ?? Infinity, callsUntil);
    return calls.flatMap((call) => {
      if (!call.mutating) return [];
      const subjects = subjectsOf(call);
      const [subject = ''] = subjects;
      return subjects.length === 1 && unseen.has(subject)
        ? [`rule 4: ${call.operation} was sent to ${subject}, which could not be seen`]
        : [];
    });
  });
}

/** Rule 6: what is there is never called missing, whatever the answers were; old answers excepted. */
function unknownTakenAsGone({ played, script }: Performance, { truth }: PromiseContext): readonly string[] {
  // A read that AWS itself answers from before a write shows what is gone as there, or what is there as gone.
  if (script.faults.some((each) => 'kind' in each && each.kind === 'stale')) return [];
  const [first] = played;
  const seen =
    first !== undefined && 'assessed' in first.attempt ? [...first.attempt.assessed.assessments.values()] : [];
  return seen.flatMap(({ id, verdict }) => {
    const real = truth.assessments.get(id)?.verdict;
    const gone = real === 'missing' || real === 'settling' || truth.assessments.get(id)?.present !== true;
    return verdict === 'missing' && !gone ? [`rule 6: ${id} was called missing and is ${real ?? 'there'}`] : [];
  });
}

/** Rule 10. The before-images have it, and nothing else that outlives the process. */
function secretsTold({ played }: Performance): readonly string[] {
  return played.flatMap(({ attempt, records }) => {
    const kept = [records, 'plan' in attempt ? attempt.plan : null, attempt.kind === 'ran' ? attempt.report : null];
    return kept.flatMap((each, index) =>
      JSON.stringify(each).includes(canary)
        ? [`rule 10: the secret is in ${['the journal', 'the plan', 'the report'][index] ?? ''}`]
        : [],
    );
  });
}

/** Rule 9 and the end of every run: all is healthy, or a cause is named. */
function noEnd({ end, happened, played, script }: Performance): readonly string[] {
  const last = played.findLast((each) => each.operator === 0)?.attempt;
  if (last === undefined) return ['rule 9: nobody went on'];
  const disturbed = happened.some(({ fellAt, happening }) => fellAt !== null && happening.kind === 'disruption');
  const claimsAll = (last.kind === 'ran' && last.report.result === 'succeeded') || last.kind === 'idle';
  if (!claimsAll || causesIn(last).length > 0) {
    return causesIn(last).length > 0 ? [] : [`rule 9: it ended with ${last.kind} and no cause`];
  }
  if (disturbed || script.command.excluded.size > 0) return [];
  if (script.faults.some((each) => 'kind' in each && each.kind === 'stale')) return [];
  if (script.command.kind === 'teardown') {
    const left = end.plan.steps.map((step) => step.id);
    return left.length > 0 ? [`rule 9: all is said to be taken down, and ${left.join(', ')} are left`] : [];
  }
  const ill = Object.entries(end.verdicts).filter(([, verdict]) => verdict !== 'healthy');
  return ill.length > 0 ? [`rule 9: all is said to be well, and it ends with ${JSON.stringify(ill)}`] : [];
}

function causesIn(attempt: Attempt): readonly string[] {
  const blocked = (plan: { readonly components: readonly { disposition: string; because: string }[] }): string[] =>
    plan.components.filter((each) => each.disposition === 'blocked').map((each) => each.because);
  switch (attempt.kind) {
    case 'turned-away':
    case 'refused':
      return [attempt.reason];
    case 'idle':
      return blocked(attempt.plan);
    case 'killed':
      return [];
    case 'ran': {
      const { report, plan } = attempt;
      const failed = report.steps.flatMap(({ error }) =>
        error === null || error.class === 'internal' || error.message === '' ? [] : [`${error.code}: ${error.message}`],
      );
      const interruption = report.interruption === null ? [] : [report.interruption];
      return report.result === 'succeeded' ? [] : [...failed, ...blocked(plan), ...interruption];
    }
  }
}

export function changesIn(wire: readonly ObservedCall[]): readonly string[] {
  return wire.filter((each) => each.mutating).map(({ operation }) => operation);
}
