// How an item is brought into each state.
import type { Injections, RehearsedComponent } from '../contract.ts';
import {
  alwaysReady,
  atOnce,
  cannot,
  dangling,
  denied,
  isOrHolds,
  noTags,
  quoted,
  referring,
  valueAt,
  withValueAt,
} from '../kit/injecting.ts';
import type { ItemSpec, ItemState } from './schema.ts';

export const injections: Injections<ItemSpec, ItemState> = {
  drifted: {
    kind: 'done',
    unless: (component) =>
      plainAttribute(component) === undefined ? 'it has no attribute that can be changed' : undefined,
    inject: async (operator) => {
      const name = plainAttribute(operator.component);
      if (name === undefined) return undefined;
      await operator.change(withValueAt(operator.spec, `attributes.${name}`, 'changed-by-hand'));
      return `attributes.${name} changed by hand`;
    },
    until: 'settled',
  },
  dangling: dangling(['attributes'], async (operator, path) => {
    await operator.change(withValueAt(operator.spec, path, `${String(valueAt(operator.spec, path))}-before`));
    return `${path} names what is gone`;
  }),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: cannot(noTags),
  unreadable: denied('dynamodb', ['BatchGetItem'], ({ key }) => quoted(Object.values(key)[0])),
};

/** The first text attribute that is no reference and that the playbook does not ignore. */
function plainAttribute(component: RehearsedComponent<ItemSpec>): string | undefined {
  const { attributes = {} } = component.spec;
  return Object.keys(attributes).find((name) => {
    const path = `attributes.${name}`;
    const free = !component.ignore.some((each) => isOrHolds(each, path)) && referring(component, [path]).length === 0;
    return free && typeof attributes[name] === 'string';
  });
}
