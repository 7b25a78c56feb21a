// The registry: one explicit list. A new component type is one folder and one line here.
import type { ComponentType } from './contract.ts';
import { item } from './dynamodb-item/index.ts';
import { table } from './dynamodb-table/index.ts';
import { cluster } from './ecs-cluster/index.ts';
import { service } from './ecs-service/index.ts';
import { taskDefinition } from './ecs-task-definition/index.ts';
import { listenerRule } from './elbv2-listener-rule/index.ts';
import { listener } from './elbv2-listener/index.ts';
import { loadBalancer } from './elbv2-load-balancer/index.ts';
import { targetGroup } from './elbv2-target-group/index.ts';
import { healthCheck } from './route53-health-check/index.ts';
import { record } from './route53-record/index.ts';

/** A heterogeneous list: each type is used only with specs and states of its own making. */
export const componentTypes: ReadonlyMap<string, ComponentType> = new Map<string, ComponentType>(
  [
    item as ComponentType,
    table as ComponentType,
    cluster as ComponentType,
    service as ComponentType,
    taskDefinition as ComponentType,
    listener as ComponentType,
    listenerRule as ComponentType,
    loadBalancer as ComponentType,
    targetGroup as ComponentType,
    healthCheck as ComponentType,
    record as ComponentType,
  ].map((each) => [each.traits.type, each]),
);
