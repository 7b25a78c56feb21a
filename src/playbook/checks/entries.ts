// Each component of a playbook on its own: its fields, its type, its spec with parameters filled in. What components
// say of each other is judged afterwards, in links.ts.
import type { Json } from '../../components/contract.ts';
import type { ComponentTypeCatalog, PlaybookComponentType } from './catalog.ts';
import { fillParams, type Encounter, type FillRules } from '../expressions.ts';
import { withoutNulls } from './clearing.ts';
import { explainIssues, oneOf, pathText, type Finding } from './issues.ts';
import type { OnOrphan } from '../model.ts';
import type { ResolvedParams } from '../params.ts';
import { componentIdPattern, componentSchema, expectedComponentId } from '../schema.ts';
import type { Path } from '../yaml/found.ts';

/** A reference as it was met, before anybody asked where it leads. */
export interface MetReference {
  /** From the top of the spec. */
  readonly path: string;
  readonly component: string;
  readonly output: string;
  readonly encounter: Encounter;
}

/** What could be read of one component; sound where it is told so. */
export interface Entry {
  readonly id: string;
  readonly path: Path;
  readonly type: PlaybookComponentType | undefined;
  /** As completed by the type's schema; undefined when something is wrong with it. */
  readonly spec: { readonly value: unknown } | undefined;
  readonly references: readonly MetReference[];
  readonly description?: string | undefined;
  readonly shared: boolean;
  readonly protect: boolean;
  readonly approval?: 'required' | undefined;
  readonly dependsOn: readonly string[];
  /** Null: explicitly nobody. Undefined: not said. */
  readonly ownedBy?: string | null | undefined;
  readonly ignore: readonly string[];
  /** As marked in the file. */
  readonly sensitive: readonly string[];
  /** Spec paths that a sensitive parameter is filled into. */
  readonly tainted: readonly string[];
  /** The spec with parameters filled in, as far as it could be read. */
  readonly texts: Json;
  readonly onOrphan?: OnOrphan | undefined;
  readonly ownership?: 'marker' | undefined;
  /** Spec paths of which the playbook tells all: `''` for the whole spec. */
  readonly exact: readonly string[];
  /** Spec paths that are null in the file: to be taken away. */
  readonly cleared: readonly string[];
}

export type Report = (finding: Finding) => void;

export interface EntryContext {
  readonly types: ComponentTypeCatalog;
  readonly params: ResolvedParams;
  readonly report: Report;
  /** A scalar as it is written in the file; undefined where nothing is. */
  readonly written: (path: Path) => string | undefined;
}

export function readEntry(id: string, declared: Json, context: EntryContext): Entry {
  const path = ['components', id];
  const { report } = context;
  if (!componentIdPattern.test(id)) {
    const message = `"${id}" cannot be the id of a component`;
    report({ path, at: 'key', code: 'invalid-name', message, expected: expectedComponentId });
  } else if (id === 'params') {
    const message = 'a component cannot be called "params": `${params.name}` reads a parameter';
    report({ path, at: 'key', code: 'invalid-name', message });
  }
  const parsed = componentSchema.safeParse(declared);
  if (!parsed.success) explainIssues(parsed.error.issues, componentSchema, declared, path).forEach(report);
  const fields = parsed.success ? parsed.data : salvage(declared);

  const type = context.types.get(fields.type ?? '');
  if (type === undefined && fields.type !== undefined) {
    const candidates = [...context.types.keys()];
    report({
      path: [...path, 'type'],
      at: 'value',
      code: 'unknown-type',
      message: `unknown component type "${fields.type}"`,
      ...(candidates.length > 0 && candidates.length <= 24 ? { expected: oneOf(candidates) } : {}),
      near: { word: fields.type, candidates },
    });
  }
  const declaredSpec = asMap(declared)?.['spec'];
  const filled = fillTexts(declaredSpec ?? {}, [...path, 'spec'], context);
  const { value: present, paths: nulls } = withoutNulls(filled.value, type?.traits.nulls ?? []);
  for (const each of nulls) refuseEmpty([...path, 'spec', ...each], context);
  const spec =
    type === undefined || asMap(declaredSpec) === undefined
      ? undefined
      : judge(type, nulls.length === 0 ? filled : { ...filled, value: present }, path, report);
  if (type !== undefined && !fields.shared) requireFields(type, spec?.value ?? declaredSpec, path, report);
  const {
    description,
    shared,
    protect,
    approval,
    dependsOn,
    ownedBy,
    ignore,
    sensitive,
    onOrphan,
    ownership,
    settings,
  } = fields;
  const { references, tainted, value: texts } = filled;
  // One literal: objects that are put together are slower, and there are ten thousand of them.
  return {
    id,
    path,
    type,
    spec,
    references,
    tainted,
    texts,
    description,
    shared,
    protect,
    approval,
    dependsOn,
    ownedBy,
    ignore,
    sensitive,
    onOrphan,
    ownership,
    exact: settings === undefined ? noPlaces : settings === 'exact' ? everything : settings.exact,
    cleared: nulls.length === 0 ? noPlaces : nulls.map(pathText),
  };
}

const noPlaces: readonly string[] = [];
const everything: readonly string[] = [''];

/** Nothing after a key is more often a mistake than the wish to take something away. */
function refuseEmpty(path: Path, { report, written }: EntryContext): void {
  if (/^(null|~)$/i.test(written(path) ?? '')) return;
  report({
    path,
    at: 'key',
    code: 'empty',
    message: `${String(path.at(-1))} has no value`,
    expected: 'a value, or null to take the setting away',
  });
}

type Fields = Omit<
  Entry,
  'id' | 'path' | 'type' | 'spec' | 'references' | 'tainted' | 'texts' | 'exact' | 'cleared'
> & {
  readonly type?: string | undefined;
  readonly settings?: 'exact' | { readonly exact: readonly string[] } | undefined;
};

/** The fields of a component that has mistakes in others: enough to find mistakes between components. */
function salvage(declared: Json): Fields {
  const map = asMap(declared) ?? {};
  const texts = (value: Json | undefined): readonly string[] =>
    Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  const { type, ownedBy } = map;
  return {
    type: typeof type === 'string' ? type : undefined,
    description: undefined,
    shared: map['shared'] === true,
    protect: map['protect'] === true,
    approval: map['approval'] === 'required' ? 'required' : undefined,
    dependsOn: texts(map['dependsOn']).filter((each) => componentIdPattern.test(each)),
    ownedBy:
      ownedBy === null || (typeof ownedBy === 'string' && componentIdPattern.test(ownedBy)) ? ownedBy : undefined,
    ignore: texts(map['ignore']),
    sensitive: texts(map['sensitive']),
    ownership: map['ownership'] === 'marker' ? 'marker' : undefined,
    settings: undefined,
    onOrphan: map['onOrphan'] === 'replace' || map['onOrphan'] === 'keep' ? map['onOrphan'] : undefined,
  };
}

export function asMap(value: Json | undefined): { readonly [key: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : undefined;
}

export interface Filled {
  readonly value: Json;
  readonly references: readonly MetReference[];
  /** Paths (as text) of values whose parameter is not known. */
  readonly unfilled: ReadonlySet<string>;
  /** Which parameter a value came from, by path as text. */
  readonly origins: ReadonlyMap<string, string>;
  /** Paths, from the top of the value, that a sensitive parameter is filled into. */
  readonly tainted: readonly string[];
}

const noTaint: readonly string[] = [];
const noPaths: ReadonlySet<string> = new Set();
const noOrigins: ReadonlyMap<string, string> = new Map();

/** Fills parameters into everything at a path, and gathers the references in it. */
export function fillTexts(value: Json, base: Path, { params, report }: EntryContext): Filled {
  const references: MetReference[] = [];
  // Made when something belongs in them: most components have neither.
  let unfilled: Set<string> | undefined;
  let origins: Map<string, string> | undefined;
  let tainted: string[] | undefined;
  const tell = (code: string, message: string, { path, raw, occurrence }: Encounter, more: Partial<Finding>): void => {
    report({ path, at: 'value', part: { text: raw, occurrence }, code, message, ...more });
  };
  const rules: FillRules = {
    param: (name, encounter) => {
      if (!params.names.has(name)) {
        const near = { word: name, candidates: params.names };
        tell('unknown-param', `the playbook has no parameter "${name}"`, encounter, { near });
      }
      if (params.sensitive.has(name)) (tainted ??= []).push(pathText(encounter.path.slice(base.length)));
      origins ??= new Map();
      origins.set(pathText(encounter.path), encounter.raw);
      return Object.hasOwn(params.values, name) ? params.values[name] : undefined;
    },
    reference: (component, output, encounter) => {
      references.push({ path: pathText(encounter.path.slice(base.length)), component, output, encounter });
    },
    mistake: (code, message, encounter) => {
      const expected = '${params.name} or ${component.output}; write $${ for a literal ${';
      tell(code, message, encounter, { expected });
    },
    key: (key, path) => {
      const message = `the key "${key}" is taken as written: expressions are filled into values only`;
      report({ severity: 'warning', path, at: 'key', code: 'expression-in-key', message });
    },
    unfilled: (path) => {
      unfilled ??= new Set();
      unfilled.add(pathText(path));
    },
  };
  const filled = fillParams(value, base, rules);
  return {
    value: filled,
    references,
    unfilled: unfilled ?? noPaths,
    origins: origins ?? noOrigins,
    tainted: tainted ?? noTaint,
  };
}

/** Findings about values that could not be filled in mean nothing; findings about filled ones tell where they came from. */
export function judgeFilled(findings: readonly Finding[], { unfilled, origins }: Filled, report: Report): void {
  for (const finding of findings) {
    const path = pathText(finding.path);
    if (finding.at === 'value' && unfilled.has(path)) continue;
    const origin = origins.get(path);
    const notes = origin === undefined || finding.at === 'key' ? {} : { notes: [`the value comes from ${origin}`] };
    // Quotes around an expression change nothing.
    const quote = origin === undefined && finding.quote === true;
    report({ ...finding, quote, ...notes });
  }
}

function judge(type: PlaybookComponentType, filled: Filled, path: Path, report: Report): Entry['spec'] {
  const result = type.traits.schema.safeParse(filled.value);
  if (result.success) return { value: result.data };
  judgeFilled(explainIssues(result.error.issues, type.traits.schema, filled.value, [...path, 'spec']), filled, report);
  return undefined;
}

/** What only a piece to be created needs is optional in the type's schema. */
function requireFields(type: PlaybookComponentType, spec: unknown, path: Path, report: Report): void {
  if (typeof spec !== 'object' || spec === null) return;
  for (const need of type.traits.requiredWhenOwned ?? []) {
    const fields = typeof need === 'string' ? [need] : need;
    if (fields.some((field) => Object.hasOwn(spec, field))) continue;
    const wanted = `${fields.length === 1 ? '' : 'one of '}${oneOf(fields)}`;
    report({
      path: [...path, 'spec'],
      at: 'key',
      code: 'missing-key',
      missing: fields,
      message: `${type.traits.type} needs ${wanted}, unless it is shared`,
    });
  }
}
