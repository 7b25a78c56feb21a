// What a rehearsal and a proof must know of a type to try it out in a sandbox.
import type { Target } from './observing.ts';

/** Something that a spec takes for granted and that no component stands for; `sandbox seed` makes it. */
export type Presumption =
  | { readonly kind: 'subnet' | 'security-group' | 'vpc'; readonly id: string }
  | { readonly kind: 'certificate'; readonly arn: string }
  | { readonly kind: 'hosted-zone'; readonly name: string };

/** How pieces of a type are brought into a sandbox. */
export interface Rehearsal<Spec = unknown> {
  /**
   * For a shared piece of which the playbook gives little more than the name: a full spec such as it could have, so that
   * a sandbox can be seeded with it. `others` are the specs of the playbook's other components. Default: the spec itself.
   */
  standIn(target: Target<Spec>, others: readonly { readonly type: string; readonly spec: unknown }[]): Spec;

  /** What a spec takes for granted; empty unless told. */
  presumes(spec: Spec): readonly Presumption[];
}
