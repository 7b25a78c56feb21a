import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable } from '../kit/as-spec.ts';
import { schema, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

export function specOf(
  _spec: TargetGroupSpec,
  state: TargetGroupState,
  captured: Json | undefined,
): AsSpec<TargetGroupSpec> {
  const { port } = state.healthCheck;
  const check = Object.entries({
    ...state.healthCheck,
    // A text in AWS, since `traffic-port` is one too.
    port: port !== undefined && /^\d+$/.test(port) ? Number(port) : port,
  }).filter(([, value]) => value !== undefined);
  const { said, notRepresented } = sayable(schema.shape, {
    port: state.port,
    protocol: state.protocol,
    vpc: state.vpc,
    protocolVersion: state.protocolVersion,
    healthCheck: Object.fromEntries(check),
    attributes: attributesToSay(captured, state.attributes),
  });
  const targetType = state.targetType as TargetGroupSpec['targetType'];
  return {
    spec: { name: state.name, targetType, ...said },
    parts: hadTargets(captured) ? ['targets that no ECS service registers'] : [],
    notRepresented: [
      ...notRepresented,
      ...(memberOf(state.description, 'HealthCheckEnabled') === false ? ['HealthCheckEnabled'] : []),
      ...(memberOf(state.description, 'IpAddressType') === 'ipv6' ? ['IpAddressType'] : []),
    ],
  };
}

/** Seen right before its delete: those of a service had gone by then, or were going. Where nobody looked, there may be some. */
function hadTargets(captured: Json | undefined): boolean {
  const targets = capturedList(captured, 'targets');
  return targets?.every((each) => memberOf(memberOf(each, 'TargetHealth'), 'State') === 'draining') !== true;
}
