// A plan with words that can only be read: no secret values, nothing that steers a terminal, each on one line. Ids, verdicts
// and the like are left alone: they are read by programs.
import { redactedAssessment } from '../assess/concealed.ts';
import type { Redactor } from '../util/redact.ts';
import type { Plan, PlannedComponent } from './plan.ts';
import { shown } from '../util/shown.ts';

export function redactedPlan(plan: Plan, redactor: Redactor): Plan {
  const { json } = redactor;
  const text = (words: string): string => shown(redactor.text(words));
  return {
    ...plan,
    components: plan.components.map((each) => ({
      ...redactedAssessment(each, redactor),
      because: text(each.because),
      ...redactedConsents(each, text),
      ...redactedManagers(each, text),
    })),
    steps: plan.steps.map((step) => ({
      ...step,
      because: text(step.because),
      before: step.before === null ? null : text(step.before),
      afterImage: json(step.afterImage),
      differences: step.differences.map((each) => ({
        ...each,
        desired: json(each.desired),
        actual: json(each.actual),
      })),
    })),
    refusals: plan.refusals.map((each) => ({ ...each, text: text(each.text) })),
  };
}

function redactedConsents({ consents }: PlannedComponent, text: Redactor['text']): Pick<PlannedComponent, 'consents'> {
  if (consents === undefined) return {};
  return { consents: consents.map((each) => ({ ...each, subject: text(each.subject), what: text(each.what) })) };
}

function redactedManagers(
  { managedBy }: PlannedComponent,
  text: Redactor['text'],
): Pick<PlannedComponent, 'managedBy'> {
  if (managedBy === undefined) return {};
  const told = managedBy.map((each) =>
    each.tool === 'terraform'
      ? { ...each, address: text(each.address), state: text(each.state) }
      : {
          ...each,
          stack: text(each.stack),
          stackId: each.stackId === null ? null : text(each.stackId),
          logicalId: each.logicalId === null ? null : text(each.logicalId),
        },
  );
  return { managedBy: told };
}
