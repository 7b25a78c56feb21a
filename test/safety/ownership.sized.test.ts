// Sets of playbooks that name the same records, items and load balancers, in random histories: no run changes what another
// playbook wrote, or what answers for another, unless that was accepted. The seed is printed; RELIGHT_SEED=<n> plays others.
import { expect, test } from 'vitest';
import { sampled, seed } from '../helpers/sized.ts';
import { playOwnership } from './ownership-game.ts';

const games = sampled(
  Array.from({ length: 400 }, (_, index) => seed + index),
  80,
);
const cases = games.length;

test(`no run changes what another playbook wrote or what answers for another, unless accepted (seed ${seed})`, async () => {
  const sum = { own: 0, accepted: 0, blocked: 0, undone: 0 };
  for (const game of games) {
    const verdict = await playOwnership(game);
    expect(verdict.broken, `RELIGHT_SEED=${game}\n${verdict.story.join('\n')}`).toEqual([]);
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
