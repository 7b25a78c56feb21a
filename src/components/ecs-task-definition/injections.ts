// How a task definition is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import {
  alwaysReady,
  atOnce,
  cannot,
  denied,
  foreignTag,
  guardTag,
  isOrHolds,
  noReferences,
  quoted,
  referring,
} from '../kit/injecting.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export const injections: Injections<TaskDefinitionSpec, TaskDefinitionState> = {
  drifted: {
    kind: 'done',
    unless: ({ ignore, spec }) =>
      hotfixOf(spec) === undefined || ignore.some((each) => isOrHolds(each, image))
        ? 'its spec says nothing that could be changed in place'
        : undefined,
    inject: async (operator) => {
      const { component, playbook, spec } = operator;
      const hotfix = hotfixOf(spec);
      if (hotfix === undefined) return undefined;
      const { arn } = await operator.make('ecs/task-definition', component.id, hotfix);
      // A revision that nobody runs does not count.
      for (const [id, other] of playbook.components) {
        const runs = referring(other, ['taskDefinition']).some((each) => each.component === component.id);
        if (runs && other.type === 'ecs/service') await operator.alter(id, 'taskDefinition', arn);
      }
      return `${image} changed by hand`;
    },
    until: 'settled',
  },
  dangling: cannot(noReferences),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('ecs', ['DescribeTaskDefinition'], ({ family }) => quoted(family)),
};

const image = 'containers[0].image';

function hotfixOf({ containers, ...spec }: TaskDefinitionSpec): TaskDefinitionSpec | undefined {
  const [first, ...others] = containers ?? [];
  if (first === undefined) return undefined;
  return { ...spec, containers: [{ ...first, image: `${first.image}-hotfix` }, ...others] };
}

export const hindrances: Hindrances<TaskDefinitionSpec, TaskDefinitionState> = {
  guarded: guardTag,
};
