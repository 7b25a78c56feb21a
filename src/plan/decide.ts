// What becomes of each component: first by its own verdict and the strategy, then by what happens to its neighbours.
import { everyConsent, isLifted, type NeededConsent } from './consent.ts';
import { acceptCommand, decision, hindered, type Decision, type DecisionInputs } from './decision.ts';
import { doubtsAbout, doubtsText } from './doubts.ts';
import { guarded } from './guarded.ts';
import { heldBack } from './held-back.ts';
import { patient, withNeighbours } from './neighbours.ts';
import { ownDecision } from './own-decision.ts';

/**
 * Decides every component's decision. Decisions travel downstream (a new load balancer changes its listener, its record); what
 * stands in the way of a delete travels upstream (a load balancer stays while an unreadable record may name it), and
 * then the decision starts again with that component blocked.
 */
export function decideAll(inputs: DecisionInputs): Decisions {
  const decisions = new Map(settledDecisions(inputs));
  // What would stand in the way if all were accepted tells which consents help, and which are needed together.
  // Where nothing is blocked, nothing more is to be accepted.
  const isBlocked = [...decisions.values()].some(({ kind }) => kind === 'blocked');
  const willing = isBlocked
    ? settledDecisions({ ...inputs, accepted: everyConsent(inputs.playbook.components.keys()) })
    : decisions;
  const consents = new Map<string, readonly NeededConsent[]>();
  for (const component of inputs.playbook.components.values()) {
    const { id } = component;
    const [own, ifWilling] = [decisions.get(id), willing.get(id)];
    if (own === undefined || ifWilling === undefined) continue;
    const isBlocked = own.kind === 'blocked';
    const doubts = isBlocked
      ? doubtsAbout(component, ifWilling, inputs, willing)
      : doubtsAbout(component, own, inputs, decisions);
    if (doubts.length > 0) {
      consents.set(
        id,
        doubts.map(({ reason, subject, what }) => ({
          ...{ reason, subject, what },
          given: isLifted(inputs.accepted, id, { reason, subject }),
        })),
      );
    }
    if (own.would === undefined) continue;
    if (ifWilling.kind === 'blocked') {
      const stands = ifWilling.obstacle ?? ifWilling.because;
      const because = `${own.because}; would be: ${own.would}. To accept that would not help: ${stands}`;
      decisions.set(id, { ...own, because });
      continue;
    }
    const unmet = doubts.filter((each) => !isLifted(inputs.accepted, id, each));
    const command = acceptCommand(id, [...new Set(doubts.map((each) => each.reason))], inputs);
    decisions.set(id, { ...own, because: doubtsText(unmet, own.would, command) });
  }
  return { decisions, consents };
}

/** What becomes of each component, and what of that hangs on the user's consent. */
export interface Decisions {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly consents: ReadonlyMap<string, readonly NeededConsent[]>;
}

/** What becomes of each component, whatever it hangs on. */
export function settledDecisions(inputs: DecisionInputs): ReadonlyMap<string, Decision> {
  const blocked = new Map<string, Decision>();
  for (;;) {
    const decisions = downstream(inputs, blocked);
    const before = blocked.size;
    for (const [id, decision] of [...heldBack(inputs, decisions), ...ownerless(inputs, decisions)])
      blocked.set(id, decision);
    if (blocked.size === before) return decisions;
  }
}

function downstream(inputs: DecisionInputs, blocked: ReadonlyMap<string, Decision>): ReadonlyMap<string, Decision> {
  const decisions = new Map<string, Decision>();
  // Who stands in the way of each component's dependents: also across pieces that stay as they are.
  const inTheWay = new Map<string, string>();
  for (const id of inputs.graph.createOrder) {
    const component = inputs.playbook.components.get(id);
    const assessment = inputs.assessments.get(id);
    if (component === undefined || assessment === undefined) continue;
    const wished = patient(component, assessment, ownDecision(component, assessment, inputs), inputs, decisions);
    const own = blocked.get(id) ?? guarded(component, assessment, wished, inputs, decisions);
    const blockers = inputs.graph.dependenciesOf(id).flatMap((each) => inTheWay.get(each) ?? []);
    // What stays only because this one stays is no reason.
    const blocker = blockers.find((each) => each !== id) ?? blockers[0];
    const wanted =
      inputs.kind === 'teardown' ? own : withNeighbours(component, assessment, own, { decisions, blocker }, inputs);
    const made = guarded(component, assessment, wanted, inputs, decisions);
    decisions.set(id, made);
    const root = made.kind === 'blocked' ? (made.blockedBy ?? id) : blocker;
    if (root !== undefined && made.kind !== 'excluded') inTheWay.set(id, root);
  }
  return decisions;
}

/** Leftovers whose owner does not come back by this plan: made again, they would be left over again, run after run. */
function ownerless(inputs: DecisionInputs, decisions: ReadonlyMap<string, Decision>): ReadonlyMap<string, Decision> {
  const result = new Map<string, Decision>();
  if (inputs.kind !== 'repair') return result;
  for (const [id, own] of decisions) {
    const leftover = inputs.assessments.get(id)?.leftover;
    if (leftover?.disposition !== 'replace' || own.kind !== 'replace') continue;
    const { owner } = leftover;
    const ownerDecision = decisions.get(owner);
    if (ownerDecision?.kind === 'excluded') result.set(id, decision('keep', `stays while ${owner} is left out`));
    if (ownerDecision?.kind !== 'blocked') continue;
    const root = ownerDecision.blockedBy ?? owner;
    const why = root === owner ? '' : `, which waits for ${root}`;
    result.set(id, hindered(own, `waits for its owner ${owner}${why}`, root));
  }
  return result;
}
