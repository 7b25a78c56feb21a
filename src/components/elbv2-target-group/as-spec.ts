import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable } from '../kit/as-spec.ts';
import { targetGroupDefaults } from '../kit/elbv2-attributes.ts';
import { checkOf, usualCheck } from './health-check.ts';
import { schema, settingsOf, type HealthCheckSpec, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

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
    healthCheck: checkToSay(state, captured !== undefined),
    ...settingsOf(state),
    attributes: attributesToSay(captured, state.attributes, targetGroupDefaults(state.protocol, state.targetType)),
  });
  const targetType = state.targetType as TargetGroupSpec['targetType'];
  return {
    spec: { name: state.name, targetType, ...said },
    parts: hadTargets(captured) ? ['targets that no ECS service registers'] : [],
    notRepresented,
  };
}

/** @param all also what is as AWS has it where nobody sets it */
function checkToSay(state: TargetGroupState, all: boolean): HealthCheckSpec | undefined {
  const usual = usualCheck(state);
  const check = Object.entries(checkOf(state)).filter(
    ([word, value]) => value !== undefined && (all || usual[word as keyof HealthCheckSpec] !== value),
  );
  return check.length === 0 ? undefined : Object.fromEntries(check);
}

/** Seen right before its delete: those of a service had gone by then, or were going. Where nobody looked, there may be some. */
function hadTargets(captured: Json | undefined): boolean {
  const targets = capturedList(captured, 'targets');
  return targets?.every((each) => memberOf(memberOf(each, 'TargetHealth'), 'State') === 'draining') !== true;
}
