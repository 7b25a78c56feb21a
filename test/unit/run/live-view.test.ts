// What a run knows of a piece that is waited for.
import { expect, test } from 'vitest';
import type { ComponentType, Observation } from '../../../src/components/contract.ts';
import { componentTypes } from '../../../src/components/index.ts';
import { createLiveView } from '../../../src/run/live-view.ts';
import { createSharing } from '../../../src/util/sharing.ts';
import { bench, scope } from '../../helpers/aws.ts';
import { playbookOf, readShipped } from '../../helpers/rig.ts';

test('of two looks that are not whole the later one counts, and a whole one before either', async () => {
  const { aws, clock } = bench();
  const playbook = playbookOf(readShipped('deployer-api.yaml'));
  const cluster = playbook.components.get('cluster');
  const type = componentTypes.get('ecs/cluster');
  if (cluster === undefined || type === undefined) throw new Error('no cluster');
  const states: object[] = [];
  const scripted = {
    ...type,
    outputsOf: () => ({}),
    observe: async () => {
      const { partial, ...state } = states.shift() as { readonly partial?: true };
      const seen = { kind: 'present', state, tags: {}, at: 0, ...(partial ? { partial } : {}) } as Observation<unknown>;
      return new Map([['cluster', seen]]);
    },
  } as unknown as ComponentType;
  const types = new Map([...componentTypes, ['ecs/cluster', scripted] as const]);
  const nothing = { at: 0, byId: new Map(), outputs: new Map(), referrers: [], contents: new Map() };
  const sharing = createSharing(clock);
  const view = createLiveView(playbook, nothing, { aws, scope, clock, types, concurrency: 1, sharing });
  const seen = async (state: object): Promise<unknown> => {
    states.push(state);
    await view.look(cluster, { waiting: true });
    const last = view.seen('cluster');
    return last?.kind === 'present' ? last.state : undefined;
  };
  expect(await seen({ runningCount: 0, partial: true })).toEqual({ runningCount: 0 });
  expect(await seen({ runningCount: 1, partial: true })).toEqual({ runningCount: 1 });
  expect(await seen({ runningCount: 2 })).toEqual({ runningCount: 2 });
  expect(await seen({ runningCount: 3, partial: true })).toEqual({ runningCount: 2 });
});
