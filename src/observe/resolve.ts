// Puts outputs of components in the place of references. What is not known yet stays as its reference text, so that a
// difference can show it and a step can be held back.
import { unescapeReferences } from '../playbook/expressions.ts';

/** Looks an output up; undefined while it is not known. */
export type OutputLookup = (component: string, output: string) => string | undefined;

const reference = /(?<!\$)\$\{([a-z][a-z0-9-]*)\.([A-Za-z0-9]+)\}/g;

/**
 * A copy of `value` with every known reference replaced. Values without references are shared, not copied.
 */
export function resolveReferences<Value>(value: Value, lookup: OutputLookup): Value {
  return resolve(value, lookup) as Value;
}

function resolve(value: unknown, lookup: OutputLookup): unknown {
  if (typeof value === 'string') {
    if (!value.includes('${')) return value;
    return unescapeReferences(
      value.replace(reference, (whole, component: string, output: string) => lookup(component, output) ?? whole),
    );
  }
  if (Array.isArray(value)) return mapList(value, lookup);
  if (typeof value === 'object' && value !== null) return mapMembers(value, lookup);
  return value;
}

function mapList(list: readonly unknown[], lookup: OutputLookup): readonly unknown[] {
  let changed = false;
  const result = list.map((member) => {
    const resolved = resolve(member, lookup);
    changed ||= resolved !== member;
    return resolved;
  });
  return changed ? result : list;
}

function mapMembers(value: object, lookup: OutputLookup): object {
  let changed = false;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    result[key] = resolve(member, lookup);
    changed ||= result[key] !== member;
  }
  return changed ? result : value;
}
