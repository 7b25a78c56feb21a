import type { AsSpec } from '../contract.ts';
import { sayable } from '../kit/as-spec.ts';
import { asksEndpoint } from './kinds.ts';
import { settingsOf } from './parts.ts';
import { protocolOf, schema, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

export function specOf(_spec: HealthCheckSpec, state: HealthCheckState): AsSpec<HealthCheckSpec> {
  const protocol = protocolOf(state);
  const { said, notRepresented } = sayable(schema.shape, {
    fqdn: orNone(state.fqdn),
    ipAddress: orNone(state.ipAddress),
    port: state.port,
    path: orNone(state.path),
    searchString: orNone(state.searchString),
    // The state says false of kinds that have none, too.
    measureLatency: asksEndpoint(protocol) ? state.measureLatency : undefined,
    enableSni: state.enableSni,
    regions: state.regions?.length === 0 ? undefined : state.regions,
    interval: state.interval,
    failureThreshold: state.failureThreshold,
    inverted: state.inverted,
    disabled: state.disabled,
    ...settingsOf(state),
  });
  // Left as it is: a schema that does not take it says that no spec can describe this check.
  return { spec: { protocol: protocol as HealthCheckSpec['protocol'], ...said }, notRepresented };
}

/** AWS leaves out what is empty, or tells it as an empty text. */
function orNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
