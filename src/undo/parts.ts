// Small looks into specs whose texts are templates. Pure.
import { parseTemplate } from '../playbook/expressions.ts';
import type { Component, Reference } from '../playbook/model.ts';

/** The references within a text. */
export function partsOf(text: string): readonly { readonly component: string; readonly output: string }[] {
  if (!text.includes('${')) return [];
  return parseTemplate(text).flatMap((each) =>
    each.kind === 'expression' ? [{ component: each.holder, output: each.field }] : [],
  );
}

/** The top-level field of a spec path: `values` of `values[0]`. */
export function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

/** All references of a spec with their paths, in its order. */
export function referencesIn({ id, position }: Component, spec: unknown): readonly Reference[] {
  const found: Reference[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      for (const part of partsOf(value)) found.push({ from: id, path, ...part, position });
    } else if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => {
        walk(item, `${path}[${index}]`);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) walk(member, path === '' ? name : `${path}.${name}`);
    }
  };
  walk(spec, '');
  return found;
}
