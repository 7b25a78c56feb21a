// The places of a component that nobody is to read: what the playbook marks and what its type declares.
import type { ComponentType, Difference, Json } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { nothingToRedact, type Redactor } from '../util/redact.ts';
import { hiddenValue } from '../util/secrets.ts';
import { hideBehind, noPathMask, pathMaskBelow, pathMaskOf, type PathMask } from '../util/path-mask.ts';
import type { Assessment } from './assessment.ts';

type Sensitive = Pick<Component, 'sensitive'>;

/** Most components have what their type declares, or nothing. */
const ofTypes = new WeakMap<object, PathMask>();

/** Into the spec, and so into differences. */
export function specPathMask({ sensitive }: Sensitive, type: Pick<ComponentType, 'traits'>): PathMask {
  const declared = type.traits.sensitive;
  if (sensitive.length > 0) return pathMaskOf([...sensitive, ...(declared?.spec ?? [])]);
  if (declared === undefined) return noPathMask;
  let pathMask = ofTypes.get(declared);
  if (pathMask === undefined) ofTypes.set(declared, (pathMask = pathMaskOf(declared.spec)));
  return pathMask;
}

/** Into the facts of a state. What is marked and could be anywhere hides all of them. */
export function factsPathMask({ sensitive }: Sensitive, type: Pick<ComponentType, 'traits' | 'judging'>): PathMask {
  const marked = sensitive.map((path) => type.judging.factsPath?.(path) ?? '*');
  return pathMaskOf([...marked, ...(type.traits.sensitive?.facts ?? [])]);
}

/** Judgements without secret values in their words. */
export function redactedAssessments(
  judged: ReadonlyMap<string, Assessment>,
  redactor: Redactor,
): ReadonlyMap<string, Assessment> {
  if (redactor === nothingToRedact) return judged;
  return new Map([...judged].map(([id, each]) => [id, redactedAssessment(each, redactor)]));
}

/** An assessment without secret values in its words; differences have none since they were made. */
export function redactedAssessment<Judged extends Assessment>(judged: Judged, redactor: Redactor): Judged {
  if (redactor === nothingToRedact) return judged;
  const { text, json } = redactor;
  const { reasons, differences, leftover, found } = judged;
  return {
    ...judged,
    reasons: reasons.map((each) => ({ ...each, text: text(each.text) })),
    differences: differences.map((each) => ({ ...each, desired: json(each.desired), actual: json(each.actual) })),
    leftover: leftover === null ? null : { ...leftover, because: text(leftover.because) },
    found: found === null ? null : text(found),
  };
}

/** A description of what is there, without what stands in marked places now and is not as the playbook wants it. */
export function withoutSeen(text: string, { sensitive }: Sensitive, diff: () => readonly Difference[]): string {
  if (sensitive.length === 0) return text;
  const pathMask = pathMaskOf(sensitive);
  const seen = diff().flatMap(({ path, actual = null }) =>
    hiddenIn(actual, hideBehind(actual, pathMaskBelow(pathMask, path))),
  );
  return seen.toSorted((a, b) => b.length - a.length).reduce((rest, each) => rest.replaceAll(each, hiddenValue), text);
}

/** Texts of a value that its hidden copy does not have. */
function hiddenIn(value: Json, hidden: Json): readonly string[] {
  if (value === hidden || value === null) return [];
  if (typeof value !== 'object') return value === '' ? [] : [String(value)];
  if (typeof hidden !== 'object' || hidden === null) return [JSON.stringify(value)];
  const copy = hidden as Readonly<Record<string, Json>>;
  return Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, each]) =>
    hiddenIn(each, copy[name] ?? null),
  );
}
