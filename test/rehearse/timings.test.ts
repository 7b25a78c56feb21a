// What a forecast rests on where nothing was measured yet: the playbook's own steps, played once for each playbook.
import { expect, test } from 'vitest';
import type { Component, Playbook } from '../../src/playbook/model.ts';
import { rehearsedTimings } from '../../src/rehearse/world/timings.ts';
import { playbookOf } from '../helpers/rig.ts';
import { plainShop } from '../helpers/shop.ts';

test('are played once, however often the same playbook is read', async () => {
  const first = rehearsedTimings(playbookOf(plainShop));
  expect(rehearsedTimings(playbookOf(plainShop))).toBe(first);
  expect(await first).toMatchObject({ runs: 2 });
});

test('are others for another text, other parameters, other types, and components that an undo has changed', () => {
  const usual = playbookOf(plainShop);
  const components = new Map(
    [...usual.components].map(([id, component]): [string, Component] => [id, { ...component, tags: { team: 'shop' } }]),
  );
  const others: readonly Playbook[] = [
    usual,
    playbookOf(plainShop.replace('name: shop, taskDefinition', 'name: shop, desiredCount: 3, taskDefinition')),
    playbookOf(plainShop, { image: 'registry.example/shop:2' }),
    { ...usual, types: new Map(usual.types) },
    { ...usual, components },
  ];
  expect(new Set(others.map(rehearsedTimings)).size).toBe(others.length);
});
