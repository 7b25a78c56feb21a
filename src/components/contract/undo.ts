// What it takes to make a piece again as it was.
import type { Json, ReadContext, Target } from './observing.ts';

/** A piece as AWS has it, in a playbook's words: what would have to be written to get it like this. */
export interface AsSpec<Spec> {
  readonly spec: Spec;
  /** What AWS has and a spec has no word for, a few words each: it does not come back when the piece is made again. */
  readonly notRepresented: readonly string[];
  /** Fields that AWS no longer tells of a piece that is gone, and that it may have had. None unless told. */
  readonly forgotten?: readonly string[];
  /**
   * What goes with the piece and is no setting of it, a few words each (the items of a table): it does not come back either, and
   * where it counts, `safety` has asked about it. None unless told.
   */
  readonly parts?: readonly string[];
}

/** How a piece is described, kept and told from a later one. */
export interface Undoing<Spec = unknown, State = unknown> {
  /**
   * Pure. The full spec that describes the piece as AWS has it, for making it again (`relight undo`): nothing differs
   * between the two, and the schema accepts it unless the piece is of a kind that no spec can describe.
   *
   * @param spec by which the piece was found: where to look is taken from it, and the spelling of names
   * @param captured what `capture` told, where the type has one and it was asked
   */
  specOf(spec: Spec, state: State, captured: Json | undefined): AsSpec<Spec>;

  /**
   * Full description for a before-image where the observed state is not enough to make the piece again.
   *
   * @param leaves the piece is about to be deleted: what is deleted with it belongs into the image too
   */
  capture?(target: Target<Spec>, state: State, context: ReadContext, leaves: boolean): Promise<Json>;

  /**
   * Pure. What tells this piece from one that is made later under the same name, such as an id or the time it was made.
   * Default: the outputs that are new after a replacement.
   */
  generation?(state: State): string;
}
