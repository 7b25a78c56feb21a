// Two services side by side: what AWS says of their pieces as fields in a playbook's words, what differs, and what of that is
// said to differ. Here: from a look to facts. Pure; no secret value gets in.
import { specPathMask } from '../assess/concealed.ts';
import {
  cleaned,
  cleanerOf,
  holdsHidden,
  promisedIn,
  storesOf,
  withoutPromised,
  type Cleaner,
} from '../assess/open-values.ts';
import {
  ownerTags,
  type ComponentType,
  type Json,
  type Observation,
  type Tags,
  type UnknownReason,
} from '../components/contract.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { settingsIn } from '../settings/overlay.ts';
import { rulesOf } from '../settings/rules.ts';
import { sameJson, toJson } from '../util/json.ts';
import { isBelow } from '../util/paths.ts';
import { hideBehind, pathMaskOf, type PathMask } from '../util/path-mask.ts';
import { createRedactor } from '../util/redact.ts';
import { hiddenValue, soundsSecret } from '../util/secrets.ts';

/** What AWS says of one setting. */
export interface FactField {
  /** Secrets in it are `(hidden)`, and so is what stands where secrets usually stand. */
  readonly value: Json;
  /** The value where it is hidden by its place alone: to be compared, and never told. */
  readonly veiled?: () => Json;
  /** A list whose order means nothing to AWS. */
  readonly anyOrder?: true;
  /** What AWS takes where nobody says anything: as good as not set. */
  readonly usual?: true;
}

interface Piece {
  readonly id: string;
  readonly type: string;
  /** Others use it too. */
  readonly shared: boolean;
  /** What it is in AWS, in words: `service wonderland/deployer-api`. */
  readonly called: string;
}

/** One component as facts. */
export type PieceFacts = Piece &
  (
    | {
        readonly kind: 'present';
        /** By path: `containers[api].image`, `tags.team`. Without what only names the piece, and without relight's own tags. */
        readonly fields: ReadonlyMap<string, FactField>;
        /** Fields of which its state says nothing true now: the desired count of a service on its way out. */
        readonly passing: readonly string[];
        /** What it has and no playbook can say, a few words each. */
        readonly beyond: readonly string[];
        /** Fields that could not be read, with what lies below them. */
        readonly unread: readonly string[];
        /**
         * Not all of it was looked at: a setting that is not here may be there all the same. Why that is, where it should have
         * been; null for a shared piece, of which only what a look tells is asked.
         */
        readonly shallow?: { readonly why: string | null };
      }
    /** `via`: the component whose absence tells it. */
    | { readonly kind: 'missing'; readonly detail: string | undefined; readonly via: string | undefined }
    | {
        readonly kind: 'unknown';
        readonly reason: UnknownReason;
        readonly detail: string;
        readonly via: string | undefined;
      }
  );

/** A name by which a piece is known to others. */
export interface OwnName {
  readonly component: string;
  readonly output: string;
  readonly value: string;
  /** No other piece ever has it: an ARN, an id or a DNS name that AWS made. */
  readonly unique: boolean;
}

/** One of two services, as AWS tells it. */
export interface SideFacts {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** By component, in the order of the playbook. */
  readonly pieces: ReadonlyMap<string, PieceFacts>;
  readonly names: readonly OwnName[];
}

/** A playbook and what was seen of its pieces. */
export interface Looked {
  readonly playbook: Playbook;
  readonly observations: Pick<Observations, 'byId' | 'outputs'>;
  /** By component, what a closer look told; nobody looked closer at others. */
  readonly closer: ReadonlyMap<string, Closer>;
  /** Where that was. */
  readonly account: string;
  readonly region: string;
}

export type Closer =
  { readonly kind: 'told'; readonly captured: Json | undefined } | { readonly kind: 'unread'; readonly why: string };

/** The facts of several looks. What is secret in one of them is hidden in all, so that it does not differ by that. */
export function factsOf(looks: readonly Looked[]): readonly SideFacts[] {
  const promised = looks.flatMap((each) => promisedBy(each));
  const redactors = looks.map(({ playbook }) => playbook.secrets.redactor);
  const secrets = new Set([...promised, ...looks.flatMap(({ playbook }) => secretParams(playbook))]);
  const own = createRedactor(() => ({ strong: secrets, implied: [], open: [] }));
  const cleaners: Cleaners = {
    shown: cleanerOf([...redactors, own]),
    // What a piece is called is said in the open, also where something that promises a secret is called alike.
    names: cleanerOf(redactors),
    compared: cleanerOf([own]),
  };
  return looks.map((each) => sideOf(each, cleaners));
}

interface Cleaners {
  /** Of values that are told. */
  readonly shown: Cleaner;
  readonly names: Cleaner;
  /** Of values that are compared: without secrets, but with what only stands where secrets usually stand. */
  readonly compared: Cleaner;
}

function secretParams({ params, secrets }: Playbook): readonly string[] {
  return Object.entries(params).flatMap(([name, value]) => (secrets.params.has(name) ? [String(value)] : []));
}

function lookupIn({ observations }: Looked): OutputLookup {
  return (component, output) => observations.outputs.get(component)?.[output];
}

function promisedBy(looked: Looked): readonly string[] {
  const { observations, playbook } = looked;
  return [...playbook.components.values()].flatMap((component) => {
    const seen = observations.byId.get(component.id);
    if (seen?.kind !== 'present') return [];
    const type = typeOf(component, playbook.types);
    const spec = resolveReferences(component.spec, lookupIn(looked));
    return promisedIn(describedIn(type, spec, seen.state, looked.closer.get(component.id)).spec, component, type);
  });
}

function sideOf(looked: Looked, cleaners: Cleaners): SideFacts {
  const { account, observations, playbook, region } = looked;
  const components = [...playbook.components.values()];
  return {
    account,
    region,
    pieces: new Map(components.map((each) => [each.id, pieceOf(each, looked, cleaners)])),
    names: components.flatMap((component) => {
      const { outputs } = typeOf(component, playbook.types).traits;
      return Object.entries(observations.outputs.get(component.id) ?? {}).flatMap(([output, value]) => {
        if (value === undefined || value === '') return [];
        const isMade = outputs[output]?.onReplace === 'new';
        return [{ component: component.id, output, value, unique: isMade || value.startsWith('arn:') }];
      });
    }),
  };
}

function pieceOf(component: Component, looked: Looked, cleaners: Cleaners): PieceFacts {
  const { names, shown: clean } = cleaners;
  const { observations, playbook } = looked;
  const type = typeOf(component, playbook.types);
  const spec = resolveReferences(component.spec, lookupIn(looked));
  const called = names(type.identity(spec));
  const piece = { id: component.id, type: component.type, shared: component.shared, called };
  const seen = observations.byId.get(component.id) ?? unanswered;
  switch (seen.kind) {
    case 'unknown':
      return { ...piece, kind: 'unknown', reason: seen.reason, detail: clean(seen.detail), via: seen.via };
    case 'absent': {
      const detail = seen.detail === undefined ? undefined : clean(seen.detail);
      return { ...piece, kind: 'missing', detail, via: seen.via };
    }
    case 'present': {
      const { state, tags } = seen;
      const closer = looked.closer.get(component.id);
      const described = describedIn(type, spec, state, closer);
      const words = described.notRepresented.map((each) => ({ each, path: unreadPath.exec(each)?.[1] }));
      const fields = new Map([
        ...fieldsOf(component, type, described.spec, state, cleaners),
        ...tagFields(tags, clean).map(([key, value]) => [key, { value }] as const),
      ]);
      return {
        ...piece,
        kind: 'present',
        fields,
        passing: type.settings.passing(state),
        beyond: words.flatMap(({ each, path }) => (path === undefined ? [clean(each)] : [])).toSorted(),
        unread: words.flatMap(({ path }) => path ?? []),
        ...(closer?.kind === 'told' ? {} : { shallow: { why: closer === undefined ? null : clean(closer.why) } }),
      };
    }
  }
}

const unanswered: Observation<unknown> = { kind: 'unknown', reason: 'invalid', detail: 'nobody looked at it', at: 0 };

interface Described {
  readonly spec: unknown;
  readonly notRepresented: readonly string[];
}

/** A type says of a field that it could not read in these words. */
const unreadPath = /^([\w.[\]-]+), which could not be read$/;

function describedIn(type: ComponentType, spec: unknown, state: unknown, closer: Closer | undefined): Described {
  const captured = closer?.kind === 'told' ? closer.captured : undefined;
  const { notRepresented, spec: described } = type.undo.specOf(spec, state, captured);
  return { spec: type.settings.plainly(described), notRepresented };
}

function fieldsOf(
  component: Component,
  type: ComponentType,
  described: unknown,
  state: unknown,
  { compared, shown }: Cleaners,
): readonly (readonly [string, FactField])[] {
  const rules = rulesOf(type);
  const stores = storesOf(type, described);
  const without = (mask: PathMask, clean: Cleaner): ReadonlyMap<string, unknown> =>
    settingsIn(cleaned(withoutPromised(hideBehind(toJson(described), mask), stores), clean), rules);
  const told = without(specPathMask(component, type), shown);
  const comparable = without(pathMaskOf(component.sensitive), compared);
  const plain = settingsIn(described, rules);
  const { naming } = type.settings;
  return [...told].flatMap(([path, each]) => {
    if (naming.some((name) => isBelow(path, name))) return [];
    const value = each as Json;
    const open = comparable.get(path) as Json | undefined;
    const field: FactField = {
      value,
      ...(holdsHidden(value) && open !== undefined && !holdsHidden(open) ? { veiled: () => open } : {}),
      ...(Array.isArray(value) && !isOrdered(type, described, state, path) ? { anyOrder: true } : {}),
      ...(type.settings.isUsual(path, plain.get(path), state) ? { usual: true } : {}),
    };
    return [[path, field]];
  });
}

/** Does the order of this list mean something? Its type knows: it is asked what differs once the list is turned around. */
function isOrdered(type: ComponentType, described: unknown, state: unknown, path: string): boolean {
  const turned = withTurned(described, path, rulesOf(type));
  if (turned === undefined) return true;
  return type.diff(turned, state).length > 0;
}

/** With the list at a path turned around; undefined where that makes no difference. */
function withTurned(spec: unknown, path: string, rules: ReturnType<typeof rulesOf>): unknown {
  const list = settingsIn(spec, rules).get(path);
  if (!Array.isArray(list)) return undefined;
  const other: readonly unknown[] = list.toReversed();
  if (sameJson(list, other)) return undefined;
  const walk = (part: unknown): unknown => {
    if (part === list) return other;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, walk(each)]));
  };
  return walk(spec);
}

/** Relight's own tags say whose a piece is, which differs; that it is protected is a fact about it. */
function tagFields(tags: Tags | undefined, clean: Cleaner): readonly (readonly [string, Json])[] {
  return Object.entries(tags ?? {}).flatMap(([key, value]) => {
    const isProtection = key === ownerTags.protect && value === 'true';
    if ((key.startsWith('relight:') && !isProtection) || key.startsWith('aws:')) return [];
    return [[`tags.${clean(key)}`, soundsSecret(key) ? hiddenValue : cleaned(value, clean)]];
  });
}
