// Values as others may read them: without anything that is secret, by where it stands, by what it is called, by what it is,
// or by its shape. Pure.
import type { ComponentType, Json } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { followsFlag, holdsCredential } from '../util/credential-shapes.ts';
import { toJson } from '../util/json.ts';
import { hideBehind, pathMaskOf } from '../util/path-mask.ts';
import { createRedactor, scrubCredentials, type Redactor } from '../util/redact.ts';
import { changedList, changedMap, hiddenValue, isList, namesSecret, soundsSecret } from '../util/secrets.ts';

/** Takes secrets out of texts: those of the playbook, and what looks like a credential. */
export type Cleaner = (text: string) => string;

export function cleanerOf(redactors: readonly Redactor[]): Cleaner {
  return (text) => {
    const clean = scrubCredentials(redactors.reduce((rest, each) => each.text(rest), text));
    return holdsCredential(clean) ? hiddenValue : clean;
  };
}

/** One that knows too what pieces hold in places that promise a secret: the same may stand anywhere else in the open. */
export function strictCleanerOf(redactor: Redactor, promised: readonly string[]): Cleaner {
  return cleanerOf([redactor, createRedactor(() => ({ strong: new Set(promised), implied: [], open: [] }))]);
}

/** Texts that stand where the playbook marks a secret, or under a name that promises one. */
export function promisedIn(spec: unknown, { sensitive }: Component, type: ComponentType): readonly string[] {
  const value = toJson(spec);
  return textsApart(value, withoutPromised(hideBehind(value, pathMaskOf(sensitive)), storesOf(type, spec)));
}

/** Texts of a value that its hidden copy does not have. */
export function textsApart(open: Json, closed: Json): readonly string[] {
  if (open === closed) return [];
  if (typeof open !== 'object' || open === null) return typeof open === 'string' ? [open] : [];
  if (closed === hiddenValue) return Object.values(open).flatMap((each: Json) => textsApart(each, hiddenValue));
  return Object.entries(open).flatMap(([name, each]) =>
    textsApart(each, (closed as Readonly<Record<string, Json>>)[name] ?? null),
  );
}

/** What a piece names of stores of secrets and parameters. */
export function storesOf(type: ComponentType, spec: unknown): ReadonlySet<string> {
  return new Set(type.needs.of(spec).map((each) => each.name));
}

/**
 * Hides what stands under names that promise a secret, but for what only names one: a task definition's `secrets` say where
 * the values are, and a piece that is made again needs them.
 */
export function withoutPromised(value: Json, stores: ReadonlySet<string>): Json {
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
export function cleaned(value: Json, clean: Cleaner): Json {
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

export function holdsHidden(value: Json): boolean {
  if (value === hiddenValue) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsHidden);
}
