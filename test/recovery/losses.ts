// One loss played through: pieces are deleted by hand, and `recover` must bring all back without touching the rest.
import { expect } from 'vitest';
import type { Strategy } from '../../src/plan/plan.ts';
import { identitiesOf, troubles, unfinished, type Rig } from '../helpers/rig.ts';
import { touchedOnWire } from '../helpers/touched.ts';

export interface Loss {
  readonly lost: readonly string[];
  /** For each component, what else has to be changed when it is lost, and for what reason. */
  readonly consequences: Readonly<Record<string, readonly string[]>>;
  /** What must answer 200 in the end. */
  readonly urls: readonly string[];
}

/**
 * Loses pieces in a copy of the deployed world and recovers by each strategy. Asserts that all is healthy then, that a
 * second plan is empty, that the service answers, and, under repair, that nothing else was touched: no change on the wire
 * about it, and its ids are what they were.
 */
export async function playLoss(deployed: Rig, loss: Loss, strategies: readonly Strategy[]): Promise<void> {
  const { playbook } = deployed;
  const broken = deployed.fork();
  const before = await broken.look();
  await broken.break(loss.lost);
  for (const strategy of strategies) {
    const rig = broken.fork();
    const { report, wire } = await rig.recover(strategy);
    expect(unfinished(report), strategy).toEqual([]);
    expect(report.result, strategy).toBe('succeeded');

    const { assessed, plan } = await rig.plan('repair');
    expect(troubles(assessed.assessments), strategy).toEqual({});
    expect(plan.steps, strategy).toEqual([]);
    expect(plan.summary.blocked, strategy).toBe(0);
    for (const url of loss.urls) expect([url, rig.http(url)]).toEqual([url, 200]);

    const touched = touchedOnWire(wire, playbook, [before, assessed]);
    for (const id of loss.lost) expect(touched, `${strategy} brings ${id} back`).toContain(id);
    if (strategy !== 'repair') continue;
    const mayChange = new Set(loss.lost.flatMap((id) => [id, ...(loss.consequences[id] ?? [])]));
    expect([...touched].filter((id) => !mayChange.has(id))).toEqual([]);
    const now = identitiesOf(assessed);
    for (const [id, identity] of identitiesOf(before)) {
      if (!mayChange.has(id)) expect([id, now.get(id)]).toEqual([id, identity]);
    }
  }
}

/** All pairs, each once. */
export function pairsOf(ids: readonly string[]): readonly (readonly [string, string])[] {
  return ids.flatMap((left, index) => ids.slice(index + 1).map((right) => [left, right] as const));
}
