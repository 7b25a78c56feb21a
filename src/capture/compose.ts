// A playbook of what was captured, as a value: ids, references, parameters, probes. Pure.
import type { Json, Scope } from '../components/contract.ts';
import { escapeTemplates } from '../playbook/expressions.ts';
import { idsOf, playbookName } from './ids.ts';
import { type Captured, type Found, type Member } from './model.ts';
import { NameIndex, playbookOf, textsIn } from './naming.ts';
import { probesOf } from './probes.ts';
import { References } from './references.ts';
import { locatorsOf, shortened, type MayWrite, type Withheld } from './shorten.ts';

type Fields = Readonly<Record<string, Json>>;

/** A component as it is written. */
export interface ComposedComponent {
  readonly id: string;
  readonly found: Found;
  readonly fields: Fields;
  /** Lines above it. */
  readonly comments: readonly string[];
}

export interface ComposedParam {
  readonly name: string;
  readonly fields: Fields;
}

export interface Composed {
  readonly name: string;
  readonly root: string;
  readonly params: readonly ComposedParam[];
  /** What is needed first comes first. */
  readonly components: readonly ComposedComponent[];
  readonly verify: readonly Json[];
  readonly withheld: readonly { readonly component: string; readonly field: Withheld }[];
  /** What AWS has and a playbook cannot say, by component, in words. */
  readonly beyond: readonly { readonly component: string; readonly what: string }[];
  /** Names of what the service needs and no component is: `secret prod/db`. */
  readonly needs: readonly string[];
}

export interface ComposeOptions {
  /** Of the playbook: that of the root unless told. */
  readonly name: string | undefined;
  readonly scope: Scope;
  readonly mayWrite: MayWrite;
  /** Ids of pieces that have one already, by key. None unless told. */
  readonly ids?: ReadonlyMap<string, string>;
  /** Ids that no other piece may have. None unless told. */
  readonly taken?: ReadonlySet<string>;
}

export function composed(
  { asides, members, root }: Captured,
  { ids: known, mayWrite, name, scope, taken }: ComposeOptions,
): Composed {
  const called = name ?? playbookOf(root) ?? playbookName(root.type.capturing.tellApart(root.described, root.state));
  const ids = idsOf(members, called, known, taken);
  const idOf = (found: Found): string => ids.get(found.key) ?? found.key;
  const references = new References(
    members.map(({ found }) => found),
    ids,
    scope,
  );
  const withheld: { component: string; field: Withheld }[] = [];
  const params = new Map<string, Fields>();
  // Ids first: where both go round in a circle, names give way.
  const written = members.map((member) => {
    const { found, role } = member;
    if (role === 'shared') return { member, spec: references.inSpec(found, locatorsOf(found)) };
    const { spec, withheld: held } = shortened(found, mayWrite);
    for (const field of held) withheld.push({ component: idOf(found), field });
    return { member, spec: references.inSpec(found, spec) };
  });
  const named = written.map(({ member, spec }) => ({
    member,
    spec: references.namesInSpec(member.found, spec),
  }));
  const before = new Map(
    named.map(({ member }) => [
      member.found.key,
      [
        ...mustComeFirst(member.found, members, references),
        ...(member.role === 'owned' && member.found.type.capturing.afterService && references.needs(member.found, root)
          ? [root]
          : []),
      ],
    ]),
  );
  const moved = new Set(members.flatMap(({ found }) => found.around.moved ?? []));
  const index = new NameIndex(members.map(({ found }) => found));
  const withoutIds = (text: string): string =>
    text
      .split(/([\s,]+)/)
      .map((word) => {
        const piece = index.get(word);
        return piece === undefined || piece.leading !== undefined ? withoutArns(word) : idOf(piece);
      })
      .join('');
  // A listener is told by its load balancer and its port.
  const withoutArns = (word: string): string => {
    const within = members.find(
      ({ found: { outputs } }) => outputs['arn'] !== undefined && word.startsWith(`${outputs['arn']}:`),
    );
    return within === undefined ? word : idOf(within.found) + word.slice(within.found.outputs['arn']?.length);
  };
  const components = named.map(({ member, spec }): ComposedComponent => {
    const { because, found, role } = member;
    const filled = role === 'owned' ? withParams(found, spec, params) : spec;
    const dependsOn = (before.get(found.key) ?? []).map(idOf);
    const ignore = role === 'owned' ? [...movesOf(found, asides), ...movedIn(found, moved)] : [];
    const protection = role === 'owned' ? found.type.capturing.protectedBy?.(found.described, found.tags) : undefined;
    return {
      id: idOf(found),
      found,
      fields: {
        type: found.type.traits.type,
        ...(role === 'shared' ? { shared: true } : {}),
        ...(protection === undefined ? {} : { protect: true }),
        ...(dependsOn.length === 0 ? {} : { dependsOn }),
        spec: filled,
        ...(ignore.length === 0 ? {} : { ignore: [...new Set(ignore)] }),
      },
      comments: [
        withoutIds(found.type.describe(found.state)),
        ...because.map((each) => `shared: ${withoutIds(each)}`),
        ...(protection === undefined ? [] : [`protected: AWS has ${protection}`]),
      ],
    };
  });
  return {
    name: called,
    root: idOf(root),
    params: [...params].map(([param, fields]) => ({ name: param, fields })),
    components: inOrder(components, references),
    verify: probesOf(root, members).map(escapeTemplates),
    withheld,
    beyond: members.flatMap(({ found, role }) =>
      role === 'owned' ? found.notRepresented.map((what) => ({ component: idOf(found), what })) : [],
    ),
    needs: [
      ...new Set(
        members.flatMap(({ found, role }) => (role === 'owned' ? found.type.capturing.needs(found.described) : [])),
      ),
    ],
  };
}

function movesOf(found: Found, asides: Captured['asides']): readonly string[] {
  return asides.filter(({ of }) => of.key === found.key).flatMap(({ aside }) => aside.moves ?? []);
}

/** Fields that lead requests to one of those between which somebody else moves them. */
function movedIn({ described, type }: Found, moved: ReadonlySet<string>): readonly string[] {
  return type.capturing.movable.filter((field) => textsIn(described[field]).some(({ text }) => moved.has(text)));
}

/** Pieces that refer to what a piece refers to and that AWS wants to be there before it. */
function mustComeFirst(found: Found, members: readonly Member[], references: References): readonly Found[] {
  const { after } = found.type.capturing;
  if (after.length === 0) return [];
  const own = members.map((each) => each.found).filter((each) => references.refersTo(found, each));
  return members
    .filter(({ found: each, role }) => role === 'owned' && after.includes(each.type.traits.type))
    .map((each) => each.found)
    .filter((each) => own.some((one) => references.refersTo(each, one)) && references.needs(found, each));
}

/** Writes values of which every deployment has its own as parameters. */
function withParams(found: Found, spec: Fields, params: Map<string, Fields>): Fields {
  let current: Json = spec;
  for (const { description, name, path, type } of found.type.capturing.params(found.described)) {
    const value = valueAt(current, path);
    const fits = type === 'integer' ? Number.isInteger(value) : typeof value === 'string' && !value.includes('${');
    if (!fits || params.has(name)) continue;
    params.set(name, { type, default: value ?? null, description });
    current = withValue(current, path, `\${params.${name}}`);
  }
  return current as Fields;
}

function valueAt(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Readonly<Record<string, Json>>)[key] : undefined),
    value,
  );
}

function withValue(value: Json, [key, ...rest]: readonly (string | number)[], put: Json): Json {
  if (key === undefined) return put;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((each, index) => (index === key ? withValue(each, rest, put) : each));
  }
  const fields = value as Fields;
  return { ...fields, [key]: withValue(fields[key] ?? null, rest, put) };
}

/** Shared pieces first, then each after what it needs, as they were found. */
function inOrder(all: readonly ComposedComponent[], references: References): readonly ComposedComponent[] {
  const sorted: ComposedComponent[] = [];
  const add = (each: ComposedComponent): void => {
    if (sorted.includes(each)) return;
    for (const other of all) if (references.refersTo(each.found, other.found)) add(other);
    sorted.push(each);
  };
  for (const each of all) if (each.fields['shared'] === true) add(each);
  for (const each of all) add(each);
  return sorted;
}
