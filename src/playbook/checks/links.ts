// What components say of each other: references, dependencies, owners, and who claims what. Every mistake is told;
// none stops the search for the next.
import { cycleText, findCycles, isAcyclic, type Edge } from './cycles.ts';
import type { Entry, MetReference, Report } from './entries.ts';
import { oneOf, pathText, type Finding } from './issues.ts';
import type { Path } from '../yaml/found.ts';
import { memberOf, toJson } from '../../util/json.ts';
import { hideBehind, pathMaskOf } from '../../util/path-mask.ts';

export type Entries = ReadonlyMap<string, Entry>;

export interface LinkContext {
  readonly entries: Entries;
  readonly root: string | undefined;
  readonly report: Report;
  /** `line:column` of a place in the file. */
  readonly positionText: (path: Path, at: 'key' | 'value') => string;
}

/** All checks between components. */
export function checkLinks(context: LinkContext): void {
  checkRoot(context);
  for (const entry of context.entries.values()) {
    for (const reference of entry.references) checkReference(reference, context);
    checkDependsOn(entry, context);
    checkOwner(entry, context);
    checkUse(entry, context);
    checkIgnore(entry, context);
    checkSensitive(entry, context);
    checkSpelledSecrets(entry, context);
  }
  checkDependencyCycles(context);
  checkOwnerCycles(context);
  checkIdentities(context);
}

function unknownId(id: string, path: Path, { entries }: LinkContext): Finding {
  const message = `the playbook has no component "${id}"`;
  return { path, at: 'value', code: 'unknown-component', message, near: { word: id, candidates: entries.keys() } };
}

function checkRoot(context: LinkContext): void {
  const { entries, root, report } = context;
  if (root === undefined) return;
  const entry = entries.get(root);
  if (entry === undefined) report(unknownId(root, ['root'], context));
  else if (entry.shared) {
    const message = `the root "${root}" is shared: a piece that others use too cannot own this playbook's pieces`;
    report({ path: ['root'], at: 'value', code: 'root-shared', message });
  }
}

/** Also for the references of `verify`. */
export function checkReference(reference: MetReference, context: LinkContext): void {
  const { component, output, encounter } = reference;
  const target = context.entries.get(component);
  const part = { text: encounter.raw, occurrence: encounter.occurrence };
  if (target === undefined) {
    const expected = component === 'param' ? { near: { word: component, candidates: ['params'] } } : {};
    context.report({ ...unknownId(component, encounter.path, context), part, ...expected });
    return;
  }
  const { type } = target;
  if (type === undefined || Object.hasOwn(type.traits.outputs, output)) return;
  const candidates = Object.keys(type.traits.outputs);
  context.report({
    path: encounter.path,
    at: 'value',
    part,
    code: 'unknown-output',
    message: `component "${component}" (${type.traits.type}) has no output "${output}"`,
    ...(candidates.length === 0 ? {} : { expected: oneOf(candidates) }),
    near: { word: output, candidates },
  });
}

function checkDependsOn(entry: Entry, context: LinkContext): void {
  if (entry.dependsOn.length === 0) return;
  const seen = new Set<string>();
  entry.dependsOn.forEach((id, index) => {
    const path = [...entry.path, 'dependsOn', index];
    if (!context.entries.has(id)) context.report(unknownId(id, path, context));
    if (seen.has(id)) {
      const message = `"${id}" is named twice`;
      context.report({ severity: 'warning', path, at: 'value', code: 'duplicate-dependency', message });
    }
    seen.add(id);
  });
}

function checkOwner(entry: Entry, context: LinkContext): void {
  const { id, ownedBy } = entry;
  if (typeof ownedBy !== 'string') return;
  const path = [...entry.path, 'ownedBy'];
  const tell = (code: string, message: string): void => {
    context.report({ path, at: 'value', code, message });
  };
  if (!context.entries.has(ownedBy)) context.report(unknownId(ownedBy, path, context));
  else if (ownedBy === id) tell('self-owner', `"${id}" cannot own itself`);
  else if (entry.shared) tell('shared-owned', `"${id}" is shared, so nothing in this playbook can own it`);
  else if (id === context.root) tell('root-owned', `"${id}" is the root, so nothing can own it`);
}

function checkUse(entry: Entry, { report }: LinkContext): void {
  const { id, type } = entry;
  const tell = (field: string, code: string, message: string): void => {
    report({ path: [...entry.path, field], at: 'value', code, message });
  };
  if (type !== undefined && entry.shared && !type.traits.shareable) {
    tell('shared', 'not-shareable', `a component of type ${type.traits.type} cannot be shared`);
  }
  if (type !== undefined && !entry.shared && !type.traits.ownable) {
    report({
      path: entry.path,
      at: 'key',
      code: 'not-ownable',
      message: `"${id}" must be shared: relight does not create or delete pieces of type ${type.traits.type}`,
      expected: 'shared: true',
    });
  }
  if (entry.protect && entry.onOrphan === 'replace') {
    tell('onOrphan', 'contradiction', `"${id}" is protected, so it cannot be replaced when its owner is gone`);
  }
  if (entry.shared && entry.approval !== undefined) {
    tell('approval', 'contradiction', `"${id}" is shared: it is never changed, so there is nothing to approve`);
  }
  if (type !== undefined && entry.ownership !== undefined && type.judging.marked === undefined) {
    tell(
      'ownership',
      'contradiction',
      `a piece of type ${type.traits.type} carries tags, which say whose it is: it needs no marker`,
    );
  }
  if (type?.judging.marked !== undefined && memberOf(entry.spec?.value, 'marker') !== undefined) {
    report({
      path: [...entry.path, 'spec', 'marker'],
      at: 'value',
      code: 'contradiction',
      message: 'a marker is put in by `ownership: marker`, and in no other way',
    });
  }
  if (entry.shared && entry.ownership !== undefined) {
    tell('ownership', 'contradiction', `"${id}" is shared: it is not this playbook's, and gets no marker`);
  }
  if (entry.shared && entry.onOrphan !== undefined) {
    tell('onOrphan', 'contradiction', `"${id}" is shared: it has no owner, and is never changed or deleted`);
  }
}

function checkIgnore(entry: Entry, { report }: LinkContext): void {
  if (entry.ignore.length === 0 || entry.spec === undefined) return;
  const top = entry.spec.value;
  if (typeof top === 'object' && top !== null && entry.ignore.every((field) => Object.hasOwn(top, field))) return;
  const fields = new Set(fieldPaths(entry.spec.value));
  entry.ignore.forEach((field, index) => {
    if (fields.has(field)) return;
    const path = [...entry.path, 'ignore', index];
    const message = `the spec of "${entry.id}" has no field "${field}", so ignoring it does nothing`;
    report({
      severity: 'warning',
      path,
      at: 'value',
      code: 'ignore-nothing',
      message,
      near: { word: field, candidates: fields },
    });
  });
}

/** A mark that hides nothing leaves in the open what somebody wanted hidden. */
function checkSensitive({ id, path, sensitive, spec, texts }: Entry, { report }: LinkContext): void {
  if (sensitive.length === 0) return;
  const value = spec === undefined ? texts : toJson(spec.value);
  sensitive.forEach((field, index) => {
    if (hideBehind(value, pathMaskOf([field])) !== value) return;
    report({
      path: [...path, 'sensitive', index],
      at: 'value',
      code: 'sensitive-nothing',
      message: `the spec of "${id}" has nothing at "${field}", so nothing is hidden`,
      near: { word: field, candidates: fieldPaths(value) },
    });
  });
}

/** A secret that stands in the playbook is read by whoever reads that. */
function checkSpelledSecrets({ id, path, tainted, texts, type }: Entry, { report }: LinkContext): void {
  for (const field of type?.traits.sensitive?.onlyByParam ?? []) {
    if (memberOf(texts, field) === undefined || tainted.includes(field)) continue;
    report({
      path: [...path, 'spec', field],
      at: 'value',
      code: 'secret-spelled',
      message: `"${field}" of "${id}" is a secret: its value comes from a sensitive parameter`,
      expected: '${params.<name>}, declared with `sensitive: true`',
    });
  }
}

/** Paths of all values in a spec, those of maps and lists included. */
function fieldPaths(value: unknown, path: Path = []): readonly string[] {
  if (typeof value !== 'object' || value === null) return [pathText(path)];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [
    pathText(path),
    ...parts.flatMap(([key, item]: [string | number, unknown]) => fieldPaths(item, [...path, key])),
  ];
}

interface PlacedEdge extends Edge {
  readonly finding: Pick<Finding, 'path' | 'part'>;
}

function edgesOf(entry: Entry, entries: Entries): readonly PlacedEdge[] {
  const declared = entry.dependsOn.map((to, index): PlacedEdge => ({
    from: entry.id,
    to,
    reason: 'dependsOn',
    finding: { path: [...entry.path, 'dependsOn', index] },
  }));
  const read = entry.references.map(({ component, path, encounter }): PlacedEdge => ({
    from: entry.id,
    to: component,
    reason: path.startsWith('[') ? `spec${path}` : `spec.${path}`,
    finding: { path: encounter.path, part: { text: encounter.raw, occurrence: encounter.occurrence } },
  }));
  return [...declared, ...read].filter((edge) => entries.has(edge.to));
}

function checkDependencyCycles({ entries, report }: LinkContext): void {
  const needs = (entry: Entry): readonly string[] =>
    entry.references.length === 0
      ? entry.dependsOn
      : [...entry.dependsOn, ...entry.references.map((each) => each.component)];
  if (isAcyclic(entries, needs)) return;
  const edges = new Map<string, readonly PlacedEdge[]>();
  for (const entry of entries.values()) {
    const all = edgesOf(entry, entries);
    for (const { from, to, reason, finding } of all) {
      if (from !== to) continue;
      const message = `"${from}" depends on itself (${reason})`;
      report({ ...finding, at: 'value', code: 'self-dependency', message });
    }
    edges.set(entry.id, all);
  }
  for (const { cycle, members } of findCycles(edges)) {
    const [first] = cycle;
    const placed = edges.get(first?.from ?? '')?.find((edge) => edge === first);
    if (placed === undefined) continue;
    const more = members - cycle.length;
    report({
      ...placed.finding,
      at: 'value',
      code: 'cycle',
      message: `components depend on each other in a circle: ${cycleText(cycle)}`,
      notes: [
        ...cycle.slice(0, 12).map((edge) => `${edge.from} needs ${edge.to}: ${edge.reason}`),
        ...(more > 0 ? [`${more} more components are part of circles with these`] : []),
      ],
    });
  }
}

function checkOwnerCycles({ entries, report }: LinkContext): void {
  const owner = ({ ownedBy }: Entry): readonly string[] => (typeof ownedBy === 'string' ? [ownedBy] : []);
  if (isAcyclic(entries, owner)) return;
  const edges = new Map<string, readonly Edge[]>();
  for (const { id, ownedBy } of entries.values()) {
    const owned = typeof ownedBy === 'string' && ownedBy !== id && entries.has(ownedBy);
    edges.set(id, owned ? [{ from: id, to: ownedBy, reason: 'ownedBy' }] : []);
  }
  for (const { cycle } of findCycles(edges)) {
    const message = `components own each other in a circle: ${cycleText(cycle)}`;
    report({ path: ['components', cycle[0]?.from ?? '', 'ownedBy'], at: 'value', code: 'owner-cycle', message });
  }
}

function checkIdentities({ entries, report, positionText }: LinkContext): void {
  const claims = new Map<string, Entry>();
  for (const entry of entries.values()) {
    if (entry.type?.identity === undefined || entry.spec === undefined) continue;
    const identity = entry.type.identity(entry.spec.value);
    if (identity === undefined) continue;
    const key = `${entry.type.traits.type}\n${identity}`;
    const first = claims.get(key);
    if (first === undefined) {
      claims.set(key, entry);
      continue;
    }
    report({
      path: entry.path,
      at: 'key',
      code: 'same-piece',
      message: `"${entry.id}" and "${first.id}" are the same piece in AWS: ${identity}`,
      notes: [`"${first.id}" is at ${positionText(first.path, 'key')}`],
    });
  }
}

/** Who owns a component: as said, else the root, unless it is the root itself or shared. */
export function ownerOf({ id, ownedBy, shared }: Entry, root: string | undefined): string | undefined {
  if (ownedBy !== undefined) return ownedBy ?? undefined;
  return shared || id === root ? undefined : root;
}
