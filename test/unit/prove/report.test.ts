// What a proof tells of its recoveries, from outcomes that nobody played.
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../src/engine.ts';
import { proofReport } from '../../../src/prove/report.ts';
import { proofText } from '../../../src/prove/text.ts';
import type { Proof } from '../../../src/prove/prove.ts';
import { plainPaint } from '../../../src/report/paint.ts';
import { outcomeWith, proofOf } from '../../helpers/proofs.ts';
import { playbookOf, readShipped } from '../../helpers/rig.ts';

const playbook = playbookOf(readShipped('deployer-api.yaml'));
const graph = graphOf(playbook);

function told(proof: Proof): string {
  return proofText(proofReport(proof, graph, { certificate: undefined, examples: [] }), plainPaint);
}

describe('a proof that ended early', () => {
  const broken = {
    result: 'broken',
    broken: [{ promise: 'heals', components: ['service'], seen: 'it did not' }],
  } as const;
  const text = told({
    ...proofOf(playbook, graph, [
      outcomeWith({ disaster: {} }),
      outcomeWith({ disaster: { service: 'lost' }, seconds: 901 }),
      outcomeWith({ disaster: { cluster: 'lost' }, result: 'stopped' }),
      outcomeWith({ disaster: { service: 'drifted', cname: 'lost' }, ...broken }),
    ]),
    endedEarly: true,
  });

  test('accounts for every recovery', () => {
    expect(text).toContain('4 recoveries played');
    expect(text).toContain('healed 2; 1 stopped for a stated reason that the state deserves; 1 broke a promise');
  });

  test('tells what was played, not what would have been', () => {
    expect(text).toContain('2 of 512 recoveries of losses of owned pieces');
    expect(text).toMatch(/1 of \d+ of single pieces in another state/);
    expect(text).toMatch(/1 of \d+ of pairs/);
    expect(text).toContain('none with --accept');
    expect(text).not.toContain('each of the 256 states');
  });

  test('says of the objective which recoveries it was held against', () => {
    expect(text).toContain('objective 15m00s: missed in 1 of the 2 that healed with nothing else going wrong');
  });
});
