// Values that are typed into a playbook although they are another component's: the commonest mistake of whoever writes a
// playbook down from what the console shows. Pure.
import { upstreamOf, type Graph } from '../../graph/graph.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { canonicalName } from '../../util/dns.ts';

/** A literal in the spec of one component that is what another one puts out. */
export interface Literal {
  readonly component: string;
  /** Where in its spec: `values[0]`. */
  readonly path: string;
  /** Whose value it is, and which. */
  readonly of: string;
  readonly output: string;
}

/** What each component puts out where all of them are there, by name. */
export type OutputsById = ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;

/** Outputs of the same value, the most telling first. */
const preferred = ['arn', 'dnsName', 'fqdn', 'id'];

/**
 * Finds literals that should be references. A value that AWS made up is one wherever it stands; a name that the playbook
 * itself gives is one only where nothing else says that the one piece needs the other.
 */
export function literalsIn(playbook: Playbook, graph: Graph, outputs: OutputsById): readonly Literal[] {
  const owned = [...playbook.components.values()].filter((each) => !each.shared);
  return owned.flatMap((component) => {
    const own = new Set(Object.values(outputs.get(component.id) ?? {}).map((each) => canonicalName(each ?? '')));
    const needed = upstreamOf(graph, [component.id]);
    return textsIn(component.spec).flatMap(({ path, text }): readonly Literal[] => {
      if (text.includes('${') || own.has(canonicalName(text)) || component.ignore.includes(path)) return [];
      for (const other of owned) {
        if (other.id === component.id) continue;
        const output = outputWith(text, outputs.get(other.id) ?? {});
        if (output === undefined) continue;
        const isMadeUp = !JSON.stringify(other.spec).toLowerCase().includes(canonicalName(text));
        const isTelling = isHostName(text) || (!isFreeForm(component, playbook) && isCalledLike(path, other));
        if (!isMadeUp && (!isTelling || needed.has(other.id))) continue;
        return [{ component: component.id, path, of: other.id, output }];
      }
      return [];
    });
  });
}

/** `cname.values[0] holds a name of load-balancer: write ${load-balancer.dnsName}` */
export function literalText({ component, of, output, path }: Literal, { components, file }: Playbook): string {
  const what = { arn: 'the ARN', id: 'the id' }[output] ?? 'a name';
  const line = components.get(component)?.position.line ?? 1;
  return `${component}.${path} holds ${what} of ${of}: write \${${of}.${output}} there, and it follows when ${of} is made again (${file}:${line})`;
}

function outputWith(text: string, outputs: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = Object.keys(outputs).filter((name) => canonicalName(outputs[name] ?? '') === canonicalName(text));
  return preferred.find((name) => names.includes(name)) ?? names[0];
}

function isHostName(text: string): boolean {
  return /^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+\.?$/i.test(text);
}

/** Its fields are called as its author likes. */
function isFreeForm({ type }: Component, { types }: Playbook): boolean {
  return types.get(type)?.traits.freeForm === true;
}

/** True for `loadBalancer.targetGroup` and a target group. */
function isCalledLike(path: string, { type }: Component): boolean {
  const kind = (type.split('/')[1] ?? '').replaceAll('-', '').toLowerCase();
  return (path.split('.').at(-1) ?? '').toLowerCase() === kind;
}

/** Every text of a spec and where it stands, written as references are: `containers[0].image`. */
function textsIn(value: unknown, path = ''): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return value === '' ? [] : [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, path === '' ? key : `${path}.${key}`));
}
