import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable } from '../kit/as-spec.ts';
import { actionBeyondSpec, actionInSpec } from '../kit/elbv2-actions.ts';
import { actions } from './parts.ts';
import { schema, type ListenerSpec, type ListenerState } from './schema.ts';
import { isNone, settingsOf } from './settings.ts';

export function specOf(_spec: ListenerSpec, state: ListenerState, captured: Json | undefined): AsSpec<ListenerSpec> {
  const settings = Object.entries(settingsOf(state)).filter(([word, value]) => !isNone(word, value));
  const { said, notRepresented } = sayable(schema.shape, {
    protocol: state.protocol,
    certificate: state.certificate,
    certificates: furtherCertificates(state, captured),
    sslPolicy: state.sslPolicy,
    ...Object.fromEntries(settings),
    attributes: attributesToSay(captured, state.attributes),
    ...actionInSpec(state.actions, actions),
  });
  return {
    spec: { loadBalancer: state.loadBalancer, port: state.port, ...said },
    parts: hasRules(captured) ? ['rules that are no components of the playbook'] : [],
    notRepresented: [...notRepresented, ...actionBeyondSpec(state.actions)],
  };
}

/** Undefined where there are none, or nobody asked. */
function furtherCertificates(state: ListenerState, captured: Json | undefined): readonly string[] | undefined {
  const told = capturedList(captured, 'certificates')
    ?.filter((each) => memberOf(each, 'IsDefault') !== true)
    .map((each) => memberOf(each, 'CertificateArn'))
    .filter((arn): arn is string => typeof arn === 'string');
  const found = told ?? state.certificates ?? [];
  return found.length === 0 ? undefined : found;
}

/** Those of the playbook are components and come back as such. */
function hasRules(captured: Json | undefined): boolean {
  return capturedList(captured, 'rules')?.some((rule) => memberOf(rule, 'IsDefault') !== true) === true;
}
