// --accept: what a command was told to let happen, and asking about what it was told only by a component's name.
import {
  consentMeanings,
  consentReasons,
  consentsIn,
  consentsTo,
  consentWord,
  mergedConsents,
  readConsentWord,
  unneededConsents,
  type Consents,
  type NeededConsent,
} from '../../plan/consent.ts';
import type { Plan } from '../../plan/plan.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';
import type { Playbook } from '../../playbook/model.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';

/** What was typed, as far as it can be told before anything is looked at. */
export interface Accepting {
  readonly accepted: Consents;
  /** Components that were named without a reason. */
  readonly bare: readonly string[];
  /** All words, as they were typed. */
  readonly words: readonly string[];
}

/** @throws UserError for components and reasons that there are not */
export function acceptingIn(words: readonly string[], playbook: Playbook): Accepting {
  const bare: string[] = [];
  for (const text of words) {
    const word = readConsentWord(text);
    refuseUnknownComponent(text, word.component, playbook);
    if (word.kind === 'unknown-reason') throw unknownReason(text, word.component, word.word);
    if (word.kind === 'bare') bare.push(text);
  }
  return { accepted: consentsIn(words), bare: [...new Set(bare)], words };
}

function refuseUnknownComponent(text: string, id: string, { components }: Playbook): void {
  if (components.has(id)) return;
  const nearest = createSuggest()(id, components.keys());
  const advice =
    nearest === undefined
      ? `there are ${[...components.keys()].join(', ')}`
      : `did you mean --accept ${nearest}${text.slice(id.length)}?`;
  throw new UserError(`--accept ${text}: no such component; ${advice}`);
}

function unknownReason(text: string, id: string, word: string): UserError {
  const begun = consentReasons.find((each) => word.length > 2 && each.startsWith(word.slice(0, 4)));
  const nearest = createSuggest()(word, consentReasons) ?? begun;
  const guess = nearest === undefined ? '' : `; did you mean --accept ${id}:${nearest}?`;
  return new UserError(
    `--accept ${text}: no such reason${guess === '' ? '.' : guess} There are ${consentReasons.join(', ')}`,
  );
}

export interface AskingOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/**
 * Plans with what was accepted. Of components that were accepted by name alone, each reason is shown and asked about; where
 * nobody can be asked, the plan is refused and the right words are told.
 *
 * @param carried consents of the run that is gone on with
 * @param planWith plans with the given consents
 */
export async function planAccepting<Planned extends { readonly plan: Plan }>(
  asked: Accepting,
  options: AskingOptions,
  io: Pick<Io, 'ask' | 'canAsk' | 'err'>,
  planWith: (accepted: Consents) => Planned | Promise<Planned>,
  carried: Consents = new Map(),
): Promise<Planned> {
  let accepted = mergedConsents(asked.accepted, carried);
  const declined = new Set<string>();
  for (;;) {
    const planned = await planWith(accepted);
    const open = openIn(planned.plan, asked.bare, declined);
    if (open.length === 0) {
      tellUnneeded(asked, planned.plan, io);
      return planned;
    }
    if (!io.canAsk || options.json === true || options.yes === true) throw nobodyToAsk(open);
    for (const each of open) {
      if (await isGranted(each, io)) accepted = mergedConsents(accepted, consentsTo(each.component, each.doubts));
      else declined.add(wordOf(each));
    }
  }
}

/** Doubts of one reason about one component. */
interface Open {
  readonly component: string;
  readonly reason: NeededConsent['reason'];
  readonly doubts: readonly NeededConsent[];
}

function wordOf({ component, reason }: Open): string {
  return consentWord(component, reason);
}

function openIn({ components }: Plan, bare: readonly string[], declined: ReadonlySet<string>): readonly Open[] {
  return components
    .flatMap(({ consents = [], id }) => {
      if (!bare.includes(id)) return [];
      const unmet = consents.filter((each) => !each.given);
      return consentReasons.flatMap((reason) => {
        const doubts = unmet.filter((each) => each.reason === reason);
        return doubts.length === 0 ? [] : [{ component: id, reason, doubts }];
      });
    })
    .filter((each) => !declined.has(wordOf(each)));
}

function nobodyToAsk(open: readonly Open[]): UserError {
  const names = [...new Set(open.map((each) => each.component))];
  const flags = open.map((each) => `--accept ${wordOf(each)}`).join(' ');
  const lines = open.flatMap((each) => each.doubts.map(({ what }) => `  ${wordOf(each)}  ${what}`));
  const text = [
    `refused: --accept ${names.join(' --accept ')} does not say what it accepts. What speaks against it:`,
    ...lines,
    `Give what is right in its place: ${flags}`,
    'Nothing was changed.',
  ].join('\n');
  const needed = open.flatMap(({ component, doubts }) =>
    doubts.map(({ reason, what }) => ({ component, reason, what })),
  );
  return new UserError(text, exitCodes.refused, { consents: needed });
}

async function isGranted(open: Open, io: Pick<Io, 'ask' | 'err'>): Promise<boolean> {
  const lines = open.doubts.map(({ what }) => `  ${what}\n`);
  io.err(`${wordOf(open)}\n${lines.join('')}`);
  const answer = await io.ask(`Let ${consentMeanings[open.reason]}? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** A consent that lifts nothing is no mistake, but may be meant for something else. */
function tellUnneeded({ bare, words }: Accepting, plan: Plan, io: Pick<Io, 'err'>): void {
  const { components } = plan;
  const asks = new Set(components.flatMap(({ consents = [], id }) => (consents.length === 0 ? [] : [id])));
  const unneeded = unneededConsents(words, plan).filter((each) => !bare.includes(each) || !asks.has(each));
  for (const each of unneeded) io.err(`warning: nothing needs --accept ${each}\n`);
}
