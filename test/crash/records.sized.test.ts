// A recovery whose records go out in one request is killed anywhere, and ended by the next one.
import { expect, test } from 'vitest';
import { bareRig, playbookOf } from '../helpers/rig.ts';
import { surviveCrashes } from './suite.ts';

const simple = ['a', 'b'].map(
  (each) => `
  ${each}:
    type: route53/record
    spec: { zone: shop.example, name: ${each}.shop.example, type: CNAME, ttl: 60, values: [${each}.of-shop.example] }`,
);
const group = ['one', 'two', 'three'].map(
  (each, index) => `
  ${each}:
    type: route53/record
    spec:
      { zone: shop.example, name: www.shop.example, type: A, ttl: 60, values: [203.0.113.7], setIdentifier: ${each}, weight: ${index} }`,
);
const text = `
apiVersion: relight/v1
kind: Playbook
metadata: { name: shop, description: A shop, owner: team-shop }
target: { account: '123456789012', region: eu-west-1, environment: test }
components:${[...simple, ...group].join('')}
`;

test('records of one request, a group among them', async () => {
  expect(await surviveCrashes({ rig: bareRig(playbookOf(text)), kind: 'repair' }, 0, 24)).toBeGreaterThan(20);
});
