// ssm/parameter, assembled.
import { neighboursPlaybook } from '../contract.ts';
import { hasReference } from '../kit/schema.ts';
import { isKnown } from '../kit/neighbour.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { specOf } from './as-spec.ts';
import { diff } from './diff.ts';
import { hindrances, injections } from './injections.ts';
import { needsOf } from './needs.ts';
import { outputsOf } from './outputs.ts';
import { owners } from './owners.ts';
import { policyScope } from './policy.ts';
import { readiness } from './readiness.ts';
import { severities } from './severities.ts';
import { traits, type ParameterSpec, type ParameterState } from './schema.ts';
import { nameFreeSeconds, settled } from './settled.ts';
import { subjects } from './subjects.ts';
import { usualIn } from './usual.ts';

const observing = whenUsed(() => import('./observe.ts'));
const changing = whenUsed(() => import('./change.ts'));

/** Written as soon as AWS answers. */
const typicalSeconds = { create: 1, update: 1, delete: nameFreeSeconds } as const;

/** Where the facts have another name. */
const factNames: Readonly<Record<string, string>> = { description: 'explanation' };

export const parameter = completeType<ParameterSpec, ParameterState>({
  traits,
  identity: (spec) => `parameter ${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf,
  // Without its value, whatever its type.
  describe: ({ tier, type, version }) => `${type}, ${tier}, version ${version}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(observing, changing),
  inventory: {
    what: 'parameters',
    permissions: ['ssm:DescribeParameters', 'ssm:GetParameters', 'ssm:ListTagsForResource'],
    owns: (arn) => /^arn:[^:]+:ssm:[^:]+:\d+:parameter\//.test(arn),
    // Of `name` and `/name` the ARN is the same: it tells a name only where a path has two parts
    // [IAM, "Actions, resources, and condition keys for AWS Systems Manager"].
    specOfArn: byArn(/^arn:[^:]+:ssm:[^:]+:\d+:parameter(\/[^/]+\/.+)$/, (name) => ({ name })).specOfArn,
  },
  judging: {
    severities,
    factsPath: (path) => {
      const [field = ''] = path.split(/[.[]/);
      return factNames[field] ?? field;
    },
  },
  settings: { updates: 'fields', isUsual: (path, _actual, state) => usualIn(state).includes(path) },
  needs: { of: needsOf },
  safety: {
    cascade: observing.call('cascade'),
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
    settled,
  },
  undo: {
    specOf,
    capture: observing.call('capture'),
  },
  owners,
  rehearsal: {
    injections,
    hindrances,
    subjects,
    presumes: ({ keyId }) => (keyId === undefined || hasReference(keyId) ? [] : [{ kind: 'key', key: keyId }]),
    neighbour: ({ name }) =>
      isKnown(name) ? { spec: { name: `${name}-canary`, type: 'String', value: neighboursPlaybook } } : undefined,
    standIn: ({ spec }) => {
      const { secretValue = 'presumed', type = 'String', value = 'presumed' } = spec;
      return { ...spec, type, ...(type === 'SecureString' ? { secretValue } : { value }) };
    },
  },
  // A service names its parameters; who owns them, and what is in them, it does not tell.
  capturing: { taken: false },
});
