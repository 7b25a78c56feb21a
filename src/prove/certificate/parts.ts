// What of a playbook a proof is about. Pure.
import { canonicalJson, digestOf } from '../../playbook/digest.ts';
import type { Playbook } from '../../playbook/model.ts';

/**
 * What a proof is about, part by part; a field that is added to playbooks must be named here. Left out
 * is what cannot change a recovery: who the playbook belongs to and how it is described, where it and its known good are kept, how
 * young its proof must be, how it may differ from others, which table a scan looks into, which names it provides, and what must answer beside AWS. Secret values
 * are left out too, as in the playbook's digest.
 */
const partsBy: Readonly<Record<keyof Playbook, (playbook: Playbook) => Readonly<Record<string, unknown>>>> = {
  metadata: ({ metadata }) => ({ 'metadata.name': metadata.name }),
  objectives: ({ objectives }) => ({ objectives }),
  target: ({ target }) => ({ target }),
  params: ({ params, secrets }) =>
    Object.fromEntries(
      Object.entries(params).flatMap(([name, value]) => (secrets.params.has(name) ? [] : [[`param ${name}`, value]])),
    ),
  recovery: ({ recovery }) => ({ recovery: without(recovery, ['knownGood', 'needs']) }),
  guards: ({ guards }) => ({ guards: without(guards, ['requireProof']) }),
  lock: ({ lock }) => ({ lock }),
  root: ({ root }) => ({ root: root ?? null }),
  components: ({ components }) =>
    Object.fromEntries(
      [...components.values()].map((each) => [`component ${each.id}`, without(each, [...places, 'description'])]),
    ),
  provides: () => ({}),
  placeOf: () => ({}),
  verify: ({ verify }) => ({ verify: verify.map((each) => without(each, places)) }),
  // Which types from outside it was proved with stands beside the tool's version.
  types: () => ({}),
  expected: () => ({}),
  inventory: () => ({}),
  file: () => ({}),
  digest: () => ({}),
  documentDigest: () => ({}),
  secrets: () => ({}),
};

/** Where something stands in the file does not matter. */
const places = ['position', 'references'];

/** Parts that a certificate knows and that leave the recoveries proved: what they are measured by, and where runs meet. */
export const leavesProved: ReadonlySet<string> = new Set(['objectives', 'lock']);

function without(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** A digest of each part: `component service`, `recovery`, `param image`. */
export function partsOf(playbook: Playbook): Readonly<Record<string, string>> {
  const digest = (value: unknown): string => digestOf(playbook.secrets.redactor.text(canonicalJson(value)));
  const parts = Object.values(partsBy).flatMap((each) => Object.entries(each(playbook)));
  return Object.fromEntries(parts.map(([name, value]) => [name, digest(value)]));
}

/** One digest of all that must be as it was when it was proved. */
export function provedDigest(playbook: Playbook): string {
  return digestOf(Object.fromEntries(Object.entries(partsOf(playbook)).filter(([name]) => !leavesProved.has(name))));
}
