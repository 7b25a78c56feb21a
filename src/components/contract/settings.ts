// How what a playbook says is laid over what a piece has besides.

/** What relight has to know to keep the settings that a playbook does not say. */
export interface Settings<Spec = unknown, State = unknown> {
  /**
   * Natural keys of lists, by the path of the list, `*` for any item: `{ 'containers[*].ports': ['containerPort', 'protocol'] }`.
   * Items of such a list are merged one by one; any other list, and one with an empty key (a set), is as the playbook says.
   * Default: none has one.
   */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /**
   * Groups of spec paths of which a piece has but one (`forward`, `redirect`): what a playbook says takes the place of the
   * others of its group. Default: none.
   */
  readonly alternatives: readonly (readonly string[])[];
  /**
   * How an update is sent. `whole`: the piece is written anew from a whole description, so that what the playbook does not say
   * has to be sent with it, and what no spec can say is lost. `fields`: each top-level field that differs is sent whole, the
   * others are left alone. `parts`: only what differs is sent. Default: `whole`.
   */
  readonly updates: 'whole' | 'fields' | 'parts';
  /**
   * Pure. A spec in the words in which `undo.specOf` tells a piece (`ports` for `port`). Default: as it is.
   *
   * @param there the piece that it is laid over, in those words, where there is one
   */
  plainly(spec: Spec, there?: Spec): Spec;
  /** Pure. Is this map within a spec one value, which nothing is merged into (`{ SS: [a, b] }`)? Default: none is. */
  isOne(value: unknown): boolean;
  /** Pure. Paths that a spec takes away by words of its own, beside those that are `null`. Default: none. */
  takenAway(spec: Spec): readonly string[];
  /**
   * Pure. Is this what AWS takes where nobody says anything? It need not be taken away, and could not be. Default: nothing is.
   *
   * @param path into the spec, and what stands there: `attributes.stickiness.enabled`
   */
  isUsual(path: string, actual: unknown, state: State): boolean;
  /**
   * Pure. Spec paths that this state says nothing true of: the desired count of a service that is on its way out. They are not
   * kept. Default: none.
   */
  passing(state: State): readonly string[];
  /**
   * Top-level spec fields that only name the piece, or what it lies in: the same piece of another environment has others there, and
   * is not different by that. Default: the locators.
   */
  readonly naming: readonly string[];
}
