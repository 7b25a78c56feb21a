import type { Json, AsSpec } from '../contract.ts';
import { actionBeyondSpec, actionInSpec } from '../kit/elbv2-actions.ts';
import { memberOf, sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { schema, type ListenerSpec, type ListenerState } from './schema.ts';

export function specOf(_spec: ListenerSpec, state: ListenerState, captured: Json | undefined): AsSpec<ListenerSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    protocol: state.protocol,
    certificate: state.certificate,
    sslPolicy: state.sslPolicy,
    ...actionInSpec(state.actions),
  });
  return {
    spec: { loadBalancer: state.loadBalancer, port: state.port, ...said },
    notRepresented: [
      ...notRepresented,
      ...actionBeyondSpec(state.actions),
      ...spokenOfByAws(state.description, ['AlpnPolicy']),
      ...(verifiesClients(state.description) ? ['MutualAuthentication'] : []),
      ...goneWithIt(captured),
    ],
  };
}

function verifiesClients(description: Json): boolean {
  const mode = memberOf(memberOf(description, 'MutualAuthentication'), 'Mode');
  return mode !== undefined && mode !== 'off';
}

/** Certificates beside the default one, and rules: those of the playbook are components and come back as such. */
function goneWithIt(captured: Json | undefined): readonly string[] {
  const rules = listOf(captured, 'rules').filter((rule) => memberOf(rule, 'IsDefault') !== true);
  const certificates = listOf(captured, 'certificates').filter((each) => memberOf(each, 'IsDefault') !== true);
  return [
    ...(rules.length === 0 ? [] : ['rules that are no components of the playbook']),
    ...(certificates.length === 0 ? [] : ['certificates beside the default one']),
  ];
}

function listOf(captured: Json | undefined, name: string): readonly unknown[] {
  const list = memberOf(captured, name);
  return Array.isArray(list) ? list : [];
}
