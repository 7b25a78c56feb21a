// Whom a Terraform state that the user names tells to manage the pieces of a playbook.
import type { Assessed, Session } from '../../engine.ts';
import { typeOf, type Observations } from '../../observe/observe.ts';
import type { Manager } from '../../owners/managers.ts';
import { matchStated, statedIn, type Matches, type Sought } from '../../owners/stated.ts';
import type { TerraformState } from '../../owners/terraform-state.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import { exitCodes, UserError } from '../exit.ts';
import { readStateDocument } from '../state/state-document.ts';
import type { Io } from '../terminal/io.ts';
import { shellWord } from '../../util/shell.ts';

/** Of the commands that plan: a record of somebody else's that plans are told beside. */
export interface StateOption {
  /** A Terraform state. */
  readonly state?: string;
}

/** A state, and the file that it was read from. */
export interface NamedState {
  readonly file: string;
  readonly state: TerraformState;
}

/** Read before anybody is asked anything. @throws UserError for what is none */
export function namedState({ state: file }: StateOption, io: Io): NamedState | undefined {
  return file === undefined ? undefined : { file, state: readStateDocument(file, io) };
}

/** For commands that are to be typed next. */
export function stateWords({ state }: StateOption): string {
  return state === undefined ? '' : ` --state ${shellWord(state)}`;
}

/** The components that the state has an address for; nothing of a request where no state was named. */
export function managersBy(
  session: Session,
  { observations }: Pick<Assessed, 'observations'>,
  named: NamedState | undefined,
): { readonly managers?: ReadonlyMap<string, Manager> } {
  if (named === undefined) return {};
  const { elsewhere, found } = componentsIn(named.state, session, observations);
  refuseElsewhere(named.file, elsewhere);
  return {
    managers: new Map(
      [...found].map(([id, { address }]): [string, Manager] => [id, { tool: 'terraform', address, state: named.file }]),
    ),
  };
}

/**
 * A state of another place has pieces of the same names.
 *
 * @param elsewhere what was found there: `aws_lb.web is of account 210987654321`
 * @throws UserError with exit code 3 where there is any
 */
export function refuseElsewhere(file: string, elsewhere: readonly string[]): void {
  const [first] = elsewhere;
  if (first === undefined) return;
  throw new UserError(`refused: ${file} tells of another place: ${first}. Nothing was changed.`, exitCodes.refused);
}

/**
 * Which resources of a state a playbook's components are.
 *
 * @param observations where they were looked at; a state tells of pieces that are gone, too
 */
export function componentsIn(
  state: TerraformState,
  { graph, observeContext, playbook, types }: Session,
  observations?: Observations,
): Matches {
  const predicted = (id: string, output: string): string | undefined => {
    const component = playbook.components.get(id);
    if (component === undefined) return undefined;
    return typeOf(component, types).outputsOf(component.spec, undefined, observeContext.scope)[output];
  };
  const sought = graph.createOrder.flatMap((id): readonly Sought[] => {
    const component = playbook.components.get(id);
    if (component === undefined) return [];
    const seen = observations?.byId.get(id);
    const known = seen?.kind === 'present' ? seen.state : seen?.kind === 'absent' ? seen.remains?.state : undefined;
    // A piece that is gone has no ids to be known by: those of the state are. Names are told without a look.
    const specWith: Sought['specWith'] = (then) =>
      resolveReferences(
        component.spec,
        (other, output) =>
          then(other, output) ?? observations?.outputs.get(other)?.[output] ?? predicted(other, output),
      );
    return [{ id, type: typeOf(component, types), state: known, specWith }];
  });
  return matchStated(sought, statedIn(state, types), observeContext.scope);
}
