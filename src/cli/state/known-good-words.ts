// A piece as a table may hold it: in a playbook's words, without anything that is secret. What is taken out is named, so that
// nobody takes what is left for all of it.
import { z } from 'zod';
import { factsPathMask, specPathMask } from '../../assess/concealed.ts';
import {
  cleaned,
  cleanerOf,
  holdsHidden,
  promisedIn,
  storesOf,
  strictCleanerOf,
  textsApart,
  withoutPromised,
  type Cleaner,
} from '../../assess/open-values.ts';
import type { ComponentType, Json, Observation, Tags } from '../../components/contract.ts';
import { factsIn } from '../../observe/facts.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component } from '../../playbook/model.ts';
import { recalledBase, type Recalled } from '../../settings/base.ts';
import { settingsIn, withoutSettings } from '../../settings/overlay.ts';
import { rulesOf } from '../../settings/rules.ts';
import { toJson } from '../../util/json.ts';
import { conceal, hideBehind } from '../../util/path-mask.ts';
import type { Redactor } from '../../util/redact.ts';
import { soundsSecret, withSecretMembersHidden } from '../../util/secrets.ts';

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
