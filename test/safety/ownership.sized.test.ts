// Sets of playbooks that name the same records, items and load balancers, in random histories: no run changes what another
// playbook wrote, or what answers for another, unless that was accepted. The seed is printed; RELIGHT_SEED=<n> plays others.
import { expect, test } from 'vitest';
import { drawn } from '../helpers/sized.ts';
import { playOwnership } from './ownership-game.ts';

const { numRuns: cases, seed } = drawn({ quick: 80, long: 400 });

test(`no run changes what another playbook wrote or what answers for another, unless accepted (seed ${seed})`, async () => {
  const sum = { own: 0, accepted: 0, blocked: 0, undone: 0 };
  for (let index = 0; index < cases; index += 1) {
    const verdict = await playOwnership(seed + index);
    expect(verdict.broken, `RELIGHT_SEED=${seed + index}\n${verdict.story.join('\n')}`).toEqual([]);
    sum.own += verdict.own;
    sum.accepted += verdict.accepted;
    sum.blocked += verdict.blocked;
    sum.undone += verdict.undone;
  }
  // A game in which nothing happens proves nothing.
  expect(sum.own).toBeGreaterThan(cases);
  expect(sum.accepted).toBeGreaterThan(0);
  expect(sum.blocked).toBeGreaterThan(cases / 10);
  expect(sum.undone).toBeGreaterThan(cases / 20);
});
