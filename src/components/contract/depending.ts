// What a piece's spec speaks of: names by which it may depend on what another playbook provides.
import type { Reading } from '../../util/leads.ts';

export type { Reading } from '../../util/leads.ts';

export const mentionKinds = [
  /** The value of an environment variable. */
  'environment',
  /** What a container runs. */
  'command',
  /** What a container is asked to tell whether it is healthy. */
  'health-check',
  /** The name of a secret or a parameter. */
  'secret',
  'image',
  /** Where a container's output goes. */
  'log',
  /** What a DNS record leads to. */
  'record',
  /** Any other text of the spec. */
  'setting',
] as const;

export type MentionKind = (typeof mentionKinds)[number];

/** One text of a spec, and what comes of it when what it names does not answer. */
export interface Mention {
  readonly kind: MentionKind;
  /** What reports call it, never its value: `environment LICENCE_BACKEND`. */
  readonly what: string;
  /** Where in the spec: `['containers', 0, 'environment', 'LICENCE_BACKEND']`. */
  readonly path: readonly (string | number)[];
  /** As in the spec, references as written. May be secret: it is looked at and never shown. */
  readonly text: string;
  readonly reading: Reading;
  /** `recovery`: the piece cannot be made or get healthy without it. `running`: it may not do its work without it. */
  readonly holds: 'recovery' | 'running';
}

export interface Depending<Spec = unknown> {
  /**
   * Pure. The texts of a spec that may name what others provide; what a piece of this spec provides itself (a record's own
   * name) is none. Default: all texts but tags and descriptions, as settings.
   */
  mentions(spec: Spec): readonly Mention[];
}
