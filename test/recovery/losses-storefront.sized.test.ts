// Losses of the storefront: every single one by both strategies, and a covering part of the pairs under repair.
import { describe, expect, test } from 'vitest';
import type { Component } from '../../src/playbook/model.ts';
import { deployedRig, ownedBy, playbookOf, readShipped } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';
import { pairsOf, playLoss, type Loss } from './losses.ts';

const text = readShipped('storefront.yaml');
const playbook = playbookOf(text);
const owned = ownedBy(playbook);
const urls = playbook.verify.flatMap((check) => (check.kind === 'http' ? [check.url] : []));
const part = (prefix: string): readonly string[] => owned.filter((id) => id.startsWith(prefix));
const shop = part('shop-');
const cart = part('cart-');
const search = part('search-');

const consequences: Loss['consequences'] = {
  // An alias that is checked by a check that is gone; the new one has a new id.
  'shop-health-check': ['shop-record'],
  ...Object.fromEntries(
    ['shop', 'cart', 'search'].flatMap((name) => [
      [`${name}-tasks`, [`${name}-service`]],
      [`${name}-targets`, [`${name}-rule`, `${name}-service`]],
      [`${name}-service`, [`${name}-state`]],
    ]),
  ),
};

const roles = [...new Set(owned.map(roleOf))];

function roleOf(id: string): string {
  return id.replace(/^[^-]+-/, '');
}

/** Each role once, in the shop and in the cart in turn. The search is a second cart, as is tried below. */
function inTurn(id: string): string | undefined {
  const role = roleOf(id);
  const isOfCart = roles.indexOf(role) % 2 === 1 && cart.includes(`cart-${role}`);
  return id === `${isOfCart ? 'cart' : 'shop'}-${role}` ? role : undefined;
}

describe('one component lost', () => {
  test.each(sampled(owned, 0, inTurn))('%s', async (id) => {
    await playLoss(await deployedRig(text), { lost: [id], consequences, urls }, ['repair', 'rebuild']);
  });
});

/**
 * Not all 190 pairs, for the time they take, but all that can differ: every pair within the shop and within the cart, and
 * each component of one service together with some component of another, in rotation, so that each takes part in a
 * pair across each border. The search is a second cart, and nothing in one service refers to another.
 */
const across = (left: readonly string[], right: readonly string[]): readonly (readonly [string, string])[] =>
  left.map((id, index) => [id, right[(index + 1) % right.length] ?? ''] as const);
const pairs = [
  ...pairsOf(shop),
  ...pairsOf(cart),
  ...across(shop, cart),
  ...across(shop, search),
  ...across(search, cart),
];

describe('two components lost', () => {
  test('the parts that stand for the others are alike', () => {
    const shapeOf = (id: string): unknown => {
      const { position, ...component } = playbook.components.get(id) as Component;
      const portless = JSON.stringify(component)
        .replaceAll(/808\d|"priority":\d+/g, '')
        .replaceAll('search', 'cart');
      return portless.replaceAll(/"position":\{[^}]*\}/g, position.line > 0 ? '' : 'no position');
    };
    expect(search.map(shapeOf)).toEqual(cart.map(shapeOf));
    for (const id of owned) {
      const [service] = id.split('-');
      const others = playbook.components.get(id)?.references.map((each) => each.component) ?? [];
      for (const other of others) {
        expect(playbook.components.get(other)?.shared === true || other.startsWith(`${service ?? ''}-`)).toBe(true);
      }
    }
  });

  test.each(sampled(pairs, 4))('%s and %s', async (...lost) => {
    await playLoss(await deployedRig(text), { lost, consequences, urls }, ['repair']);
  });
});
