// What a proof tells of its recoveries, from outcomes that nobody played.
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../src/engine.ts';
import { certify } from '../../../src/prove/certificate/certificate.ts';
import { summaryOf } from '../../../src/prove/certificate/summary.ts';
import type { Outcome } from '../../../src/prove/promises/outcome.ts';
import { proofPage } from '../../../src/prove/report/page.ts';
import { proofReport } from '../../../src/prove/report/report.ts';
import { proofText } from '../../../src/prove/report/text.ts';
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

describe('recovery times', () => {
  const proof = proofOf(playbook, graph, [
    outcomeWith({ disaster: {}, seconds: 0 }),
    outcomeWith({ disaster: {}, strategy: 'rebuild', seconds: 617 }),
    outcomeWith({ disaster: { service: 'lost' }, seconds: 100 }),
    outcomeWith({ disaster: { cname: 'lost' }, seconds: 950 }),
    outcomeWith({ disaster: { cname: 'lost' }, seconds: 1000, variation: { kind: 'crash', afterRecord: 3 } }),
    outcomeWith({ disaster: { cluster: 'lost' }, seconds: 5 }),
  ]);
  const { recovery } = summaryOf(proof);

  test('are kept for each set of lost pieces, by strategy', () => {
    expect(recovery.bySet).toEqual({
      nothing: {
        repair: { runs: 1, medianSeconds: 0, worstSeconds: 0 },
        rebuild: { runs: 1, medianSeconds: 617, worstSeconds: 617 },
      },
      service: { repair: { runs: 1, medianSeconds: 100, worstSeconds: 100 }, rebuild: null },
      cname: { repair: { runs: 2, medianSeconds: 950, worstSeconds: 1000 }, rebuild: null },
    });
  });

  test('are shown by number and strategy, repair never mixed with rebuild', () => {
    expect(recovery.byLost).toEqual([
      { lost: 0, strategy: 'repair', runs: 1, medianSeconds: 0, worstSeconds: 0, worst: 'nothing' },
      { lost: 1, strategy: 'repair', runs: 2, medianSeconds: 100, worstSeconds: 950, worst: 'cname' },
      { lost: 0, strategy: 'rebuild', runs: 1, medianSeconds: 617, worstSeconds: 617, worst: 'nothing' },
    ]);
  });

  test('beyond the objective name their disasters', () => {
    expect(recovery).toMatchObject({
      overRto: 1,
      missed: [{ disaster: 'cname lost (repair)', strategy: 'repair', seconds: 950 }],
    });
    expect(told(proof)).toContain('  15m50s  cname lost (repair)');
    expect(proofPage(certify(proof, 0))).toContain('<td class="number">15m50s</td>');
  });
});

test('what stopped is told by its reasons', () => {
  const shared = { component: 'cluster', reason: 'it is shared and missing' };
  const unread = { component: 'cname', reason: 'the caller may not read it' };
  const stopped = (because: readonly (typeof shared)[]): Outcome =>
    outcomeWith({ disaster: { cluster: 'lost' }, result: 'stopped', because });
  const proof = proofOf(playbook, graph, [
    stopped([shared]),
    stopped([shared, { ...shared, component: 'state-table' }]),
    stopped([unread, shared]),
  ]);
  expect(summaryOf(proof).stoppedBecause).toEqual([
    { reason: 'it is shared and missing', runs: 3, components: ['cluster', 'state-table'] },
    { reason: 'the caller may not read it', runs: 1, components: ['cname'] },
  ]);
  expect(told(proof)).toContain('stopped because:');
  expect(proofPage(certify(proof, 0))).toContain('Stopped because');
});

describe('the page of a certificate', () => {
  const proof = proofOf(playbook, graph, [outcomeWith({ disaster: {}, strategy: 'rebuild', seconds: 617 })]);
  const certificate = certify(proof, 0);
  const text = proofPage(certificate);

  test('names the place, the digest and how long it holds under the title', () => {
    const top = text.slice(text.indexOf('<h1>'), text.indexOf('</header>'));
    for (const each of [
      'recovers or rightly stops',
      playbook.digest,
      '123456789012, eu-west-1',
      '1970-01-31T00:00:00',
    ]) {
      expect(top).toContain(each);
    }
  });

  test('names the worst case', () => {
    expect(text).toContain('longest recovery: nothing lost, rebuilt all the same');
  });

  test('says which single states cannot be, and why', () => {
    expect(certificate.cover.impossible).toContainEqual({
      component: 'cluster',
      state: 'settling',
      because: 'AWS changes it at once',
    });
    expect(text).toContain('Single states that cannot be');
    expect(text).toContain('<li>AWS changes it at once</li>');
    const { impossible, singles } = certificate.cover;
    const owned = proof.cover.owned;
    expect(impossible.length + singles).toBe(7 * playbook.components.size - owned);
  });
});
