// Whom a call on the wire was about. Told by AWS's own parameters, independently of plan and journal.
import type { Assessed } from '../../src/engine.ts';
import type { Component, Playbook } from '../../src/playbook/model.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';

/** The kind of piece that each operation changes. An operation that is not listed fails the test that meets it. */
const subjects: Readonly<Record<string, string>> = {
  CreateService: 'ecs/service',
  UpdateService: 'ecs/service',
  DeleteService: 'ecs/service',
  RegisterTaskDefinition: 'ecs/task-definition',
  DeregisterTaskDefinition: 'ecs/task-definition',
  CreateLoadBalancer: 'elbv2/load-balancer',
  DeleteLoadBalancer: 'elbv2/load-balancer',
  SetSubnets: 'elbv2/load-balancer',
  SetSecurityGroups: 'elbv2/load-balancer',
  ModifyLoadBalancerAttributes: 'elbv2/load-balancer',
  CreateTargetGroup: 'elbv2/target-group',
  ModifyTargetGroup: 'elbv2/target-group',
  ModifyTargetGroupAttributes: 'elbv2/target-group',
  DeleteTargetGroup: 'elbv2/target-group',
  SetIpAddressType: 'elbv2/load-balancer',
  ModifyCapacityReservation: 'elbv2/load-balancer',
  ModifyIpPools: 'elbv2/load-balancer',
  CreateListener: 'elbv2/listener',
  ModifyListenerAttributes: 'elbv2/listener',
  AddListenerCertificates: 'elbv2/listener',
  RemoveListenerCertificates: 'elbv2/listener',
  SetRulePriorities: 'elbv2/listener-rule',
  ModifyListener: 'elbv2/listener',
  DeleteListener: 'elbv2/listener',
  CreateRule: 'elbv2/listener-rule',
  ModifyRule: 'elbv2/listener-rule',
  DeleteRule: 'elbv2/listener-rule',
  ChangeResourceRecordSets: 'route53/record',
  CreateHealthCheck: 'route53/health-check',
  UpdateHealthCheck: 'route53/health-check',
  DeleteHealthCheck: 'route53/health-check',
  ChangeTagsForResource: 'route53/health-check',
  PutItem: 'dynamodb/item',
  UpdateItem: 'dynamodb/item',
  DeleteItem: 'dynamodb/item',
};

/**
 * Components that the mutating calls were about.
 *
 * @param assessed looks in which the ids that AWS gave are known: before, and after the calls
 * @throws Error for a call that is about nothing in the playbook
 */
export function touchedOnWire(
  calls: readonly ObservedCall[],
  playbook: Playbook,
  assessedAll: readonly Assessed[],
): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const call of calls.filter((each) => each.mutating)) {
    const named = namedBy(call, playbook, assessedAll);
    if (named.length === 0) throw new Error(`${call.operation} is about nothing known: ${JSON.stringify(call.input)}`);
    for (const id of named) touched.add(id);
  }
  return touched;
}

function namedBy(call: ObservedCall, playbook: Playbook, assessedAll: readonly Assessed[]): readonly string[] {
  const text = JSON.stringify(call.input);
  const candidates = [...playbook.components.values()].filter((each) => each.type === subjects[call.operation]);
  return candidates
    .filter((each) => idsOf(each, assessedAll).some((id) => text.includes(id)) || isSpelledOut(each, text))
    .map((each) => each.id);
}

/** Ids and ARNs that AWS gave to the piece. */
function idsOf(component: Component, assessedAll: readonly Assessed[]): readonly string[] {
  return assessedAll.flatMap(({ observations }) => {
    const { arn, id } = observations.outputs.get(component.id) ?? {};
    return [arn, id].filter((each) => each !== undefined);
  });
}

/** True when the call carries all that tells this piece from others of its kind in the playbook. */
function isSpelledOut(component: Component, text: string): boolean {
  const spec = component.spec as Readonly<Record<string, string | number | object | undefined>>;
  const said = (key: string): string => JSON.stringify(spec[key] ?? '').replaceAll('"', '');
  switch (component.type) {
    case 'elbv2/listener':
      return text.includes(`"Port":"${said('port')}"`);
    case 'elbv2/listener-rule':
      return text.includes(`"Priority":"${said('priority')}"`);
    case 'route53/health-check':
      return text.includes(`"ResourcePath":"${said('path')}"`);
    case 'route53/record':
      return (
        text.includes(said('name')) &&
        (spec['setIdentifier'] === undefined || text.includes(`"${said('setIdentifier')}"`))
      );
    case 'dynamodb/item':
      return Object.values(spec['key'] as object).every((value) => text.includes(`"S":"${String(value)}"`));
    default:
      return text.includes(said('name') || said('family'));
  }
}
