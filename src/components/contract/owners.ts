// Whom a piece may belong to beside relight: Terraform, CloudFormation. What they call its kind, and by what they know it.
import type { Json } from '../../util/json.ts';
import type { Tags } from './observing.ts';

/** A resource's attributes as a Terraform state holds them, by the provider's names. */
export type TerraformAttributes = Readonly<Record<string, Json>>;

/** What else a Terraform state holds. */
export interface TerraformNeighbours {
  /**
   * Attributes of the first resource or data source of one of these types in which this attribute has this value; undefined
   * where the state has none.
   */
  find(types: readonly string[], attribute: string, value: string): TerraformAttributes | undefined;
}

/** A piece as an owner's record tells of it. */
export interface StatedPiece<Spec = unknown, State = unknown> {
  /** By which it is found: its locators, in a playbook's words. */
  readonly spec: Spec;
  /** As `observe` would tell it, as far as the record goes. It may hold secrets. */
  readonly state: State;
  /** As `undo.capture` would tell it, of a type that has one; undefined where the record has nothing of it. */
  readonly captured?: Json;
  /** Undefined where the kind of resource carries no tags. */
  readonly tags: Tags | undefined;
}

/** What Terraform's AWS provider has of this kind. */
export interface TerraformKind<Spec = unknown, State = unknown> {
  /** Names of the resource: `aws_lb`, and its aliases (`aws_alb`). The first one is the usual one. */
  readonly resources: readonly string[];
  /** Pure. The piece that a resource of a state tells of; undefined where it says too little. */
  pieceOf(attributes: TerraformAttributes, others: TerraformNeighbours): StatedPiece<Spec, State> | undefined;
  /**
   * Pure. What `terraform import` and an import block want for a piece; undefined where it cannot be told. Left out where the
   * provider imports none of the kind.
   */
  importId?(piece: Pick<StatedPiece<Spec, State>, 'spec' | 'state'>): string | undefined;
  /** Attributes that only AWS sets and that name other pieces: they follow by themselves. None unless told. */
  readonly follow?: readonly string[];
  /** What is to be known of the first plan after an import, a sentence without a full stop. Nothing unless told. */
  readonly afterImport?: string;
}

/** What CloudFormation has of this kind. */
export interface CloudFormationKind<Spec = unknown, State = unknown> {
  /** `AWS::ElasticLoadBalancingV2::LoadBalancer` */
  readonly type: string;
  /**
   * Pure. The primary identifier of a piece, by the names of its properties, as `--resources-to-import` wants it; undefined
   * where it cannot be told. Left out where CloudFormation imports none of the kind.
   */
  identifier?(piece: Pick<StatedPiece<Spec, State>, 'spec' | 'state'>): Readonly<Record<string, string>> | undefined;
  /**
   * Pure. What other resources of a template may read of it: `Ref`, and attributes of `Fn::GetAtt` by their names. Left out where
   * nothing of it is new in a piece that is made anew.
   */
  values?(piece: Pick<StatedPiece<Spec, State>, 'spec' | 'state'>): Readonly<Record<string, string>>;
}

/** How those call a piece that keep a record of it beside relight. */
export interface Owners<Spec = unknown, State = unknown> {
  readonly terraform?: TerraformKind<Spec, State>;
  readonly cloudFormation?: CloudFormationKind<Spec, State>;
  /**
   * The output by which they know it: where that is new after a replacement (`traits.outputs`), they have to be told. Undefined
   * where they go by names, which stay.
   */
  readonly by?: string;
}
