// Whom a change on the wire is about, told by AWS's own parameters alone: by neither plan nor journal.
import type { Sighting } from '../engine.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { ObservedCall } from '../sandbox/index.ts';

/** The kind of piece that each operation changes; `any` for those that name it by its ARN. */
const kinds: Readonly<Record<string, string>> = {
  CreateCluster: 'ecs/cluster',
  UpdateCluster: 'ecs/cluster',
  DeleteCluster: 'ecs/cluster',
  CreateService: 'ecs/service',
  UpdateService: 'ecs/service',
  DeleteService: 'ecs/service',
  RegisterTaskDefinition: 'ecs/task-definition',
  DeregisterTaskDefinition: 'ecs/task-definition',
  CreateLoadBalancer: 'elbv2/load-balancer',
  DeleteLoadBalancer: 'elbv2/load-balancer',
  SetSubnets: 'elbv2/load-balancer',
  SetSecurityGroups: 'elbv2/load-balancer',
  SetIpAddressType: 'elbv2/load-balancer',
  ModifyLoadBalancerAttributes: 'elbv2/load-balancer',
  CreateTargetGroup: 'elbv2/target-group',
  ModifyTargetGroup: 'elbv2/target-group',
  ModifyTargetGroupAttributes: 'elbv2/target-group',
  DeleteTargetGroup: 'elbv2/target-group',
  CreateListener: 'elbv2/listener',
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
  CreateTable: 'dynamodb/table',
  UpdateTable: 'dynamodb/table',
  DeleteTable: 'dynamodb/table',
  PutItem: 'dynamodb/item',
  UpdateItem: 'dynamodb/item',
  DeleteItem: 'dynamodb/item',
  AddTags: 'any',
  TagResource: 'any',
};

/**
 * Tells whom a change is about: ids of components, none for a call that is about nothing of the playbook.
 *
 * @param sightings looks in which the ids that AWS gave are known: before, and after the calls
 */
export function subjectsOf(call: ObservedCall, playbook: Playbook, sightings: readonly Sighting[]): readonly string[] {
  const text = JSON.stringify(call.input);
  const kind = kinds[call.operation];
  const candidates = [...playbook.components.values()].filter((each) => kind === 'any' || each.type === kind);
  const byId = candidates.filter((each) => idsOf(each, sightings).some((id) => text.includes(id)));
  if (byId.length > 0 || kind === 'any') return byId.map((each) => each.id);
  return candidates.filter((each) => isSpelledOut(each, text)).map((each) => each.id);
}

/** Ids and ARNs that AWS gave to the piece. */
function idsOf(component: Component, sightings: readonly Sighting[]): readonly string[] {
  return sightings.flatMap(({ survey }) => {
    const { arn, id } = survey.outputs.get(component.id) ?? {};
    return [arn, id].filter((each) => each !== undefined && each !== '');
  }) as readonly string[];
}

/** True when the call carries all that tells this piece from others of its kind in the playbook. */
function isSpelledOut(component: Component, text: string): boolean {
  const spec = component.spec as Readonly<Record<string, unknown>>;
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
      return Object.values(spec['key'] as object).every((value) => text.includes(`"${String(value)}"`));
    default:
      return text.includes(said('name') || said('family'));
  }
}

/** It takes something away. */
export function isDelete({ input, operation }: Pick<ObservedCall, 'input' | 'operation'>): boolean {
  if (operation === 'ChangeResourceRecordSets') {
    const text = JSON.stringify(input);
    return text.includes('"DELETE"') && !text.includes('"CREATE"') && !text.includes('"UPSERT"');
  }
  return /^(Delete|Deregister)/.test(operation);
}

/** AWS carried it out, whether or not the caller heard of it. */
export function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}
