// What a piece needs that no component of the playbook is: networks, certificates, roles and the like, made by others.
import type { ReadContext, Scope } from './observing.ts';
import type { ActionScope } from './safety.ts';

/** The kinds that relight can look for. */
export type NeedKind =
  | (
      | 'subnet'
      | 'security-group'
      | 'vpc'
      | 'certificate'
      | 'role'
      | 'secret'
      | 'parameter'
      | 'image'
      | 'key'
      | 'log-group'
      | 'cluster'
      | 'task-definition'
      | 'load-balancer'
      | 'listener'
      | 'target-group'
    )
  /** What AWS keeps and tells nobody: who makes the piece again has to say it. */
  | 'untold';

/** One thing that has to be there before the piece can do its work. */
export interface Need {
  readonly kind: NeedKind;
  /** As the spec names it: an id, an ARN, a name, an image's address. */
  readonly name: string;
  /** Where it has to be, if that is another region than the playbook's. */
  readonly region?: string;
}

/** What a look found of a need. "I could not see" is never "missing". */
export type NeedSeen =
  | { readonly kind: 'there' }
  | {
      readonly kind: 'missing';
      /** `certificate arn:aws:acm:... is not in eu-west-1` */
      readonly what: string;
      /** What the user can do about it, in words. */
      readonly remedy: string;
      /** AWS tells of it still: what is made in its place has another name. */
      readonly spent?: true;
    }
  | {
      readonly kind: 'unseen';
      /** Of what, and why: `whether subnet subnet-1 is there: UnauthorizedOperation: ...` */
      readonly detail: string;
    };

/** What a piece needs, and who can tell whether it is there. */
export interface Needing<Spec = unknown> {
  /** Pure. What a piece of this spec needs; references that are not resolved are left out. Default: nothing. */
  of(spec: Spec): readonly Need[];

  /**
   * Looks whether things are there, all of them in as few calls as AWS allows; an answer for each, in their order. A read that
   * fails makes what it was about `unseen`; nothing is thrown but bugs. Types that have no reader of their own share one, and
   * are asked together.
   */
  readonly see: (needs: readonly Need[], context: ReadContext) => Promise<readonly NeedSeen[]>;

  /** Pure. The actions that `see` takes for these needs, and what each is limited to: `relight permissions`. */
  policy(needs: readonly Need[], scope: Scope): Readonly<Record<string, ActionScope>>;

  /** Loads what `see` takes for needs of these kinds, ahead of its use. */
  load(kinds: Iterable<NeedKind>): Promise<void>;
}
