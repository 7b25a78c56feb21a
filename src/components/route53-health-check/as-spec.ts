import type { AsSpec } from '../contract.ts';
import { memberOf, sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { schema, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

/** What a health check may have and a spec has no word for [Route 53 API, HealthCheckConfig]. */
const beyondSpec = ['ChildHealthChecks', 'AlarmIdentifier', 'InsufficientDataHealthStatus', 'RoutingControlArn'];

export function specOf(_spec: HealthCheckSpec, state: HealthCheckState): AsSpec<HealthCheckSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    fqdn: orNone(state.fqdn),
    ipAddress: orNone(state.ipAddress),
    port: state.port,
    path: orNone(state.path),
    searchString: orNone(state.searchString),
    measureLatency: state.measureLatency,
    enableSni: state.enableSni,
    regions: state.regions?.length === 0 ? undefined : state.regions,
  });
  // Left as they are: a schema that does not take them says that no spec can describe this check.
  const plain = {
    protocol: state.type.replace(/_STR_MATCH$/, ''),
    interval: state.interval,
    failureThreshold: state.failureThreshold,
    inverted: state.inverted,
    disabled: state.disabled,
  };
  return {
    spec: { ...(plain as Pick<HealthCheckSpec, keyof typeof plain>), ...said },
    notRepresented: [...notRepresented, ...spokenOfByAws(memberOf(state.description, 'HealthCheckConfig'), beyondSpec)],
  };
}

/** AWS leaves out what is empty, or tells it as an empty text. */
function orNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
