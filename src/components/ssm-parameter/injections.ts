// How a parameter is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import {
  alwaysReady,
  atOnce,
  byHand,
  cannot,
  dangling,
  denied,
  foreignTag,
  guardTag,
  quoted,
  valueAt,
  withValueAt,
} from '../kit/injecting.ts';
import type { ParameterSpec, ParameterState } from './schema.ts';

const byHandSuffix = '-by-hand';

export const injections: Injections<ParameterSpec, ParameterState> = {
  drifted: byHand(
    {
      path: 'description',
      to: (spec) => (spec.description === undefined ? undefined : { ...spec, description: 'changed by hand' }),
    },
    {
      path: 'value',
      to: (spec) =>
        spec.value === undefined || spec.allowedPattern !== undefined
          ? undefined
          : { ...spec, value: `${spec.value}${byHandSuffix}` },
    },
    {
      path: 'secretValue',
      to: (spec) =>
        spec.secretValue === undefined || spec.allowedPattern !== undefined
          ? undefined
          : { ...spec, secretValue: `${spec.secretValue}${byHandSuffix}` },
    },
  ),
  dangling: dangling(['value'], async (operator, path) => {
    await operator.change(withValueAt(operator.spec, path, `${String(valueAt(operator.spec, path))}-before`));
    return `${path} names what is gone`;
  }),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('ssm', ['GetParameters'], ({ name }) => quoted(name)),
};

export const hindrances: Hindrances<ParameterSpec, ParameterState> = {
  guarded: guardTag,
};
