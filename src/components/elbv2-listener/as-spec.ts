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
    parts: hasRules(captured) ? ['rules that are no components of the playbook'] : [],
    notRepresented: [
      ...notRepresented,
      ...actionBeyondSpec(state.actions),
      ...spokenOfByAws(state.description, ['AlpnPolicy']),
      ...(verifiesClients(state.description) ? ['MutualAuthentication'] : []),
      ...(hasMoreCertificates(captured) ? ['certificates beside the default one'] : []),
    ],
  };
}

function verifiesClients(description: Json): boolean {
  const mode = memberOf(memberOf(description, 'MutualAuthentication'), 'Mode');
  return mode !== undefined && mode !== 'off';
}

/** Those of the playbook are components and come back as such. */
function hasRules(captured: Json | undefined): boolean {
  return listOf(captured, 'rules').some((rule) => memberOf(rule, 'IsDefault') !== true);
}

function hasMoreCertificates(captured: Json | undefined): boolean {
  return listOf(captured, 'certificates').some((each) => memberOf(each, 'IsDefault') !== true);
}

function listOf(captured: Json | undefined, name: string): readonly unknown[] {
  const list = memberOf(captured, name);
  return Array.isArray(list) ? list : [];
}
