// The incident that relight exists for: the ECS service is deleted in the console, everything else is left over.
import { describe, expect, test } from 'vitest';
import { deployedRig, readShipped, stepLines, type Rig } from '../helpers/rig.ts';

async function afterTheIncident(): Promise<Rig> {
  const rig = await deployedRig(readShipped('deployer-api.yaml'));
  await rig.break(['service']);
  return rig;
}

describe('the ECS service deleted', () => {
  test('status: the service is missing, all that it owned is orphaned, each with its fate', async () => {
    const rig = await afterTheIncident();
    const lines = [...(await rig.status()).values()].map(({ id, verdict, cause, leftover, reasons }) => {
      const decision =
        leftover === null ? '' : ` [${leftover.fits ? 'fits' : 'does not fit'}, ${leftover.disposition}]`;
      const why = reasons.map((each) => `\n  ${each.kind}: ${each.text}`).join('');
      return `${id}: ${verdict}${decision}${cause === null ? '' : ` because of ${cause}`}${why}`;
    });
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      cluster: healthy
      state-table: healthy
      task-definition: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      load-balancer: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      target-group: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      cname: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      listener: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      service: missing because of service
        missing: deleted, AWS still lists it as INACTIVE
      health-check: orphaned [fits, keep] because of service
        orphaned: left over by service, which is gone; fits and can stay
      state-entry: orphaned [does not fit, replace] because of service
        orphaned: left over by service, which is gone; speaks of what is gone and cannot stay
        dangling: attributes.serviceArn refers to service, which is gone
      "
    `);
    expect(rig.http('https://deployer-api.wonderland.example/health')).not.toBe(200);
  });

  test('repair: the state entry goes, the service comes, the state entry comes', async () => {
    const { plan } = await (await afterTheIncident()).plan('repair');
    expect(`\n${stepLines(plan)}\n`).toMatchInlineSnapshot(`
      "
      state-entry.delete: after [] because left over by service, which is gone; speaks of what is gone and cannot stay
      service.create: after [state-entry.delete] because missing: deleted, AWS still lists it as INACTIVE
      state-entry.create: after [service.create, state-entry.delete] because left over by service, which is gone; speaks of what is gone and cannot stay
      verify-1: after [state-entry.create] because proves that the service answers
      verify-2: after [state-entry.create] because proves that the service answers
      "
    `);
    expect(plan.summary).toMatchInlineSnapshot(`
      {
        "blocked": 0,
        "create": 1,
        "delete": 0,
        "keep": 8,
        "replace": 1,
        "unknown": 0,
        "update": 0,
        "wait": 0,
      }
    `);
    expect(plan.refusals).toEqual([]);
  });

  test('rebuild: what the team did by hand, in the right order', async () => {
    const { plan } = await (await afterTheIncident()).plan('rebuild');
    expect(`\n${stepLines(plan)}\n`).toMatchInlineSnapshot(`
      "
      state-entry.delete: after [] because rebuild: left over, cannot stay
      health-check.delete: after [] because rebuild: left over
      listener.delete: after [health-check.delete, state-entry.delete] because rebuild: left over
      cname.delete: after [health-check.delete] because load-balancer is replaced under it
      target-group.delete: after [listener.delete, health-check.delete, state-entry.delete] because rebuild: left over
      load-balancer.delete: after [listener.delete, cname.delete] because rebuild: left over
      load-balancer.create: after [load-balancer.delete] because rebuild: left over
      target-group.create: after [target-group.delete] because rebuild: left over
      cname.create: after [load-balancer.create, cname.delete] because load-balancer is replaced under it
      listener.create: after [load-balancer.create, target-group.create, listener.delete] because rebuild: left over
      service.create: after [listener.create, target-group.create, health-check.delete, state-entry.delete] because missing: deleted, AWS still lists it as INACTIVE
      health-check.create: after [service.create, cname.create, health-check.delete] because rebuild: left over
      state-entry.create: after [service.create, state-entry.delete] because rebuild: left over, cannot stay
      verify-1: after [health-check.create, state-entry.create] because proves that the service answers
      verify-2: after [health-check.create, state-entry.create] because proves that the service answers
      "
    `);
    expect(plan.summary).toMatchInlineSnapshot(`
      {
        "blocked": 0,
        "create": 1,
        "delete": 0,
        "keep": 3,
        "replace": 6,
        "unknown": 0,
        "update": 0,
        "wait": 0,
      }
    `);
  });

  test('each strategy keeps within the objective of its playbook', async () => {
    const rig = await afterTheIncident();
    for (const strategy of ['repair', 'rebuild'] as const) {
      const { report } = await rig.fork().recover(strategy);
      expect(report.result).toBe('succeeded');
      expect(report.durationSeconds).toBeLessThanOrEqual(report.rtoSeconds ?? 0);
    }
  });

  test('the same world gives the same plan, to the byte', async () => {
    const rig = await afterTheIncident();
    const texts = await Promise.all(
      [rig.fork(), rig.fork()].map(async (each) => JSON.stringify((await each.plan('rebuild')).plan)),
    );
    expect(texts[0]).toBe(texts[1]);
  });
});
