// What is sound of a rehearsal file that breaks its shape somewhere: so that a slip in a name is told together with it.
import type { Json } from '../../components/contract.ts';
import { apiVersion } from '../../playbook/schema.ts';
import type { Path } from '../../playbook/yaml/found.ts';
import type { rehearsalSchemaFor, RehearsalFile } from './schema.ts';

/** One round can bring to light what another part hid. */
const mostRounds = 5;

/** The file without what is wrong with it, every other part at its place; undefined when too little is left. */
export function salvage(value: Json, schema: ReturnType<typeof rehearsalSchemaFor>): RehearsalFile | undefined {
  if (!isObject(value)) return undefined;
  const copy = structuredClone(value) as Record<string, unknown>;
  Object.assign(copy, { apiVersion, kind: 'Rehearsal', metadata: { name: 'salvaged' } });
  if (!isObject(copy['then'])) copy['then'] = {};
  for (let round = 0; round < mostRounds; round += 1) {
    const read = schema.safeParse(copy);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const path = issue.path.filter((part) => typeof part !== 'symbol');
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...path, key]);
      else remove(copy, path);
    }
  }
  return undefined;
}

/** Entries of lists keep their numbers: a bad one becomes one that says nothing. */
function remove(top: Record<string, unknown>, path: Path): void {
  let within: unknown = top;
  for (const [depth, part] of path.entries()) {
    if (!isObject(within)) return;
    const inside = within[part];
    if (Array.isArray(inside)) {
      const [section] = path;
      const index = path[depth + 1];
      const harmless = part === 'faults' ? { kind: 'hang' } : section === 'when' ? { at: '0s', calm: true } : undefined;
      if (harmless === undefined || typeof index !== 'number') within[part] = [];
      else if (part === 'faults' || part === 'when') inside[index] = harmless;
      return;
    }
    if (depth === path.length - 1 || !isObject(inside)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy of plain JSON
      delete within[part];
      return;
    }
    within = inside;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
