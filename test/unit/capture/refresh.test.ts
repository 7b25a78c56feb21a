// What a refresh takes over, and what it leaves to people: another playbook's piece, and whatever may be a secret.
import { expect, it } from 'vitest';
import type { Composed } from '../../../src/capture/compose.ts';
import { refreshed, type SeenComponent } from '../../../src/capture/refresh.ts';

const text = `params:
  image: { type: string, default: 'shop:1' }
components:
  service:
    type: ecs/service
    spec: { image: '\${params.image}', name: shop, url: plain } # the one
`;

const nothing: Composed = {
  ...{ name: 'shop', root: 'service', params: [], components: [], verify: [], withheld: [], beyond: [], needs: [] },
};

function seen(path: string, desired: string, actual: string, more: Partial<SeenComponent> = {}): SeenComponent {
  const differences = [{ path, desired, actual }];
  return { id: 'service', shared: false, gone: false, foreign: false, ignore: [], differences, ...more };
}

it('takes over what a parameter and a field are by now', () => {
  const image = refreshed(text, [seen('image', 'shop:1', 'shop:2')], nothing, false);
  expect(image.text).toBe(text.replace("'shop:1'", 'shop:2'));
  const name = refreshed(text, [seen('name', 'shop', 'store')], nothing, false);
  expect(name.text).toBe(text.replace('name: shop', 'name: store'));
});

it('writes what nobody sees by its number', () => {
  const { text: next } = refreshed(text, [seen('name', 'shop', 'sh\u202eop')], nothing, false);
  expect(next).toBe(text.replace('name: shop', String.raw`name: "sh\u202eop"`));
});

it.each([
  ['by its shape', seen('url', 'plain', 'https://admin:hunter22@db.shop.example/')],
  ['by its name', seen('adminPassword', 'plain', 'hunter22')],
  ['as it was hidden', seen('url', 'plain', '(hidden)')],
])('neither writes nor shows a secret, told %s', (_how, component) => {
  const { changes, text: next } = refreshed(text, [component], nothing, false);
  expect(next).toBe(text);
  expect(changes.map(({ kind }) => kind)).toEqual(['by-hand']);
  expect(JSON.stringify(changes)).not.toMatch(/hunter22|\(hidden\)/);
});

it('takes nothing of a piece of another playbook', () => {
  const { changes, text: next } = refreshed(text, [seen('name', 'shop', 'pay', { foreign: true })], nothing, false);
  expect(next).toBe(text);
  expect(changes).toEqual([
    {
      component: 'service',
      kind: 'by-hand',
      what: 'what stands there is another playbook’s: nothing of it is taken over',
    },
  ]);
});
