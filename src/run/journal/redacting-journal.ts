// The one way into a journal for whatever AWS, a probe or an error said: secret values are taken out before a line is
// written, and so before anybody is told of it. Before-images are kept as they are, in files of their own.
import type { Json, Receipt } from '../../components/contract.ts';
import { redactedPlan } from '../../plan/redacted.ts';
import type { Redactor } from '../../util/redact.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { RunEvent, StepError } from './events.ts';
import type { Journal } from './journal.ts';
import { shown } from '../../util/shown.ts';

export function redactingJournal(journal: Journal, redactor: Redactor): Journal {
  return {
    ...journal,
    record: (event) => {
      journal.record(redactedEvent(event, redactor));
    },
    unwritten: (event) => {
      journal.unwritten?.(redactedEvent(event, redactor));
    },
  };
}

/** The event with words that can only be read: no secret values, nothing that steers a terminal, each on one line. */
export function redactedEvent(event: RunEvent, redactor: Redactor): RunEvent {
  const { json } = redactor;
  const text = (words: string): string => shown(redactor.text(words));
  const error = (each: StepError): StepError => ({ ...each, message: text(each.message) });
  switch (event.type) {
    case 'run-started':
      return { ...event, plan: redactedPlan(event.plan, redactor) };
    case 'step-acted':
      return { ...event, receipt: mapOf(json(event.receipt)) };
    case 'step-retrying':
    case 'step-failed':
      return { ...event, error: error(event.error) };
    case 'step-waiting':
      return { ...event, detail: text(event.detail) };
    case 'step-verified': {
      const { evidence } = event;
      const said = evidence?.map((each) => ({ ...each, source: text(each.source), detail: text(each.detail) }));
      return { ...event, detail: text(event.detail), ...(said === undefined ? {} : { evidence: said }) };
    }
    case 'step-succeeded':
      return event.note === undefined ? event : { ...event, note: text(event.note) };
    case 'step-skipped':
      return { ...event, because: text(event.because) };
    case 'approval-refused':
      return { ...event, because: text(event.because) };
    case 'run-interrupted':
      return { ...event, reason: text(event.reason) };
    case 'credentials-expired':
      return { ...event, origin: text(event.origin), remedy: text(event.remedy) };
    case 'credentials-renewed':
      return { ...event, origin: text(event.origin) };
    case 'approval-requested':
    case 'approval-granted':
    case 'identity-checked':
    case 'step-started':
    case 'before-image':
    case 'step-intended':
    case 'step-settled':
    case 'run-finished':
      return event;
    default:
      return unreachable(event);
  }
}

function mapOf(value: Json): Receipt {
  return value as Receipt;
}
