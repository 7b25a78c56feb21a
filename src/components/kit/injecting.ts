// How pieces are brought into states, for the types' injections: most of it an operator does, by the type's own change with
// another spec; the rest is done to the sandbox's world itself.
import {
  foreignPlaybook,
  ownerTags,
  type DeniedCall,
  type Injection,
  type Operator,
  type RehearsedComponent,
} from '../contract.ts';

export const alwaysReady = 'AWS gives it no health of its own';
export const atOnce = 'AWS changes it at once';
export const noTags = 'it carries no tags';
export const noReferences = 'it refers to nothing that could be another one';

export function cannot(because: string): Injection {
  return { kind: 'cannot', because };
}

/** A field that an operator changes: its path, and the whole spec with another value, or undefined where it is not said. */
export interface ChangeByHand<Spec> {
  readonly path: string;
  /** Without an operator it is only asked whether there is such a change. */
  readonly to: (spec: Spec, operator?: Operator) => Spec | undefined;
}

/** The first of the changes that the playbook's spec says something about and does not ignore. */
export function byHand<Spec>(...changes: readonly ChangeByHand<Spec>[]): Injection<Spec> {
  const pick = (component: RehearsedComponent, spec: Spec): ChangeByHand<Spec> | undefined =>
    changes.find(
      ({ path, to }) =>
        !component.ignore.some((each) => isOrHolds(each, path)) &&
        !component.references.some((each) => isOrHolds(path, each.path)) &&
        to(spec) !== undefined,
    );
  return {
    kind: 'done',
    unless: (component) =>
      pick(component, component.spec) === undefined
        ? 'its spec says nothing that could be changed in place'
        : undefined,
    inject: async (operator) => {
      const change = pick(operator.component, operator.spec);
      const spec = change?.to(operator.spec, operator);
      if (change === undefined || spec === undefined) return undefined;
      await operator.change(spec);
      return `${change.path} changed by hand`;
    },
    until: 'settled',
  };
}

export function isOrHolds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** References of a component below any of these paths. */
export function referring(
  component: RehearsedComponent,
  paths: readonly string[],
): readonly { readonly path: string; readonly component: string }[] {
  return component.references.filter((each) => paths.some((path) => isOrHolds(path, each.path)));
}

/** Needs a reference at one of these paths. */
export function dangling<Spec, State>(
  paths: readonly string[],
  inject: (operator: Operator<Spec, State>, path: string) => Promise<string | undefined>,
): Injection<Spec, State> {
  return {
    kind: 'done',
    unless: (component) => (referring(component, paths).length === 0 ? noReferences : undefined),
    inject: async (operator) => {
      const [reference] = referring(operator.component, paths);
      return reference === undefined ? undefined : inject(operator, reference.path);
    },
    until: 'settled',
  };
}

/** For kinds with tags: another playbook's is on it. */
export const foreignTag: Injection = {
  kind: 'done',
  unless: () => undefined,
  inject: ({ sandbox, state }) => {
    const { arn, id } = state as { readonly arn?: string; readonly id?: string };
    const done = sandbox.tag(arn ?? id ?? '', ownerTags.playbook, foreignPlaybook);
    return Promise.resolve(done ? `tagged as playbook ${foreignPlaybook}'s` : undefined);
  },
  until: 'settled',
};

/** For kinds with tags: nobody is to change it. */
export const guardTag: Injection = {
  kind: 'done',
  unless: () => undefined,
  inject: ({ sandbox, state }) => {
    const { arn, id } = state as { readonly arn?: string; readonly id?: string };
    const done = sandbox.tag(arn ?? id ?? '', ownerTags.protect, 'true');
    return Promise.resolve(done ? `tagged ${ownerTags.protect}=true` : undefined);
  },
  until: 'settled',
};

/**
 * Reads that the caller may not make.
 *
 * @param naming the text of a request by which it is about this piece; undefined: of any request
 */
export function denied<Spec, State>(
  service: string,
  operations: readonly string[],
  naming: (spec: Spec, state: State | undefined) => string | undefined,
): Injection<Spec, State> {
  return {
    kind: 'denied',
    calls: (spec, state) => {
      const resource = naming(spec, state);
      return operations.map((operation): DeniedCall => ({
        service,
        operation,
        ...(resource === undefined ? {} : { resource }),
      }));
    },
  };
}

/** As it stands in the JSON of a request: with its quotes, so that `shop` is not found in `shop-2`. */
export function quoted(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(String(value)) : undefined;
}

function keysOf(path: string): readonly string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== '');
}

/** Sets the value at a path such as `values[0]` or `attributes.serviceArn`. */
export function withValueAt<Spec>(spec: Spec, path: string, value: unknown): Spec {
  const keys = keysOf(path);
  const set = (node: unknown, depth: number): unknown => {
    const key = keys[depth];
    if (key === undefined) return value;
    if (Array.isArray(node)) {
      return node.map((item: unknown, index) => (index === Number(key) ? set(item, depth + 1) : item));
    }
    const fields = node as Readonly<Record<string, unknown>>;
    return { ...fields, [key]: set(fields[key], depth + 1) };
  };
  return set(spec, 0) as Spec;
}

export function valueAt(spec: unknown, path: string): unknown {
  return keysOf(path).reduce<unknown>(
    (node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key],
    spec,
  );
}

/** The VPC of any piece of the playbook that names one, else one that is there. */
export function vpcOf({ playbook, sandbox }: Operator): string {
  for (const { spec } of playbook.components.values()) {
    const vpc = (spec as Readonly<Record<string, unknown>>)['vpc'];
    if (typeof vpc === 'string') return vpc;
  }
  return sandbox.vpcs()[0] ?? 'vpc-presumed';
}

/** A security group that somebody else puts in the place of the playbook's own. */
export function securityGroupByHand(operator: Operator | undefined): string {
  const id = 'sg-by-hand';
  operator?.sandbox.presume([{ kind: 'security-group', id, vpc: vpcOf(operator) }]);
  return id;
}
