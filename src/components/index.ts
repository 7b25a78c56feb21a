// The registry: one record. A new component type is one folder and one line here; a type that lacks a part does not compile.
import type { CompleteType, ComponentType } from './contract.ts';
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
import { parameter } from './ssm-parameter/index.ts';

const registry = {
  'dynamodb/item': item,
  'dynamodb/table': table,
  'ecs/cluster': cluster,
  'ecs/service': service,
  'ecs/task-definition': taskDefinition,
  'elbv2/listener': listener,
  'elbv2/listener-rule': listenerRule,
  'elbv2/load-balancer': loadBalancer,
  'elbv2/target-group': targetGroup,
  'route53/health-check': healthCheck,
  'route53/record': record,
  'ssm/parameter': parameter,
} satisfies Readonly<Record<string, CompleteType>>;

/** Each type is used only with specs and states of its own making. */
export const componentTypes: ReadonlyMap<string, CompleteType> = new Map(Object.entries(registry));

/** The types that components may be of, and where those from outside came from. */
export interface TypeSet {
  /** Modules as they were named: for commands that are to be typed next. */
  readonly words: readonly string[];
  /** The same as absolute paths: for other threads. */
  readonly files: readonly string[];
  readonly types: ReadonlyMap<string, ComponentType>;
}

export const shippedTypes: TypeSet = { words: [], files: [], types: componentTypes };
