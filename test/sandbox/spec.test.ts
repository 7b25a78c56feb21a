// The contract and its tests: every promise has a test heading, and every duration told is the one in use.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awsTimings } from '../../src/sandbox/index.ts';

const root = new URL('../../', import.meta.url);
const spec = readFileSync(new URL('src/sandbox/SPEC.md', root), 'utf8');

describe('SPEC.md', () => {
  it('has tests under each of its headings', () => {
    const tests = readdirSync(new URL('test/sandbox/', root))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(new URL(`test/sandbox/${name}`, root), 'utf8'))
      .join('\n');
    const headings = [...spec.matchAll(/^### (.+)$/gm)].map((match) => match[1] ?? '');
    expect(headings.length).toBeGreaterThan(20);
    expect(headings.filter((heading) => !tests.includes(`describe('${heading}'`))).toEqual([]);
  });

  describe('Durations', () => {
    it.each([
      ['load balancer, `provisioning` to `active`', awsTimings.loadBalancerProvisioning],
      ['target group still in use after its last listener', awsTimings.targetGroupRelease],
      ['registration of a target before its first health check', awsTimings.targetRegistration],
      ['ECS task, start', awsTimings.taskStart],
      ['ECS task, stop', awsTimings.taskStop],
      ['rollout `COMPLETED` after the steady state', awsTimings.rolloutCompletion],
      ['service, `DRAINING` to `INACTIVE` after its last task', awsTimings.serviceDrained],
      ['service, `INACTIVE` to gone', awsTimings.servicePurge],
      ['Route 53 change, `PENDING` to `INSYNC`', awsTimings.changeInSync],
      ['zone busy with its previous batch', awsTimings.changeAcceptance],
      ['health check, first status', awsTimings.healthCheckFirstStatus],
      ['table, `CREATING` to `ACTIVE`', awsTimings.tableCreate],
      ['table, `DELETING` to gone', awsTimings.tableDelete],
    ])('%s', (what, duration) => {
      const rows = spec.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
      const told = rows.find(([, cell]) => cell === what)?.[2];
      expect(told).toBe(duration === 3_600_000 ? '1 h' : `${String(duration / 1000)} s`);
    });
  });
});
