// ecs/task-definition, assembled.
import { canaryTasks } from '../kit/neighbour.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { diff } from './diff.ts';
import { plainMembers } from './definition.ts';
import { injections } from './injections.ts';
import { presumes } from './presumes.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type TaskDefinitionSpec, type TaskDefinitionState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const changing = whenUsed(() => import('./change.ts'));
const revisions = whenUsed(() => import('./revisions.ts'));

/** Registered as soon as AWS answers. */
const typicalSeconds = { create: 2, update: 2, delete: 2 } as const;

export const taskDefinition = completeType<TaskDefinitionSpec, TaskDefinitionState>({
  traits,
  identity: (spec) => `task definition ${spec.family}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state) => ({ arn: state?.arn, family: spec.family }),
  describe: (state) =>
    `revision ${state.revision} ${state.status}, ${state.containers.map((each) => each.image ?? 'no image').join(', ')}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(observing, changing, revisions),
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
    cascade: revisions.call('cascade'),
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
    capture: revisions.call('capture'),
  },
  rehearsal: {
    injections,
    subjects,
    presumes,
    neighbour: ({ family }) => ({ spec: canaryTasks(`${family}-canary`) }),
  },
});
