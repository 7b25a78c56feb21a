// How a plan is asked for on the command line: what is left out, let happen, accepted and gone on with.
import type { PlannedChange, PlanRequest } from '../../engine.ts';
import type { Consents } from '../../plan/consent.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { UnfinishedRun } from '../../run/journal/unfinished.ts';
import { planAccepting, type Accepting, type AskingOptions } from './consenting.ts';
import { runToGoOnWith } from './going-on.ts';
import { stateWords, type StateOption } from './managers.ts';
import type { Io } from '../terminal/io.ts';
import { allowancesIn, retypedWords, type AllowanceOptions, type GlobalOptions } from '../options.ts';
import type { CliSession } from '../place/session.ts';

/** What was asked for, as far as it can be told before anything is looked at. */
export interface Asked {
  readonly kind: PlanKind;
  readonly excluded: ReadonlySet<string>;
  readonly allowDowntime: boolean;
  readonly settings?: 'known-good';
  readonly accepting: Accepting;
  /** Options to repeat in the commands that a plan suggests. */
  readonly retype: string;
}

/** @throws UserError for components and reasons that there are not */
export function askedOf(
  playbook: Playbook,
  kind: PlanKind,
  excluded: ReadonlySet<string>,
  options: GlobalOptions & AllowanceOptions & StateOption,
): Asked {
  return { kind, excluded, ...allowancesIn(options, playbook), retype: retypedWords(options) + stateWords(options) };
}

/** Finds the unfinished run to go on with. */
export type GoingOn = (cli: CliSession, kind: PlanKind) => UnfinishedRun | undefined;

export function goingOnIn({ anew }: { readonly anew?: boolean }, io: Io): GoingOn {
  return (cli, kind) => (anew === true ? undefined : runToGoOnWith(cli, kind, io));
}

/** A plan, and how it was asked for in the end. */
export type AskedPlan<Planned extends PlannedChange> = Planned & { readonly request: PlanRequest };

/**
 * Plans what was asked for, with what is accepted on the way.
 *
 * @param left the unfinished run to go on with
 * @param carried what was accepted in that run
 */
export function planAsked<Planned extends PlannedChange>(
  { accepting, ...asked }: Asked,
  left: UnfinishedRun | undefined,
  options: AskingOptions,
  io: Io,
  planWith: (request: PlanRequest) => Promise<Planned>,
  carried?: Consents,
): Promise<AskedPlan<Planned>> {
  const base = { ...asked, ...(left === undefined ? {} : { resumes: left.resumption }) };
  return planAccepting(
    accepting,
    options,
    io,
    async (accepted) => {
      const request = { ...base, accepted };
      return { ...(await planWith(request)), request };
    },
    carried,
  );
}
