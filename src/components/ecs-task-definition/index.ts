// ecs/task-definition, assembled.

import { componentType } from '../kit/type.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { plainMembers } from './definition.ts';
import { observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { cascade, capture } from './revisions.ts';
import { traits, type TaskDefinitionSpec, type TaskDefinitionState } from './schema.ts';

/** Registered as soon as AWS answers. */
const typicalSeconds = { create: 2, update: 2, delete: 2 } as const;

export const taskDefinition = componentType<TaskDefinitionSpec, TaskDefinitionState>({
  traits,
  identity: (spec) => `task definition ${spec.family}`,
  observe,
  readiness,
  diff,
  outputsOf: (spec, state) => ({ arn: state?.arn, family: spec.family }),
  describe: (state) =>
    `revision ${state.revision} ${state.status}, ${state.containers.map((each) => each.image ?? 'no image').join(', ')}`,
  create,
  update,
  delete: remove,
  judging: {
    // Containers may stand in another order in AWS, and their members have mostly the same names.
    factsPath: (path) => {
      const member = /^containers\[?\.?(\d+|\*)\]?\.(\w+)/.exec(path)?.[2];
      if (member === 'environment') return 'containers[*].environment[*].value';
      return (plainMembers as readonly (string | undefined)[]).includes(member)
        ? `containers[*].${member ?? ''}`
        : undefined;
    },
  },
  safety: {
    cascade,
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
    capture,
  },
});
