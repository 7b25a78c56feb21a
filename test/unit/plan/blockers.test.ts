// What AWS tells that it would refuse is not begun, nor what would be in vain without it.
import { describe, expect, test } from 'vitest';
import type { Plan, PlanKind } from '../../../src/plan/plan.ts';
import { decisionLine, scriptedRig } from '../../helpers/scripted-rig.ts';

/** Plans while the deletion of `lb` is told to be refused. */
async function planBarred(kind: PlanKind): Promise<Plan> {
  const rig = scriptedRig('lb; listener -> in=lb.arn; apart');
  const seen = await rig.look();
  const blocker = { what: 'deletion protection is on', remedy: 'switch it off first' };
  const blockers = new Map([['lb', [{ kind: 'told' as const, action: 'delete' as const, blockers: [blocker] }]]]);
  return rig.planFrom({ ...seen, observations: { ...seen.observations, blockers } }, kind);
}

describe.each(['rebuild', 'teardown'] as const)('a delete that AWS would refuse, in a %s', (kind) => {
  test('is not begun, and the plan says what to do', async () => {
    const plan = await planBarred(kind);
    expect(decisionLine(plan, 'lb')).toMatch(
      /^blocked: AWS would refuse: deletion protection is on; .*Switch it off first$/,
    );
    expect(plan.steps.filter((step) => step.component === 'lb')).toEqual([]);
  });

  test('nor is what would only be made again with it taken down, and all else is', async () => {
    const plan = await planBarred(kind);
    expect(plan.steps.filter((step) => step.component === 'listener')).toEqual([]);
    expect(plan.steps.some((step) => step.id === 'apart.delete')).toBe(true);
  });
});
