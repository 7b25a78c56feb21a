// A run in the past as far as an undo must know it: its changes made, and the images of the pieces that it touched. Pure.
import type { ComponentType, Difference, Scope } from '../components/contract.ts';
import type { PlanIdentity } from '../plan/plan.ts';
import type { Component } from '../playbook/model.ts';
import type { BeforeImage } from '../run/journal/events.ts';
import type { ImageMention, ReadImage } from '../run/journal/images.ts';
import { differencesIn } from '../settings/layered.ts';
import { changesMadeIn, type ChangeMade, type ImagePlace, type Records } from './changes-made.ts';

/** A change made with its images read. */
export interface PastPiece extends Omit<ChangeMade, 'before' | 'after'> {
  /** The piece as it was; undefined when there was none. */
  readonly before: BeforeImage | undefined;
  /** The piece as the run left it; undefined when it left none, or when nobody wrote it down. */
  readonly after: BeforeImage | undefined;
}

export interface PastRun {
  readonly runId: string;
  /** Unfinished runs that it went on with, oldest first: they are taken back with it. */
  readonly earlier: readonly string[];
  readonly playbook: { readonly name: string; readonly digest: string };
  readonly identity: PlanIdentity;
  /** Components that AWS had something of when the run was planned. */
  readonly presentBefore: ReadonlySet<string>;
  readonly pieces: ReadonlyMap<string, PastPiece>;
  /** Components that an earlier undo of the run, one that did not reach its end, may have left half done. */
  readonly halfUndone: ReadonlySet<string>;
}

export type Recalled =
  | { readonly kind: 'sound'; readonly past: PastRun }
  /** Images that cannot be used: which, why, and what to do. */
  | { readonly kind: 'unusable'; readonly troubles: readonly string[] };

export interface RecallOptions {
  /** Components that are left out: their images are not asked for. */
  readonly excluded: ReadonlySet<string>;
  /** Journals of undos of the run that did not reach their end. */
  readonly begunUndos: readonly Records[];
}

/**
 * Puts a run together from its journal and its images.
 *
 * @param runs the run; before it, the unfinished ones that it went on with, oldest first
 */
export function recall(
  runs: readonly [...Records[], Records],
  read: (mention: ImageMention) => ReadImage,
  { excluded, begunUndos }: RecallOptions,
): Recalled {
  const last = runs[runs.length - 1] ?? runs[0];
  const [began] = runs[0];
  const troubles: string[] = [];
  const imageAt = (component: string, place: ImagePlace | undefined): BeforeImage | undefined => {
    if (place === undefined || excluded.has(component)) return undefined;
    const answer = read({ ...place, component });
    if (answer.kind === 'sound') return answer.image;
    troubles.push(answer.trouble);
    return undefined;
  };
  const pieces = new Map<string, PastPiece>();
  for (const [id, changeMade] of changesMadeIn(runs)) {
    pieces.set(id, { ...changeMade, before: imageAt(id, changeMade.before), after: imageAt(id, changeMade.after) });
  }
  if (troubles.length > 0) return { kind: 'unusable', troubles };
  const { runId, plan } = last[0];
  return {
    kind: 'sound',
    past: {
      runId,
      earlier: runs.slice(0, -1).map(([first]) => first.runId),
      playbook: plan.playbook,
      identity: plan.identity,
      presentBefore: new Set(began.plan.components.filter((each) => each.present).map((each) => each.id)),
      pieces,
      halfUndone: new Set(begunUndos.flatMap((each) => [...changesMadeIn([each]).keys()])),
    },
  };
}

/** The outputs that an image's piece had. */
export function outputsIn(
  image: BeforeImage,
  type: ComponentType,
  scope: Scope,
): Readonly<Record<string, string | undefined>> {
  return type.outputsOf(image.spec, image.state, scope);
}

/** What tells an image's piece, or one that was seen, from another one of its name. */
export function generationOf(
  type: ComponentType,
  piece: { readonly spec: unknown; readonly state: unknown },
  scope: Scope,
): string {
  if (type.undo.generation !== undefined) return type.undo.generation(piece.state);
  const outputs = type.outputsOf(piece.spec, piece.state, scope);
  const own = Object.entries(type.traits.outputs).filter(([, trait]) => trait.onReplace === 'new');
  return own.map(([name]) => outputs[name] ?? '').join(' ');
}

/** Differences that the playbook does not leave to others. */
export function differencesThatCount(
  type: ComponentType,
  component: Component,
  spec: unknown,
  state: unknown,
): readonly Difference[] {
  return differencesIn(component, type, spec, state);
}
