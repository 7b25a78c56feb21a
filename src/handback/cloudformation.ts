// A run's pieces handed back to stacks of CloudFormation: what to import, under which logical id. Pure.
import type { BeforeImage } from '../run/journal/events.ts';
import { sameJson } from '../util/json.ts';
import { meaningFor, stackOf, toldPieces, type ReturnedPiece, type ReturnedRun, type Untold } from './returned.ts';

/** One resource to import, as `--resources-to-import` wants it [CloudFormation API, ResourceToImport]. */
export interface ResourceToImport {
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly ResourceIdentifier: Readonly<Record<string, string>>;
}

export interface StackImport {
  readonly component: string;
  readonly resource: ResourceToImport;
  /** By which the stack knows it; null where nobody wrote it down. */
  readonly was: Readonly<Record<string, string>> | null;
  /** What others of the template read of it, as it is now: `Ref`, and attributes by their names. */
  readonly values: Readonly<Record<string, string>>;
}

/** A resource of which the stack needs to be told nothing, or nothing that an import tells. */
export interface StackNote {
  readonly component: string;
  /** Null where no tag tells it. */
  readonly logicalId: string | null;
  /** `made again under the same id` */
  readonly because: string;
}

export interface StackHandback {
  readonly stack: string;
  readonly stackId: string | null;
  readonly imports: readonly StackImport[];
  readonly same: readonly StackNote[];
  /** Changed in place: drift, until the template says the same. */
  readonly drifted: readonly StackNote[];
  readonly gone: readonly StackNote[];
  /** Pieces with a new id that cannot be imported, and why. */
  readonly left: readonly StackNote[];
}

export interface CloudFormationHandback {
  readonly stacks: readonly StackHandback[];
  /** Pieces of the run that no stack is known to manage. */
  readonly unmanaged: readonly string[];
  readonly untold: readonly Untold[];
}

export function cloudFormationHandback(run: ReturnedRun): CloudFormationHandback {
  const { told, untold } = toldPieces(run);
  const stacks = new Map<string, Writable>();
  const unmanaged: string[] = [];
  for (const piece of told) {
    const { component } = piece;
    const manager = stackOf(piece, run);
    if (manager === undefined) {
      unmanaged.push(component);
      continue;
    }
    const { logicalId, stack, stackId } = manager;
    const key = stackId ?? stack;
    const own = stacks.get(key) ?? { stack, stackId, imports: [], same: [], drifted: [], gone: [], left: [] };
    stacks.set(key, own);
    const note = (because: string): StackNote => ({ component, logicalId, because });
    switch (meaningFor(piece)) {
      case 'same-id':
        own.same.push(note('made again under the same id'));
        break;
      case 'drift':
        own.drifted.push(note('changed in place'));
        break;
      case 'gone':
        own.gone.push(note('deleted'));
        break;
      case 'new-id': {
        const made = importOf(piece, logicalId);
        if (typeof made === 'string') own.left.push(note(made));
        else if (sameJson(made.was, made.resource.ResourceIdentifier)) own.same.push(note('it has the id that it had'));
        else own.imports.push(made);
        break;
      }
    }
  }
  return { stacks: [...stacks.values()], unmanaged, untold };
}

type Writable = {
  -readonly [Member in keyof StackHandback]: StackHandback[Member] extends readonly (infer Item)[]
    ? Item[]
    : StackHandback[Member];
};

/** Or why it cannot be. */
function importOf({ after, before, component, type }: ReturnedPiece, logicalId: string | null): StackImport | string {
  const kind = type.owners.cloudFormation;
  const identifier = after === undefined ? undefined : kind?.identifier?.(after);
  if (kind === undefined || after === undefined || identifier === undefined) {
    return 'CloudFormation imports none of its kind';
  }
  if (logicalId === null) return 'no tag told its logical id';
  const resource = { ResourceType: kind.type, LogicalResourceId: logicalId, ResourceIdentifier: identifier };
  return { component, resource, was: idOf(before, kind), values: kind.values?.(after) ?? {} };
}

function idOf(
  image: BeforeImage | undefined,
  kind: NonNullable<ReturnedPiece['type']['owners']['cloudFormation']>,
): Readonly<Record<string, string>> | null {
  return image === undefined ? null : (kind.identifier?.(image) ?? null);
}

/** The file for `--resources-to-import`. */
export function resourcesToImport({ imports }: Pick<StackHandback, 'imports'>): readonly ResourceToImport[] {
  return imports.map(({ resource }) => resource);
}
