// What the promises are judged by, beside the rehearsal itself.
import type { Assessed } from '../../engine.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Consents } from '../../plan/consent.ts';
import type { Playbook } from '../../playbook/model.ts';

/** What is known besides the rehearsal itself. */
export interface PromiseContext {
  readonly playbook: Playbook;
  readonly graph: Graph;
  /** A look at the healthy world, before the disaster. */
  readonly deployed: Assessed;
  /** What was really there when the recovery began: a look that no fault hit. */
  readonly truth: Assessed;
  /** The playbook's probes passed then. */
  readonly serving: boolean;
  readonly accepted: Consents;
  /** What pieces have beyond the playbook, by component and path. */
  readonly beyond: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** Of the components whose pieces carry tags, those of which one was really there, by the world's own data. */
  readonly standing: Standing;
  /** What somebody else's pieces looked like then, by a name for each. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Pieces that others took away while the recovery was under way. */
  readonly lostMeanwhile: ReadonlySet<string>;
}

export interface Standing {
  /** In the healthy world. */
  readonly deployed: ReadonlySet<string>;
  /** When the recovery began. */
  readonly struck: ReadonlySet<string>;
}
