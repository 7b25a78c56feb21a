// What the playbook language needs to know of component types. Types come in from outside: this folder names none.
import type { SpecSchema } from '../../components/contract.ts';

export interface PlaybookTraits {
  /** `elbv2/listener` */
  readonly type: string;
  /** Validates and completes a spec whose component references are still text. */
  readonly schema: SpecSchema;
  /** Outputs by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** May be used with `shared: true`. */
  readonly shareable: boolean;
  /** May be created and deleted by a playbook; otherwise `shared: true` is a must. */
  readonly ownable: boolean;
  /** Top-level spec fields that an owned component needs and a shared one may leave out; a list means one of its fields. */
  readonly requiredWhenOwned?: readonly (string | readonly string[])[];
  /** Spec paths below which null is a value as any other, and takes nothing away. */
  readonly nulls?: readonly string[];
  /**
   * Spec paths whose values nobody is to read; `*` stands for any key or index. `onlyByParam`: top-level fields whose values
   * come from sensitive parameters.
   */
  readonly sensitive?: { readonly spec: readonly string[]; readonly onlyByParam?: readonly string[] };
}

/** The part of a component type that a playbook is checked against; `ComponentType` has all of it. */
export interface PlaybookComponentType {
  readonly traits: PlaybookTraits;
  readonly judging: {
    /** The spec with a marker of whose the piece is in it; only kinds without tags have one. */
    marked?(spec: unknown, marker: { readonly playbook: string; readonly component: string }): unknown;
  };
  /** Two components with equal identities claim the same piece. */
  identity?(spec: unknown): string | undefined;
}

export type ComponentTypeCatalog = ReadonlyMap<string, PlaybookComponentType>;
