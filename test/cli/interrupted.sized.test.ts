// A recovery that is told to stop, by each signal that does so: a real process over a served sandbox. The quick run tries one.
import { expect, test } from 'vitest';
import { sampled } from '../helpers/sized.ts';
import { jsonOf, makeFolder, outcomeOf, serveSandbox, start, waitForText } from './harness.ts';
import { journalOf } from './holders.ts';
import { recoverJson } from './schemas.ts';

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];

test.each(sampled(['SIGINT', 'SIGTERM', 'SIGHUP'] as const, 1, () => undefined))(
  '%s during recover: finishes tidily, says how to go on, and a second run converges',
  async (signal) => {
    using own = makeFolder();
    await using slow = await serveSandbox(own, ['--speed', '20']);
    expect((await own.relight(['sandbox', 'seed', playbook], slow.env)).code).toBe(0);

    const child = start(own.path, ['recover', playbook, ...approval], slow.env);
    const ended = outcomeOf(child);
    await waitForText(child.stderr, /create load-balancer waits: provisioning/);
    child.kill(signal);
    const outcome = await ended;
    expect(outcome.signal).toBeNull();
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toContain('stopping: calls under way are finished, nothing new is begun');
    expect(outcome.stderr).toContain('interrupted: run the same command again to go on from what is there');
    expect(outcome.stdout).toContain('Interrupted: deployer-api, repair, after');
    expect(outcome.stdout).toMatch(/create +service +skipped +the run was stopped/);
    expect(outcome.stdout).toMatch(/create +load-balancer +cut off .*the run was stopped; AWS may go on with it/);
    expect(outcome.stdout).not.toMatch(/root cause|FAILED|objective 15m00s met/);
    expect(outcome.stdout + outcome.stderr).not.toMatch(/^ {4}at /m);

    const records = journalOf(own);
    expect(records[0]).toMatchObject({ type: 'run-started' });
    expect(records.slice(-2)).toMatchObject([{ type: 'run-finished', result: 'partial' }, { type: 'journal-closed' }]);
    expect(records).toContainEqual(expect.objectContaining({ type: 'step-acted', step: 'load-balancer.create' }));

    // Nothing was begun after the signal: the service was never made, and the load balancer is not made twice.
    const again = await own.relight(['recover', playbook, '--json', ...approval], slow.env);
    expect(again.code).toBe(0);
    const steps = recoverJson.parse(jsonOf(again)).steps.map((each) => each.id);
    expect(steps).toContain('service.create');
    expect(steps).not.toContain('load-balancer.create');
    expect((await own.relight(['plan', playbook], slow.env)).code).toBe(0);
  },
);
