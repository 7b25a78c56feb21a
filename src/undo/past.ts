// A run in the past as far as an undo must know it: its deeds, and the images of the pieces that it touched. Pure.
import type { ComponentType, Scope } from '../components/contract.ts';
import type { PlanIdentity } from '../plan/plan.ts';
import { isBelow } from '../util/paths.ts';
import type { Difference } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import type { BeforeImage } from '../run/events.ts';
import type { Deed } from './deeds.ts';

/** A deed with its images read. */
export interface PastPiece extends Pick<Deed, 'component' | 'last' | 'settled'> {
  /** The piece as it was; undefined when there was none. */
  readonly before: BeforeImage | undefined;
  /** The piece as the run left it; undefined when it left none, or when nobody wrote it down. */
  readonly after: BeforeImage | undefined;
}

export interface PastRun {
  readonly runId: string;
  readonly playbook: { readonly name: string; readonly digest: string };
  readonly identity: PlanIdentity;
  /** Components that AWS had something of when the run was planned. */
  readonly presentBefore: ReadonlySet<string>;
  readonly pieces: ReadonlyMap<string, PastPiece>;
  /** Components that an earlier undo of the run, one that did not reach its end, may have left half done. */
  readonly halfUndone: ReadonlySet<string>;
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
export function incarnationOf(
  type: ComponentType,
  piece: { readonly spec: unknown; readonly state: unknown },
  scope: Scope,
): string {
  if (type.incarnation !== undefined) return type.incarnation(piece.state);
  const outputs = type.outputsOf(piece.spec, piece.state, scope);
  const own = Object.entries(type.outputs).filter(([, trait]) => trait.onReplace === 'new');
  return own.map(([name]) => outputs[name] ?? '').join(' ');
}

/** Differences that the playbook does not leave to others. */
export function differencesThatCount(
  type: ComponentType,
  component: Component,
  spec: unknown,
  state: unknown,
): readonly Difference[] {
  return type.diff(spec, state).filter((each) => !component.ignore.some((path) => isBelow(each.path, path)));
}
