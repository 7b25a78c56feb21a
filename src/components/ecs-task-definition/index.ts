// ecs/task-definition, assembled.
import { canaryTasks } from '../kit/neighbour.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { plainly } from './definition.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { keys } from './parts.ts';
import { facts, factsPath } from './facts.ts';
import { hindrances, injections } from './injections.ts';
import { presumes } from './presumes.ts';
import { mentions } from './mentions.ts';
import { needsOf } from './needs.ts';
import { blockers, readiness, remarks, spent } from './readiness.ts';
import { standIn } from './stand-in.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { severities } from './severities.ts';
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
  inventory: {
    what: 'task definitions',
    permissions: ['ecs:DescribeTaskDefinition'],
    ...byArn(/^arn:[^:]+:ecs:[^:]+:\d+:task-definition\/([^/:]+):\d+$/, (family) => ({ family })),
    // Earlier revisions of a family are what is left of every update.
    sameAs: (arn) => arn.replace(/:\d+$/, ''),
  },
  judging: {
    severities,
    facts,
    factsPath,
    remarks,
    spent,
  },
  settings: { keys, plainly },
  needs: { of: needsOf },
  depending: { mentions },
  safety: {
    cascade: revisions.call('cascade'),
    policyScope,
    blockers,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
    capture: revisions.call('capture'),
  },
  owners,
  rehearsal: {
    // What the spec says is said: a piece that has something else is drifted, and not richer.
    richer: (spec) => ({
      ephemeralStorage: { sizeInGiB: 30 },
      ...spec,
      containers: spec.containers?.map((each) => ({
        stopTimeout: 45,
        ...each,
        environment: { BEYOND_THE_PLAYBOOK: 'kept', ...each.environment },
      })),
    }),
    injections,
    hindrances,
    subjects,
    presumes,
    standIn,
    neighbour: ({ family }) => ({ spec: canaryTasks(`${family}-canary`) }),
  },
  capturing,
});
