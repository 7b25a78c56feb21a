import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable } from '../kit/as-spec.ts';
import { checkOf } from './health-check.ts';
import { schema, settingsOf, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

export function specOf(
  _spec: TargetGroupSpec,
  state: TargetGroupState,
  captured: Json | undefined,
): AsSpec<TargetGroupSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    port: state.port,
    protocol: state.protocol,
    vpc: state.vpc,
    protocolVersion: state.protocolVersion,
    healthCheck: Object.fromEntries(Object.entries(checkOf(state)).filter(([, value]) => value !== undefined)),
    ...settingsOf(state),
    attributes: attributesToSay(captured, state.attributes),
  });
  const targetType = state.targetType as TargetGroupSpec['targetType'];
  return {
    spec: { name: state.name, targetType, ...said },
    parts: hadTargets(captured) ? ['targets that no ECS service registers'] : [],
    notRepresented,
  };
}

/** Seen right before its delete: those of a service had gone by then, or were going. Where nobody looked, there may be some. */
function hadTargets(captured: Json | undefined): boolean {
  const targets = capturedList(captured, 'targets');
  return targets?.every((each) => memberOf(memberOf(each, 'TargetHealth'), 'State') === 'draining') !== true;
}
