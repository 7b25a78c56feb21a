// What becomes of a component, and the judgements that are shared: by strategies, and by what comes after them.
import type { Assessments } from '../assess/assess.ts';
import type { Assessment } from '../assess/assessment.ts';
import type { ComponentType } from '../components/contract.ts';
import type { Graph } from '../graph/graph.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Component, Playbook, Reference } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import { consentWord, type Consents, type ConsentReason } from './consent.ts';
import type { DecisionKind, PlanKind, Resumption } from './plan.ts';
import { shellWord } from '../util/shell.ts';

/** A component's decision, its reason, and who stands in the way if it is blocked. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly because: string;
  readonly blockedBy: string | null;
  /** Set where consent would lift the block: what would be done then, `delete (taken down)`. */
  readonly would?: string;
  /** For `blocked`: what stands in the way, and what would help, without what would be done. Left out where `because` is that. */
  readonly obstacle?: string;
  /** AWS would refuse what is to be done, or something that it needs is not there; or it would be in vain for that reason. */
  readonly barred?: 'refused' | 'lacking';
  /** For `wait`: what is done where waiting does not help. */
  readonly remedy?: 'update';
}

export function decision(disposition: DecisionKind, because: string, blockedBy: string | null = null): Decision {
  return { kind: disposition, because, blockedBy };
}

/**
 * Something should be done about it, and something stands in the way.
 *
 * @param own what should be done
 * @param obstacle a half sentence
 * @param by the component that stands in the way
 * @param remedy a sentence without its full stop
 */
export function hindered(own: Decision, obstacle: string, by: string, remedy?: string): Decision {
  const advice = remedy === undefined ? '' : `. ${remedy}`;
  return {
    ...decision('blocked', `${obstacle}; would be: ${own.kind} (${own.because})${advice}`, by),
    obstacle: `${obstacle}${advice}`,
  };
}

/** Updated where all that differs can be changed in place, else replaced. */
export function changeDecision(assessment: Assessment, why: string): Decision {
  const fixed = assessment.differences.find((each) => each.immutable);
  return fixed === undefined
    ? decision('update', why)
    : decision('replace', `${why}; ${fixed.path} cannot be changed in place`);
}

/** What is to be done about a piece that the run touched. */
export type UndoGoal =
  /** It was there before the run: as the playbook given to the plan says. */
  | { readonly kind: 'restore'; readonly because: string }
  /** It was not there before the run. */
  | { readonly kind: 'remove'; readonly because: string }
  /** It is not touched, for a reason. */
  | { readonly kind: 'refused'; readonly because: string };

export interface DecisionInputs {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly assessments: Assessments;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly kind: PlanKind;
  readonly observations: Observations;
  /** Components that the user has left out: no step for them, and they block nobody. */
  readonly excluded: ReadonlySet<string>;
  /** Components that an unfinished run made, with which this plan goes on: as far as they are right, they stay. */
  readonly made: ReadonlySet<string>;
  /** That run, for what it left half made; undefined when the plan begins anew. */
  readonly resumes?: Resumption;
  /** What the user lets happen although something speaks against it. */
  readonly accepted: Consents;
  /** For `undo`: what is to be done about each piece that the run touched. */
  readonly goals: ReadonlyMap<string, UndoGoal>;
  /** Options to repeat in the commands that the plan suggests: ` --sandbox`. */
  readonly retype?: string;
}

const takesAway: ReadonlySet<DecisionKind> = new Set(['replace', 'delete']);
const comesToBe: ReadonlySet<DecisionKind> = new Set(['create', 'replace']);

/** True when what is there now will be deleted. */
export function isTakenAway(decision: Decision | undefined): boolean {
  return decision !== undefined && takesAway.has(decision.kind);
}

/** True when the piece will be created. */
export function isMade(decision: Decision | undefined): boolean {
  return decision !== undefined && comesToBe.has(decision.kind);
}

/** True when the plan gives the referenced output another value than it has now, known only once it is done. */
export function willBeNew(
  reference: Pick<Reference, 'component' | 'output'>,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): boolean {
  const other = inputs.playbook.components.get(reference.component);
  if (other === undefined) return false;
  const trait = typeOf(other, inputs.types).traits.outputs[reference.output];
  switch (decisions.get(reference.component)?.kind) {
    case 'create':
    case 'replace':
      return trait?.onReplace === 'new';
    case 'update':
      return trait?.onUpdate === 'new';
    default:
      return false;
  }
}

/** A field that the playbook leaves to others does not follow what it refers to. */
export function follows({ path }: Reference, { ignore }: Component): boolean {
  return !ignore.some((each) => isBelow(path, each));
}

/** False for what no plan asks of a piece of its type: to type it again is of no use. */
function canBeAsked(id: string, reason: ConsentReason, { playbook, types }: DecisionInputs): boolean {
  const component = playbook.components.get(id);
  if (component === undefined) return false;
  const type = typeOf(component, types);
  if (reason === 'cascade') return type.safety.cascade !== undefined;
  return true;
}

/** What to type to go on in spite of doubts: what was accepted before is to be typed again. */
export function acceptCommand(id: string, reasons: readonly ConsentReason[], inputs: DecisionInputs): string {
  const { accepted, kind, playbook, retype = '' } = inputs;
  const typed = [...accepted].flatMap(([each, scopes]) =>
    [...scopes].flatMap(([reason, scope]) =>
      scope === 'anything' && canBeAsked(each, reason, inputs) ? [consentWord(each, reason)] : [],
    ),
  );
  const words = [...new Set([...typed, ...reasons.map((reason) => consentWord(id, reason))])].sort();
  const flags = words.map((word) => ` --accept ${word}`).join('');
  if (kind === 'undo') return `the same command with${flags}`;
  if (kind === 'teardown') return `relight teardown ${shellWord(playbook.file)}${flags}${retype}`;
  const strategy = kind === playbook.recovery.strategy ? '' : ` --strategy ${kind}`;
  return `relight recover ${shellWord(playbook.file)}${strategy}${flags}${retype}`;
}
