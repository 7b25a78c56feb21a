// How a task definition is brought into each state.
import type { Injections } from '../contract.ts';
import { alwaysReady, atOnce, byHand, cannot, denied, foreignTag, noReferences, quoted } from '../kit/injecting.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export const injections: Injections<TaskDefinitionSpec, TaskDefinitionState> = {
  drifted: byHand({
    path: 'containers[0].image',
    to: (spec) => {
      const [first, ...others] = spec.containers ?? [];
      return first === undefined
        ? undefined
        : { ...spec, containers: [{ ...first, image: `${first.image}-hotfix` }, ...others] };
    },
  }),
  dangling: cannot(noReferences),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('ecs', ['DescribeTaskDefinition'], ({ family }) => quoted(family)),
};
