// What is there, and what it means. Changes nothing.
import { assess, type Assessments } from '../assess/assess.ts';
import { redactedAssessments } from '../assess/concealed.ts';
import type { Known } from '../assess/proof.ts';
import { AnotherPlace } from '../aws/endpoints/answer-place.ts';
import type { ChangeAction } from '../components/contract.ts';
import { observeBlockers, ofOthers } from '../observe/blockers.ts';
import { observeAllNeeds, type SeenNeed } from '../observe/needs.ts';
import { observations } from '../observe/look.ts';
import type { Barring, Observations } from '../observe/observe.ts';
import { observePatiently, observeTogetherPatiently, type Patience } from '../observe/patient.ts';
import type { Session } from './session.ts';

/** What was seen and what it means. */
export interface Assessed {
  readonly observations: Observations;
  readonly assessments: Assessments;
  /** AWS calls made so far in this session, the identity reads included. */
  readonly awsCalls: number;
}

/** An answer from another place makes all that was seen worthless. @throws AnotherPlace */
export function insistOnPlace({ observeContext }: Session): void {
  const reason = observeContext.aws.gate.shutBecause;
  if (reason instanceof AnotherPlace) throw reason;
}

/**
 * Looks at every component and judges it. Changes nothing.
 *
 * @throws AnotherPlace when an answer names a piece of another account or region: nothing is sent any more then
 * @param patience what cannot be seen for a passing reason is looked at again, for up to two minutes; undefined: one look
 */
export async function look(session: Session, patience?: Patience): Promise<Assessed> {
  return assessedFrom(session, await observationsOf(session, session.graph.createOrder, patience));
}

function assessedFrom({ graph, observeContext, playbook, types }: Session, seen: Observations): Assessed {
  return {
    observations: seen,
    assessments: redactedAssessments(assess(playbook, graph, seen, types), playbook.secrets.redactor),
    awsCalls: observeContext.aws.meter.total,
  };
}

/**
 * The same for playbooks of one place, opened with one {@link SharedEntry}: all are looked at together, with the calls that one look
 * takes. In the order of the sessions; not for planning, since nobody takes down what names a piece.
 */
export async function lookTogether(sessions: readonly Session[], patience?: Patience): Promise<readonly Assessed[]> {
  const parts = sessions.map(({ graph, observeContext, playbook }) => ({
    ...{ observeContext, playbook },
    createOrder: graph.createOrder,
  }));
  const seen = await observeTogetherPatiently(parts, patience);
  return sessions.flatMap((session, at): readonly Assessed[] => {
    insistOnPlace(session);
    const observations = seen[at];
    return observations === undefined ? [] : [assessedFrom(session, observations)];
  });
}

/**
 * Asks whether all that the playbook's pieces need is there, whatever is to be done. Changes nothing.
 *
 * @throws AnotherPlace as `look` does
 */
export async function lookForNeeds(session: Session, { observations: seen }: Assessed): Promise<readonly SeenNeed[]> {
  const needs = await observeAllNeeds(session.playbook, seen, session.observeContext);
  insistOnPlace(session);
  return needs;
}

/**
 * Asks of each of the playbook's pieces that relight may delete whether AWS would refuse that now. Changes nothing. By component.
 */
export async function lookForRefusals(
  session: Session,
  { assessments, observations: seen }: Assessed,
): Promise<ReadonlyMap<string, readonly Barring[]>> {
  const { observeContext, playbook } = session;
  const own = [...playbook.components.values()].filter(
    ({ id, shared }) => !shared && assessments.get(id)?.protected !== true && seen.byId.get(id)?.kind === 'present',
  );
  const changes = new Map(own.map(({ id }) => [id, new Set<ChangeAction>(['delete'])]));
  const found = await observeBlockers(own, changes, seen, observeContext);
  insistOnPlace(session);
  return new Map(
    [...found].map(([id, all]) => [
      id,
      all.map((each) => (each.kind === 'told' ? { ...each, blockers: ofOthers(each.blockers, playbook, seen) } : each)),
    ]),
  );
}

async function observationsOf(
  session: Session,
  ids: readonly string[],
  patience: Patience | undefined,
): Promise<Observations> {
  const { playbook, observeContext } = session;
  const seen = await (patience === undefined
    ? observations(playbook, ids, observeContext)
    : observePatiently(playbook, ids, observeContext, patience));
  insistOnPlace(session);
  return seen;
}

/**
 * Judges again, knowing who wrote what, and what was adopted. Worth asking for where `asksForProof`; asks nobody.
 */
export function judgeWith(session: Session, assessed: Assessed, known: Known): Assessed {
  const { graph, playbook, types } = session;
  const judged = assess(playbook, graph, assessed.observations, types, known);
  return { ...assessed, assessments: redactedAssessments(judged, playbook.secrets.redactor) };
}

/**
 * True when receipts or earlier consents may decide whose a piece is: it cannot carry tags, so that a receipt may prove or
 * disprove it, or it could and does not.
 */
export function asksForProof({ playbook, types }: Session, { assessments, observations: seen }: Assessed): boolean {
  return [...assessments.values()].some(
    ({ id, reasons, type }) =>
      reasons.some(({ kind }) => kind === 'unproven' || kind === 'untagged') ||
      (types.get(type)?.judging.claim !== undefined &&
        playbook.components.get(id)?.shared === false &&
        seen.byId.get(id)?.kind === 'present'),
  );
}
