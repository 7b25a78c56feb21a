// Proofs as values, made of outcomes that nobody played.
import { variedCases } from '../../src/prove/cases/variations.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import type { Case } from '../../src/prove/cases/case.ts';
import type { Outcome } from '../../src/prove/promises/outcome.ts';
import type { Proof } from '../../src/prove/prove.ts';
import { statesOf } from '../../src/prove/cases/states.ts';

/** A recovery that healed, unless told otherwise. */
export function outcomeWith({
  accepted = [],
  disaster,
  strategy = 'repair',
  variation = { kind: 'none' },
  ...others
}: Partial<Outcome> & Partial<Case> & Pick<Case, 'disaster'>): Outcome {
  return {
    tried: { accepted, disaster, strategy, variation },
    result: 'healed',
    broken: [],
    seconds: 60,
    steps: 1,
    deepest: [],
    calls: 10,
    commands: 1,
    records: 8,
    changes: [],
    deleted: 0,
    standing: null,
    unproven: [],
    unfallen: [],
    future: null,
    savedPlan: null,
    because: [],
    ...others,
  };
}

export function proofOf(playbook: Playbook, graph: Graph, outcomes: readonly Outcome[]): Proof {
  return {
    playbook,
    cover: statesOf(playbook, graph, { quick: false, random: 0, seed: 1 }).cover,
    twists: { ...variedCases([], []).counts },
    accepting: 0,
    outcomes,
    endedEarly: false,
    counterExamples: [],
    quick: false,
    seed: 1,
    seconds: 1,
    cpuSeconds: 1,
    workers: 1,
  };
}
