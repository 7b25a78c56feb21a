import type { AsSpec } from '../contract.ts';
import { sayable } from '../kit/as-spec.ts';
import { schema, type ClusterSpec, type ClusterState } from './schema.ts';
import { furtherSettings, settingsOf } from './words.ts';

export function specOf(_spec: ClusterSpec, state: ClusterState): AsSpec<ClusterSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    containerInsights: state.containerInsights,
    ...settingsOf(state),
  });
  return {
    spec: { name: state.name, ...said },
    notRepresented: [...notRepresented, ...furtherSettings(state).map(({ name }) => `settings.${name}`)],
  };
}
