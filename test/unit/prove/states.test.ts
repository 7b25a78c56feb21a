// Which states a proof plays: counted by hand for small playbooks, and the strength that is stated for large ones.
import { describe, expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import { graphOf } from '../../../src/engine.ts';
import { coverOf, plainCases, statesOf, type States } from '../../../src/prove/cases/states.ts';
import { isHindered, type Disaster } from '../../../src/rehearse/disaster/disaster.ts';
import { outcomeWith } from '../../helpers/proofs.ts';
import { playbookOf, readShipped } from '../../helpers/rig.ts';

const deployer = playbookOf(readShipped('deployer-api.yaml'));
const storefront = playbookOf(readShipped('storefront.yaml'));

function states(playbook: typeof deployer, options: { readonly seed?: number; readonly quick?: boolean } = {}): States {
  return statesOf(playbook, graphOf(playbook), { seed: 1, random: 50, quick: false, ...options });
}

function hinders(disaster: Disaster): boolean {
  return Object.values(disaster).some(isHindered);
}

function losses({ disasters }: States): readonly string[] {
  return disasters
    .filter((each) => Object.values(each).every((state) => state === 'lost'))
    .map((each) => Object.keys(each).sort().join(' '));
}

describe('the states of the Deployer API', () => {
  const all = states(deployer);
  const owned = [...deployer.components.values()].filter((each) => !each.shared).map((each) => each.id);

  test('hold every set of lost pieces, once', () => {
    const lost = losses(all).filter((each) => each.split(' ').every((id) => id === '' || owned.includes(id)));
    expect(new Set(lost).size).toBe(2 ** owned.length);
    expect(all.cover.losses).toEqual({ kind: 'all', states: 256, upTo: null, random: 0 });
  });

  test('hold every pair of other states, and of one of them with a loss', () => {
    const pairs = new Set(
      all.disasters
        .filter((each) => Object.keys(each).length === 2)
        .map((each) => JSON.stringify(Object.entries(each).sort())),
    );
    const singles = all.disasters.filter(
      (each) =>
        Object.keys(each).length === 1 &&
        !hinders(each) &&
        !Object.entries(each).every(([id, state]) => owned.includes(id) && state === 'lost'),
    );
    expect(singles).toHaveLength(all.cover.singles);
    for (const left of singles) {
      for (const right of [...singles, ...owned.map((id) => ({ [id]: 'lost' }))]) {
        const both = { ...left, ...right };
        if (Object.keys(both).length === 2) expect(pairs).toContain(JSON.stringify(Object.entries(both).sort()));
      }
    }
  });

  test('hold each piece with something in the way of its change, alone and with a loss near to it', () => {
    const hindered = all.disasters.filter(hinders);
    const [alone, paired] = [1, 2].map((size) => hindered.filter((each) => Object.keys(each).length === size));
    expect(alone).toHaveLength(all.cover.hindered.singles);
    expect(paired).toHaveLength(all.cover.hindered.pairs);
    expect(alone).toContainEqual({ 'load-balancer': 'held' });
    expect(paired).toContainEqual({ 'load-balancer': 'held', listener: 'lost' });
    const { disasters } = states(storefront);
    expect(disasters).toContainEqual({ 'shop-rule': 'guarded', 'shop-targets': 'lost' });
    expect(disasters).not.toContainEqual({ 'shop-rule': 'guarded', 'cart-targets': 'lost' });
    const cases = plainCases(hindered, deployer);
    const strategiesOf = (wanted: object): readonly string[] =>
      cases.flatMap(({ disaster, strategy }) => (isDeepStrictEqual(disaster, wanted) ? [strategy] : []));
    expect(strategiesOf({ 'load-balancer': 'held' })).toEqual(['rebuild']);
    expect(strategiesOf({ listener: 'displaced' })).toEqual(['repair', 'rebuild']);
    expect(strategiesOf({ 'load-balancer': 'held', listener: 'lost' })).toEqual(['repair']);
  });

  test('are played by both strategies, but for pairs that a rebuild takes down anyway', () => {
    const others = all.disasters.filter((each) => !hinders(each));
    const cases = plainCases(others, deployer);
    const { byBoth, states: pairs } = all.cover.pairs;
    expect(cases).toHaveLength(2 * others.length - (pairs - byBoth));
    const rebuilt = new Set(cases.filter((each) => each.strategy === 'rebuild').map((each) => each.disaster));
    for (const disaster of others) {
      if (rebuilt.has(disaster)) continue;
      expect(['drifted', 'dangling', 'unhealthy', 'lost']).toEqual(expect.arrayContaining(Object.values(disaster)));
      expect(Object.keys(disaster)).toHaveLength(2);
      expect(owned).toEqual(expect.arrayContaining(Object.keys(disaster)));
    }
  });
});

describe('the states of a playbook with too many pieces for all', () => {
  const some = states(storefront);
  const owned = [...storefront.components.values()].filter((each) => !each.shared).map((each) => each.id);

  test('hold all losses of up to three pieces, and all that leave up to three', () => {
    const lost = new Set(losses(some));
    const few = owned.flatMap((a) => owned.flatMap((b) => owned.map((c) => [...new Set([a, b, c])])));
    for (const each of [[], ...few]) {
      expect(lost).toContain(each.toSorted().join(' '));
      expect(lost).toContain(
        owned
          .filter((id) => !each.includes(id))
          .sort()
          .join(' '),
      );
    }
    // 1 + 20 + 190 + 1140, twice, and the random ones.
    expect(some.cover.losses).toEqual({ kind: 'sample', states: 2 * 1351 + 50, upTo: 3, random: 50 });
  });

  test('are the same for the same seed, and others for another', () => {
    expect(states(storefront)).toEqual(some);
    const others = losses(states(storefront, { seed: 2 }));
    expect(others).toHaveLength(losses(some).length);
    expect(new Set([...others, ...losses(some)]).size).toBeGreaterThan(losses(some).length + 20);
  });
});

test('fewer are played when asked for a part', () => {
  const { cover, disasters } = states(deployer, { quick: true });
  expect(cover.pairs).toEqual({ kind: 'none', states: 0, byBoth: 0 });
  expect(disasters.length).toBeLessThan(states(deployer).disasters.length / 5);
});

describe('a quick proof', () => {
  const of = (playbook: typeof deployer, random?: number): States =>
    statesOf(playbook, graphOf(playbook), { seed: 1, quick: true, random });

  test('plays nothing lost, single losses, all lost and all but one, and draws nothing by lot', () => {
    const { cover } = of(deployer);
    expect(cover.losses).toEqual({ kind: 'sample', states: 2 * (1 + 8), upTo: 1, random: 0 });
    expect(cover.pairs.kind).toBe('none');
  });

  test('draws as many as it is told, and tells how many there were to draw', () => {
    expect(of(storefront, 60).cover.losses).toEqual({ kind: 'sample', states: 2 * (1 + 20) + 60, upTo: 1, random: 60 });
    expect(of(deployer, 60).cover.losses).toMatchObject({ states: 18 + 60, random: 60 });
    expect(of(deployer, 500).cover.losses).toEqual({ kind: 'all', states: 256, upTo: null, random: 0 });
  });
});

test('what did not come about is not covered, and told with the reason', () => {
  const { cover } = states(deployer);
  const missed = { component: 'target-group', state: 'held', because: 'DuplicateListener: taken' } as const;
  const alone = { disaster: { 'target-group': 'held' }, strategy: 'rebuild', unfallen: [missed] } as const;
  const beside = { disaster: { 'target-group': 'drifted', service: 'lost' }, unfallen: [missed] } as const;
  const left = coverOf(
    cover,
    [alone, beside, { ...beside, strategy: 'rebuild' as const }].map((each) => outcomeWith(each)),
  );
  expect(left.hindered).toEqual({ ...cover.hindered, singles: cover.hindered.singles - 1 });
  expect(left.impossible).toEqual([...cover.impossible, missed]);
  expect(left.pairs).toEqual({ ...cover.pairs, states: cover.pairs.states - 1, byBoth: cover.pairs.byBoth - 1 });
  expect([left.singles, left.unfallen]).toEqual([cover.singles, 1]);
});
