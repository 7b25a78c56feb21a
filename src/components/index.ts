// The registry: one explicit list. A new component type is one folder and one line here.
import type { ComponentType } from './contract.ts';
import { loadBalancer } from './elbv2-load-balancer/index.ts';

/** A heterogeneous list: each type is used only with specs and states of its own making. */
export const componentTypes: ReadonlyMap<string, ComponentType> = new Map<string, ComponentType>(
  [loadBalancer as ComponentType].map((each) => [each.type, each]),
);
