// A spec with the values of another time gets back the references that the playbook has in their place, so that it
// follows the pieces that have taken the place of the old ones. Pure.
import { escapeTemplate, parseTemplate, resolveReferences } from '../playbook/expressions.ts';
import { memberOf } from '../util/json.ts';
import { partsOf } from './parts.ts';

export interface Bygone {
  /** Values that an output had at the time of the spec; none when its component was not there. */
  readonly valuesOf: (component: string, output: string) => readonly string[];
  /** True when the output is another one for each generation: within a longer text too it can only mean its component. */
  readonly isUnique: (component: string, output: string) => boolean;
  /**
   * Told each value that stands where the playbook has a reference and that was no such output; may give another text
   * for it.
   */
  readonly elsewhere: (path: string, value: string, template: string) => string | undefined;
}

/**
 * @param spec plain values, as AWS has them
 * @param template the playbook's spec of the same component
 * @returns a spec whose texts are templates
 */
export function rereferenced(spec: unknown, template: unknown, bygone: Bygone): unknown {
  return again(spec, template, '', bygone);
}

function again(value: unknown, template: unknown, path: string, bygone: Bygone): unknown {
  if (typeof value === 'string') {
    return text(value, typeof template === 'string' ? [template] : [], path, bygone);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const templates: readonly unknown[] = Array.isArray(template) ? template : [];
    return items.map((item, index) => {
      const at = `${path}[${index}]`;
      // AWS may tell a list in another order than it was given in.
      if (typeof item === 'string') return text(item, inTurn(templates, index), at, bygone);
      return again(item, counterpart(item, templates) ?? templates[index], at, bygone);
    });
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      again(member, memberOf(template, name), path === '' ? name : `${path}.${name}`, bygone),
    ]),
  );
}

/** The texts of a list, the one at `index` first. */
function inTurn(list: readonly unknown[], index: number): readonly string[] {
  return [list[index], ...list].filter((each): each is string => typeof each === 'string');
}

/** The member of a list with the same name, such as a container. */
function counterpart(item: unknown, list: readonly unknown[]): unknown {
  const name = memberOf(item, 'name');
  return name === undefined ? undefined : list.find((each) => memberOf(each, 'name') === name);
}

function text(value: string, templates: readonly string[], path: string, bygone: Bygone): string {
  for (const template of templates) {
    const known = (turn: number): string =>
      resolveReferences(template, (component, output) => bygone.valuesOf(component, output).at(turn));
    if (partsOf(template).length > 0 && [0, -1].some((turn) => known(turn) === value)) return template;
  }
  for (const template of templates) {
    const followed = partly(value, template, bygone);
    if (followed !== undefined) return followed;
  }
  const [own = ''] = templates;
  return (partsOf(own).length > 0 ? bygone.elsewhere(path, value, own) : undefined) ?? escapeTemplate(value);
}

/** The value with each occurrence of an old output as a reference: `dualstack.` before a load balancer's DNS name. */
function partly(value: string, template: string, bygone: Bygone): string | undefined {
  for (const segment of parseTemplate(template)) {
    if (segment.kind !== 'expression' || !bygone.isUnique(segment.holder, segment.field)) continue;
    for (const old of bygone.valuesOf(segment.holder, segment.field)) {
      const pieces = split(value, old);
      // `$` right before a reference would read as an escape.
      if (pieces.length < 2 || pieces.slice(0, -1).some((piece) => piece.endsWith('$'))) continue;
      return pieces.map(escapeTemplate).join(`\${${segment.holder}.${segment.field}}`);
    }
  }
  return undefined;
}

/** Around each occurrence, without regard to case: names of load balancers come back from Route 53 in lower case. */
function split(value: string, old: string): readonly string[] {
  const [low, wanted] = [value.toLowerCase(), old.toLowerCase()];
  const pieces: string[] = [];
  let from = 0;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
    pieces.push(value.slice(from, at));
    from = at + old.length;
  }
  return [...pieces, value.slice(from)];
}
