// The places of a component that nobody is to read: what the playbook marks and what its type declares.
import type { ComponentType } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import type { Redactor } from '../util/redact.ts';
import { nothingToRedact } from '../util/redact.ts';
import { noVeil, veilOf, type Veil } from '../util/veil.ts';
import type { Assessment } from './assessment.ts';

type Sensitive = Pick<Component, 'sensitive'>;

/** Most components have what their type declares, or nothing. */
const ofTypes = new WeakMap<object, Veil>();

/** Into the spec, and so into differences. */
export function specVeil({ sensitive }: Sensitive, type: Pick<ComponentType, 'sensitive'>): Veil {
  const declared = type.sensitive;
  if (sensitive.length > 0) return veilOf([...sensitive, ...(declared?.spec ?? [])]);
  if (declared === undefined) return noVeil;
  let veil = ofTypes.get(declared);
  if (veil === undefined) ofTypes.set(declared, (veil = veilOf(declared.spec)));
  return veil;
}

/** Into the facts of a state. What is marked and could be anywhere hides all of them. */
export function factsVeil({ sensitive }: Sensitive, type: Pick<ComponentType, 'sensitive' | 'factsPath'>): Veil {
  const marked = sensitive.map((path) => type.factsPath?.(path) ?? '*');
  return veilOf([...marked, ...(type.sensitive?.facts ?? [])]);
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
