// A piece as a table may hold it: in a playbook's words, without anything that is secret. What is taken out is named, so that
// nobody takes what is left for all of it.
import { z } from 'zod';
import { factsPathMask, specPathMask } from '../../assess/concealed.ts';
import type { ComponentType, Json, Observation, Tags } from '../../components/contract.ts';
import { factsIn } from '../../observe/facts.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component } from '../../playbook/model.ts';
import { recalledBase, type Recalled } from '../../settings/base.ts';
import { settingsIn, withoutSettings } from '../../settings/overlay.ts';
import { rulesOf } from '../../settings/rules.ts';
import { toJson } from '../../util/json.ts';
import { followsFlag, holdsCredential } from '../../util/credential-shapes.ts';
import { conceal, hideBehind, pathMaskOf } from '../../util/path-mask.ts';
import { createRedactor, scrubCredentials, type Redactor } from '../../util/redact.ts';
import {
  changedList,
  changedMap,
  hiddenValue,
  isList,
  namesSecret,
  soundsSecret,
  withSecretMembersHidden,
} from '../../util/secrets.ts';

export const wordedSchema = z.object({
  type: z.string(),
  /** What the piece is found by. */
  locators: z.record(z.string(), z.json()),
  spec: z.json(),
  notRepresented: z.array(z.string()),
  /** Settings that hold secrets, by their paths: their values are not here. */
  withheld: z.array(z.string()),
  tags: z.record(z.string(), z.string()).nullable(),
});

export type WordedPiece = z.infer<typeof wordedSchema>;

/** A piece with what it is one of. */
export interface PieceOf {
  readonly component: Component;
  readonly type: ComponentType;
  readonly recalled: Recalled;
}

/** Takes secrets out of texts: those of the playbook, and what looks like a credential. */
type Cleaner = (text: string) => string;

function cleanerOf(redactors: readonly Redactor[]): Cleaner {
  return (text) => {
    const clean = scrubCredentials(redactors.reduce((rest, each) => each.text(rest), text));
    return holdsCredential(clean) ? hiddenValue : clean;
  };
}

/** One that knows too what pieces hold in places that promise a secret: the same may stand anywhere else in the open. */
function strictCleanerOf(redactor: Redactor, promised: readonly string[]): Cleaner {
  return cleanerOf([redactor, createRedactor(() => ({ strong: new Set(promised), implied: [], open: [] }))]);
}

/** @returns undefined where what the piece is found by is secret itself */
export function wordsOf(pieces: readonly PieceOf[], redactor: Redactor): ReadonlyMap<string, WordedPiece | undefined> {
  const bases = pieces.map((each) => ({ ...each, base: recalledBase(each.type, each.recalled) }));
  const promised = bases.flatMap(({ base, component, type }) => promisedIn(base.spec, component, type));
  const clean = strictCleanerOf(redactor, promised);
  // What a piece is found by is said in the open, also where something that promises a secret is called alike.
  const cleanName = cleanerOf([redactor]);
  return new Map(
    bases.map(({ base, component, recalled, type }) => {
      const mask = specPathMask(component, type);
      const found = cleaned(conceal(toJson(recalled.spec), mask), cleanName);
      const locators = type.traits.locators.flatMap((name) => {
        const value = (found as Readonly<Record<string, Json>> | null)?.[name];
        return value === undefined ? [] : ([[name, value]] as const);
      });
      if (locators.some(([, value]) => holdsHidden(value))) return [component.id, undefined];
      const concealed = cleaned(withoutPromised(hideBehind(toJson(base.spec), mask), storesOf(type, base.spec)), clean);
      const rules = rulesOf(type);
      const hidden = [...settingsIn(concealed, rules)].flatMap(([path, each]) =>
        holdsHidden(each as Json) ? [path] : [],
      );
      const tags = tagsOf(base.tags, clean);
      const worded: WordedPiece = {
        type: component.type,
        locators: Object.fromEntries(locators) as WordedPiece['locators'],
        spec: (withoutSettings(concealed, rules, (_path, each) => holdsHidden(each as Json)) ??
          {}) as WordedPiece['spec'],
        notRepresented: base.notRepresented.map(clean),
        withheld: [...hidden, ...tags.withheld].map(clean),
        tags: tags.kept,
      };
      return [component.id, worded];
    }),
  );
}

/** A piece as it was seen. */
export interface SeenPiece {
  readonly component: Component;
  readonly type: ComponentType;
  readonly seen: Observation<unknown> | undefined;
}

/** What of pieces stays the same while nobody touches them, but for their secrets: none can be guessed from it. */
export function openFacts(pieces: readonly SeenPiece[], redactor: Redactor): string {
  const all = pieces.map(({ component, seen, type }) => {
    if (seen === undefined) return { id: component.id };
    const { presence, state, tags } = factsIn(type, seen);
    const value = toJson(state);
    const hidden = withoutPromised(hideBehind(value, factsPathMask(component, type)), new Set());
    return { id: component.id, presence, value, hidden, tags: toJson(tags) };
  });
  const promised = all.flatMap(({ hidden = null, value = null }) => textsApart(value, hidden));
  const clean = strictCleanerOf(redactor, promised);
  return digestOf(
    Object.fromEntries(
      all.map(({ hidden, id, presence, tags }) => [
        id,
        presence === undefined
          ? ''
          : {
              presence,
              facts: cleaned(hidden ?? null, clean),
              tags: cleaned(withSecretMembersHidden(tags ?? null), clean),
            },
      ]),
    ),
  );
}

/** @param at milliseconds since the epoch */
export function recalledFrom(worded: WordedPiece, at: number, outputs: Recalled['outputs']): Recalled {
  const { locators, notRepresented, spec, tags, withheld } = worded;
  return {
    source: 'known-good',
    at,
    spec: locators,
    state: null,
    captured: null,
    tags: tags ?? undefined,
    outputs,
    worded: { spec, notRepresented, withheld },
  };
}

/** Outputs without those that hold a secret. */
export function openOutputs(outputs: Recalled['outputs'], redactor: Redactor): Record<string, Record<string, string>> {
  const clean = cleanerOf([redactor]);
  return Object.fromEntries(
    [...outputs].map(([id, own]) => [
      id,
      Object.fromEntries(
        Object.entries(own).flatMap(([name, value]) =>
          value === undefined || clean(value) !== value ? [] : [[name, value]],
        ),
      ),
    ]),
  );
}

/** Texts that stand where the playbook marks a secret, or under a name that promises one. */
function promisedIn(spec: unknown, { sensitive }: Component, type: ComponentType): readonly string[] {
  const value = toJson(spec);
  return textsApart(value, withoutPromised(hideBehind(value, pathMaskOf(sensitive)), storesOf(type, spec)));
}

/** Texts of a value that its hidden copy does not have. */
function textsApart(open: Json, closed: Json): readonly string[] {
  if (open === closed) return [];
  if (typeof open !== 'object' || open === null) return typeof open === 'string' ? [open] : [];
  if (closed === hiddenValue) return Object.values(open).flatMap((each: Json) => textsApart(each, hiddenValue));
  return Object.entries(open).flatMap(([name, each]) =>
    textsApart(each, (closed as Readonly<Record<string, Json>>)[name] ?? null),
  );
}

/** What a piece names of stores of secrets and parameters. */
function storesOf(type: ComponentType, spec: unknown): ReadonlySet<string> {
  return new Set(type.needs.of(spec).map((each) => each.name));
}

/**
 * Hides what stands under names that promise a secret, but for what only names one: a task definition's `secrets` say where
 * the values are, and a piece that is made again needs them.
 */
function withoutPromised(value: Json, stores: ReadonlySet<string>): Json {
  const onlyNames = (each: Json): boolean => {
    if (typeof each === 'object' && each !== null) return Object.values(each).every(onlyNames);
    return typeof each === 'string' && (each.startsWith('arn:') || stores.has(each));
  };
  const walk = (each: Json): Json => {
    if (typeof each !== 'object' || each === null) return each;
    if (isList(each)) return changedList(each, walk);
    const paired = namesSecret(each);
    return changedMap(each, (member, name) => {
      if (!soundsSecret(name) && !(paired && /^values?$/i.test(name))) return walk(member);
      return onlyNames(member) ? member : hiddenValue;
    });
  };
  return walk(value);
}

/** The value with each text that holds a secret, and each member whose name does, hidden. */
function cleaned(value: Json, clean: Cleaner): Json {
  if (typeof value === 'string') return clean(value) === value ? value : hiddenValue;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    return changedList(value, (each, index) => {
      const before = value[index - 1];
      const isArgument = typeof each === 'string' && typeof before === 'string' && followsFlag(before, each);
      return isArgument ? hiddenValue : cleaned(each, clean);
    });
  }
  const isOpen = Object.keys(value).every((name) => clean(name) === name);
  if (isOpen) return changedMap(value, (each) => cleaned(each, clean));
  const named = Object.entries(value).map(([name, each]) =>
    clean(name) === name ? [name, cleaned(each, clean)] : [hiddenValue, hiddenValue],
  );
  return Object.fromEntries(named) as { readonly [key: string]: Json };
}

function holdsHidden(value: Json): boolean {
  if (value === hiddenValue) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsHidden);
}

function tagsOf(
  tags: Tags | undefined,
  clean: Cleaner,
): { readonly kept: Record<string, string> | null; readonly withheld: readonly string[] } {
  if (tags === undefined) return { kept: null, withheld: [] };
  const isOpen = ([key, value]: readonly [string, string]): boolean =>
    !soundsSecret(key) && clean(key) === key && clean(value) === value;
  const all = Object.entries(tags);
  return {
    kept: Object.fromEntries(all.filter(isOpen)),
    withheld: all.filter((each) => !isOpen(each)).map(([key]) => `tag ${key}`),
  };
}
