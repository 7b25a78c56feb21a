// Journal -> what a later run must know of one that did not reach its end. Pure. Only this is taken from a journal:
// what is there now is asked of AWS.
import {
  consentsShown,
  consentsTo,
  mergedConsents,
  readConsentWord,
  type Consenting,
  type Consents,
} from '../../plan/consent.ts';
import type { PlanIdentity, PlanKind, Resumption } from '../../plan/plan.ts';
import { unprovenText } from '../../assess/proof.ts';
import { hiddenValue } from '../../util/secrets.ts';
import { deletesBegunIn } from '../deletes.ts';
import type { JournalRecord } from './events.ts';
import { propagationsIn } from '../step/propagation.ts';
import type { RunStarted } from './read-journal.ts';

/** A run that was cut off, stopped, or failed in part. */
export interface UnfinishedRun {
  readonly runId: string;
  readonly strategy: PlanKind;
  readonly playbook: RunStarted['plan']['playbook'];
  readonly identity: PlanIdentity;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Components that the user had left out. */
  readonly excluded: readonly string[];
  /** What the user had accepted, just as it was shown then, and whether downtime was allowed. */
  readonly accepted: Consents;
  /** Words of `--accept` that do not tell what they were for, or that hid it: nothing is granted by them. */
  readonly acceptedInVain: readonly string[];
  readonly allowDowntime: boolean;
  /** False: the playbook's probes were left out on request. */
  readonly probed: boolean;
  /** `cut-off`: nobody wrote how it ended. */
  readonly end: 'cut-off' | 'partial' | 'failed';
  readonly resumption: Resumption;
}

/** What a run left to be done by a later one; undefined when it succeeded, was refused, or never began to change. */
export function unfinishedRun(records: readonly [RunStarted, ...JournalRecord[]]): UnfinishedRun | undefined {
  const [first] = records;
  const finished = records.findLast((record) => record.type === 'run-finished');
  if (finished !== undefined && finished.result !== 'partial' && finished.result !== 'failed') return undefined;
  const { plan } = first;
  const made = new Set(plan.resumes?.made);
  const tokens = new Map(Object.entries(plan.resumes?.tokens ?? {}));
  const componentOf = new Map(plan.steps.map((step) => [step.id, step.component]));
  for (const record of records) {
    if (record.type === 'step-intended') {
      tokens.set(record.step, record.token);
      const component = componentOf.get(record.step);
      // Before it has an outcome too: what is there when the next run looks was made by this one.
      if (component !== undefined && record.action === 'create') made.add(component);
      if (component !== undefined && record.action === 'delete') made.delete(component);
    }
    if (record.type === 'step-acted') tokens.delete(record.step);
  }
  const lingering = propagationsIn(records);
  const asKnownGood = asKnownGoodIn(plan, made);
  const accepted = acceptedIn(plan);
  return {
    runId: first.runId,
    strategy: plan.strategy,
    playbook: plan.playbook,
    identity: plan.identity,
    startedAt: Date.parse(first.at),
    excluded: plan.components.filter((each) => each.disposition === 'excluded').map((each) => each.id),
    accepted,
    acceptedInVain: vainIn(plan, accepted),
    allowDowntime: plan.allowDowntime,
    probed: first.verify,
    end: finished === undefined ? 'cut-off' : finished.result === 'partial' ? 'partial' : 'failed',
    resumption: {
      run: first.runId,
      made: [...made].sort(),
      ...(asKnownGood.length === 0 ? {} : { asKnownGood }),
      deletes: [...new Set([...(plan.resumes?.deletes ?? []), ...deletesBegunIn(records)])].sort(),
      tokens: Object.fromEntries([...tokens].sort(([left], [right]) => (left < right ? -1 : 1))),
      ...(lingering.length === 0 ? {} : { lingering }),
    },
  };
}

/** What a piece was made from is known from the plan that made it, this one or that of a run that it went on with. */
function asKnownGoodIn({ components, resumes }: RunStarted['plan'], made: ReadonlySet<string>): readonly string[] {
  const earlier = new Set(resumes?.asKnownGood);
  const own = components.filter(({ id, settings }) => settings?.from === 'known-good' || earlier.has(id));
  return own
    .map(({ id }) => id)
    .filter((id) => made.has(id))
    .sort();
}

type AcceptingPlan = RunStarted['plan'];

/**
 * What was accepted was what was shown, and no more: another content or another record needs a consent of its own, and
 * what was hidden when it was shown cannot be told from another.
 */
function acceptedIn(plan: AcceptingPlan): Consents {
  const components = plan.components.map(({ id, consents = [] }): Consenting => {
    return { id, consents: consents.filter((each) => !isHidden(each.subject)) };
  });
  return mergedConsents(consentsShown({ components }), ...plan.components.map((each) => formerly(each, plan)));
}

/**
 * Version 0.1.0 wrote down only the component. Whose content was in doubt then stands in its plan, and nothing else of
 * what the word granted does.
 */
function formerly({ id, reasons }: AcceptingPlan['components'][number], { accepted }: AcceptingPlan): Consents {
  if (!accepted.includes(id)) return new Map();
  const doubts = reasons.filter((each) => each.kind === 'unproven' && !isHidden(each.text));
  return consentsTo(
    id,
    doubts.map(({ text }) => ({ reason: 'ownership', subject: text })),
  );
}

function isHidden(subject: string): boolean {
  return subject.includes(hiddenValue) || subject.startsWith(unprovenText('', { sensitive: ['*'] }));
}

/** Words that were needed, or may have been, and that grant nothing any more. */
function vainIn({ accepted, components }: AcceptingPlan, granted: Consents): readonly string[] {
  return accepted.filter((text) => {
    const word = readConsentWord(text);
    if (word.kind !== 'consent') return !granted.has(word.component);
    const { component, reason } = word;
    const asked = components.find((each) => each.id === component)?.consents ?? [];
    return asked.some((each) => each.reason === reason) && granted.get(component)?.has(reason) !== true;
  });
}
