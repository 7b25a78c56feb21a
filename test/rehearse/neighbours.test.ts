// Somebody else's pieces beside the playbook's: which there are, and that no disaster but the loss of what they are in
// touches them.
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

/** `service arn:...:service/wonderland/x` to `service`. */
function kindsOf(neighbours: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(neighbours)
    .map((each) => /^(.*?) (arn:|\S+$|\S+ \S+ in |\S+ of )/.exec(each)?.[1] ?? each)
    .toSorted();
}

describe('the Deployer API', async () => {
  const environment = await openEnvironment(playbookOf(readShipped('deployer-api.yaml')));

  test('has a neighbour of each kind that a recovery has no business with', async () => {
    expect(kindsOf(await environment.neighbours({}))).toEqual([
      'health check',
      'item',
      'load balancer',
      'record',
      'service',
      'target group',
      'task definition',
      'task definition',
    ]);
  });

  test('they stay as they are when its own pieces are lost', async () => {
    const all = Object.fromEntries(environment.owned.map((id) => [id, 'lost'] as const));
    expect(await environment.neighbours(all)).toEqual(await environment.neighbours({}));
  });

  test('what is in a shared piece goes with it', async () => {
    const kinds = kindsOf(await environment.neighbours({ cluster: 'lost', 'state-table': 'lost' }));
    expect(kinds).not.toContain('service');
    expect(kinds).not.toContain('item');
    expect(kinds).toContain('record');
  });
});

test('the storefront has one on the shared listener too', async () => {
  const environment = await openEnvironment(playbookOf(readShipped('storefront.yaml')));
  expect(kindsOf(await environment.neighbours({}))).toContain('rule');
});
