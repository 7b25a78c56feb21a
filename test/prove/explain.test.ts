// What a newcomer is told whose playbook holds a value that should be a reference: what to write, and AWS quoted only
// where AWS spoke.
import { beforeAll, describe, expect, test } from 'vitest';
import { graphOf } from '../../src/engine.ts';
import { explain, type Explanation } from '../../src/prove/promises/explain.ts';
import type { Case } from '../../src/prove/cases/case.ts';
import { tryCase, type Bench } from '../../src/prove/one.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

async function benchOf(from: string, to: string): Promise<Bench> {
  return openBenchFor(playbookOf(text.replace(from, () => to)));
}

async function explained(bench: Bench, played: Pick<Case, 'disaster' | 'strategy'>): Promise<readonly Explanation[]> {
  const found = await tryCase(bench, { ...played, variation: { kind: 'none' }, accepted: [] });
  return found.broken.map((promise) => {
    const example = { ...found, promise, foundBy: found.tried, attempts: 1, recoveries: 1, mostDeletes: 0 };
    return explain(example, bench.playbook, graphOf(bench.playbook));
  });
}

describe("a record that holds the load balancer's name", () => {
  let bench: Bench;
  beforeAll(async () => {
    const { deployed } = await openBenchFor(playbookOf(text));
    const name = deployed.observations.outputs.get('load-balancer')?.['dnsName'] ?? '';
    bench = await benchOf("values: ['${load-balancer.dnsName}']", `values: ['${name}']`);
  });

  test.each([
    { disaster: {}, strategy: 'rebuild' },
    { disaster: { 'load-balancer': 'lost' }, strategy: 'repair' },
  ] as const)('$strategy of $disaster: the reference is the first advice, none goes the wrong way', async (played) => {
    const all = await explained(bench, played);
    expect(all.length).toBeGreaterThan(0);
    for (const { look, said } of all) {
      expect(look[0]).toMatch(/^cname\.values\[0\] holds a name of load-balancer: write \$\{load-balancer\.dnsName\}/);
      expect(look.join('\n')).not.toContain('dependsOn: [cname]');
      for (const each of said) expect(each).not.toMatch(/pointed-at|gave up waiting|probe/);
    }
  });
});

test('a health check that holds the name of a record, and is made before it', async () => {
  const bench = await benchOf(
    "dependsOn: [service] # it passes only once the service answers\n    spec: { fqdn: '${cname.fqdn}'",
    'spec: { fqdn: deployer-api.wonderland.example',
  );
  const all = await explained(bench, { disaster: {}, strategy: 'rebuild' });
  expect(all.length).toBeGreaterThan(0);
  for (const { look } of all) expect(look[0]).toContain('health-check.fqdn holds a name of cname: write ${cname.fqdn}');
});
