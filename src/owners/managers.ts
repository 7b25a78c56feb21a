// Who manages a piece beside relight: a stack by its tags, a Terraform state by its address; and what a change by relight is to
// them. Pure.
import type { ComponentType, Observation, Tags } from '../components/contract.ts';

/** CloudFormation puts these tags on what a stack makes [CloudFormation user guide, "Resource tag"]. */
const stackTags = {
  stack: 'aws:cloudformation:stack-name',
  stackId: 'aws:cloudformation:stack-id',
  logicalId: 'aws:cloudformation:logical-id',
} as const;

/** A stack of CloudFormation, whoever wrote its template: CDK and SAM are stacks too. */
export interface StackManager {
  readonly tool: 'cloudformation';
  readonly stack: string;
  /** Null where only the name is told. */
  readonly stackId: string | null;
  /** Null where the tag is not there. */
  readonly logicalId: string | null;
}

export interface TerraformManager {
  readonly tool: 'terraform';
  readonly address: string;
  /** The file that told it, as the user wrote it. */
  readonly state: string;
}

export type Manager = StackManager | TerraformManager;

/**
 * What a change is to whoever manages the piece. `new-id`: it goes by an id that is new, and has to be told. `same-id`: it was
 * made again under the id that it had. `drift`: it was changed in place, and whoever manages it does not know. `gone`: it is
 * deleted, and still in their record.
 */
export type Meaning = 'new-id' | 'same-id' | 'drift' | 'gone';

/** A manager of a piece that a plan changes, and what the change is to it. */
export type Managed = Manager & { readonly meaning: Meaning };

/** The stack that a piece's tags name. */
export function stackIn(tags: Tags | undefined): StackManager | undefined {
  const stack = tags?.[stackTags.stack];
  if (tags === undefined || stack === undefined) return undefined;
  const { [stackTags.logicalId]: logicalId = null, [stackTags.stackId]: stackId = null } = tags;
  return { tool: 'cloudformation', stack, stackId, logicalId };
}

/**
 * The tags by which a piece tells its stack: those that it has, else those of what is left of it, else those that it is
 * remembered to have had.
 */
export function tellingTags(seen: Observation<unknown> | undefined, remembered: Tags | undefined): Tags | undefined {
  if (seen?.kind === 'present') return seen.tags;
  return (seen?.kind === 'absent' ? seen.remains?.tags : undefined) ?? remembered;
}

/** @param change what becomes of the piece; undefined where it is not changed */
export function meaningOf(
  type: ComponentType,
  change: 'create' | 'replace' | 'update' | 'delete' | undefined,
): Meaning | undefined {
  const trait = type.owners.by === undefined ? undefined : type.traits.outputs[type.owners.by];
  switch (change) {
    case 'create':
    case 'replace':
      return trait?.onReplace === 'new' ? 'new-id' : 'same-id';
    case 'update':
      return trait?.onUpdate === 'new' ? 'new-id' : 'drift';
    case 'delete':
      return 'gone';
    case undefined:
      return undefined;
  }
}
