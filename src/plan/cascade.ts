// What AWS would take away with a piece that is deleted: nobody has asked for that to be deleted, so it must be the
// playbook's own and be going anyway. Pure.
import { ownerTags, type CascadedPiece, type ComponentType, type Observation } from '../components/contract.ts';
import { typeOf, type Outputs } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';
import { unreachable } from '../util/unreachable.ts';

/** What is known of the world and of the plan when it is asked. */
export interface CascadeView {
  readonly playbook: Playbook;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** A component's outputs, as they are known now and as they were. */
  readonly outputs: (component: string) => readonly Outputs[];
  /** So many backends a component has at the most; undefined when it is not there. */
  readonly backends: (component: string) => number | undefined;
  /** It is gone, or the same plan deletes it. */
  readonly goes: (component: string) => boolean;
}

/** Why a piece must stay. */
export interface CascadeObstacle {
  /** `listener HTTP:8443, which is in no component` */
  readonly what: string;
  /** The component that it is, where it is one. */
  readonly component: string | undefined;
  /** What it is to AWS, where consent is a way on. What is foreign or protected is never deleted, whoever accepts it. */
  readonly acceptable: string | undefined;
  /** What its loss comes to, where it cannot be moved elsewhere first. */
  readonly lost?: string | undefined;
}

/** In words. */
export function deletedWithIt({ lost, what }: CascadeObstacle): string {
  return `${what}, would be deleted with it${lost === undefined ? '' : `, and ${lost}`}`;
}

/** What stands in the way of the component's delete; first what nobody can lift. */
export function cascadeObstacles(
  component: string,
  pieces: readonly CascadedPiece[],
  view: CascadeView,
): readonly CascadeObstacle[] {
  const guarded = pieces.flatMap((each): readonly CascadeObstacle[] => {
    const what = guardedText(each, view);
    return what === undefined ? [] : [{ what, component: undefined, acceptable: undefined }];
  });
  const obstacles = [
    ...pieces.flatMap((each) => obstacleAmong(component, each, view) ?? []),
    ...strangersAmong(component, pieces, view),
  ];
  return [
    ...guarded,
    ...obstacles.filter((each) => each.acceptable === undefined),
    ...obstacles.filter((each) => each.acceptable !== undefined),
  ];
}

/** What its tags say against it. */
function guardedText({ tags, what }: CascadedPiece, { playbook }: CascadeView): string | undefined {
  const owner = tags?.[ownerTags.playbook];
  if (tags?.[ownerTags.protect] === 'true') return `${what}, which is protected by its tag ${ownerTags.protect}`;
  if (owner === undefined || owner === playbook.metadata.name) return undefined;
  return `${what}, which belongs to playbook ${owner}`;
}

function obstacleAmong(component: string, piece: CascadedPiece, view: CascadeView): CascadeObstacle | undefined {
  const { id, kind, lost, what, within } = piece;
  const unlisted = { what: `${what}, which is in no component`, component: undefined, acceptable: id, lost };
  switch (kind) {
    case 'part':
      return undefined;
    case 'backend':
      return registeredIn(component, view) === undefined ? unlisted : undefined;
    case 'piece': {
      const claimant = claimantOf(id, view);
      if (claimant !== undefined) {
        const stays = { what: `${claimant} (${what}), which stays`, component: claimant, acceptable: undefined };
        return view.goes(claimant) ? undefined : stays;
      }
      // What lives in another component of the playbook is judged with that one.
      const container = within === undefined ? undefined : claimantOf(within, view);
      return container !== undefined && view.goes(container) ? undefined : unlisted;
    }
    default:
      return unreachable(kind);
  }
}

/** The component that a cascaded piece is, by its ARN. */
function claimantOf(arn: string, { outputs, playbook }: CascadeView): string | undefined {
  return [...playbook.components.keys()].find((each) =>
    outputs(each).some((known) => Object.values(known).includes(arn)),
  );
}

/** Backends beside those of the playbook's components: of another service that registers in the same place. */
function strangersAmong(
  component: string,
  pieces: readonly CascadedPiece[],
  view: CascadeView,
): readonly CascadeObstacle[] {
  const answering = pieces.filter(({ answers, kind }) => kind === 'backend' && answers === true).length;
  const own = registeredIn(component, view);
  if (own === undefined || answering <= own) return [];
  const what = `${answering - own} of ${answering} healthy targets, more than the playbook's components have there`;
  return [{ what, component: undefined, acceptable: 'backends' }];
}

/** How many backends the components that are there register in this one; undefined where none does. */
function registeredIn(component: string, { backends, playbook, types }: CascadeView): number | undefined {
  const registered = [...playbook.components.values()].flatMap((each) => {
    const from = typeOf(each, types).traits.traffic?.from ?? [];
    const times = each.references.filter(
      ({ component: to, path }) => to === component && from.includes(/^[^.[]*/.exec(path)?.[0] ?? ''),
    ).length;
    const own = times === 0 ? undefined : backends(each.id);
    return own === undefined ? [] : [times * own];
  });
  return registered.length === 0 ? undefined : registered.reduce((sum, each) => sum + each, 0);
}

/** How many backends a piece has, as it was seen; undefined when it is not there. */
export function backendsOf(
  component: string,
  seen: Observation<unknown> | undefined,
  { playbook, types }: Pick<CascadeView, 'playbook' | 'types'>,
): number | undefined {
  const known = playbook.components.get(component);
  if (known === undefined || seen?.kind !== 'present') return undefined;
  return typeOf(known, types).judging.backends?.(seen.state) ?? Number.POSITIVE_INFINITY;
}
