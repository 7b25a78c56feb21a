// What a change is to whoever manages the piece beside relight, for people.
import type { Managed, Meaning } from '../owners/managers.ts';
import type { Plan, PlannedComponent, Step } from '../plan/plan.ts';
import { count, listText } from '../util/words.ts';
import { shellWord } from '../util/shell.ts';
import type { Paint } from './paint.ts';
import type { RunReport } from './report.ts';

/** So many pieces have a line each; of more, their numbers are told. */
const mostNamed = 6;

/** `CloudFormation stack shop-prod (LoadBalancer)`, `Terraform (aws_lb.web)` */
export function managerText(managed: Managed): string {
  if (managed.tool === 'terraform') return `Terraform (${managed.address})`;
  const { logicalId, stack } = managed;
  return `CloudFormation stack ${stack}${logicalId === null ? '' : ` (${logicalId})`}`;
}

/** Below the last step of a piece. @param component of the plan */
export function managedLines(
  step: Step,
  component: PlannedComponent | undefined,
  plan: Plan,
  paint: Paint,
): readonly string[] {
  if (component?.managedBy === undefined || isMany(plan) || lastOf(component, plan) !== step.id) return [];
  return component.managedBy.map((each) => paint.warn(`        managed by ${managerText(each)}: ${meaningText(each)}`));
}

function meaningText({ meaning, tool }: Managed): string {
  switch (meaning) {
    case 'new-id':
      return `its id changes; hand back afterwards: relight handback <run> --to ${tool}`;
    case 'same-id':
      return 'its id stays the same, and needs no handing back';
    case 'drift':
      return tool === 'terraform'
        ? 'changed in place: its next plan takes back what its configuration does not say'
        : 'changed in place, which is drift to the stack until its template says the same';
    case 'gone':
      return tool === 'terraform'
        ? 'its next apply makes it again, unless the configuration loses it too'
        : 'the stack goes on listing it: its template has to lose it too';
  }
}

/** Where there are many of them: one line for each who manages some. */
export function managedCounts(plan: Plan, paint: Paint): readonly string[] {
  if (!isMany(plan)) return [];
  const all = managedIn(plan);
  const owners = [...new Set(all.map(ownerText))];
  return owners.map((owner) => {
    const own = all.filter((each) => ownerText(each) === owner);
    const numbers = meanings.flatMap(([meaning, words]) => {
      const some = own.filter((each) => each.meaning === meaning).length;
      return some === 0 ? [] : [`${some} ${words}`];
    });
    const tool = own[0]?.tool ?? '';
    const back = own.some(({ meaning }) => meaning === 'new-id')
      ? `; hand back afterwards: relight handback <run> --to ${tool}`
      : '';
    return paint.warn(`  ${count(own.length, 'piece')} managed by ${owner}: ${listText(numbers)}${back}`);
  });
}

/**
 * After a run: what to type for those who know pieces by ids that are no more.
 *
 * @param kept options that say where runs are kept: ` --state-dir x`
 */
export function handbackLines({ components, runId }: RunReport, kept: string): readonly string[] {
  const changed = components.filter(({ outcome }) => changedOutcomes.has(outcome));
  const owed = changed.flatMap(({ id, managedBy = [] }) =>
    managedBy.flatMap((each) => (each.meaning === 'new-id' ? [{ id, to: toWords(each) }] : [])),
  );
  return [...new Set(owed.map(({ to }) => to))].map((to) => {
    const ids = [...new Set(owed.filter((each) => each.to === to).map(({ id }) => id))];
    return `new ids: ${ids.join(', ')}; hand them back: relight handback ${shellWord(runId)}${to}${kept}`;
  });
}

const changedOutcomes: ReadonlySet<string> = new Set(['created', 'updated', 'replaced']);

function toWords(managed: Managed): string {
  return managed.tool === 'terraform' ? ` --to terraform --state ${shellWord(managed.state)}` : ' --to cloudformation';
}

const meanings: readonly (readonly [Meaning, string])[] = [
  ['new-id', 'with a new id'],
  ['same-id', 'made again under the same id'],
  ['drift', 'changed in place, which is drift'],
  ['gone', 'deleted'],
];

function ownerText(managed: Managed): string {
  return managed.tool === 'terraform' ? `Terraform (${managed.state})` : `CloudFormation stack ${managed.stack}`;
}

function managedIn({ components }: Pick<Plan, 'components'>): readonly Managed[] {
  return components.flatMap(({ managedBy = [] }) => managedBy);
}

function isMany(plan: Plan): boolean {
  return managedIn(plan).length > mostNamed;
}

function lastOf({ id }: PlannedComponent, { steps }: Plan): string | undefined {
  return steps.filter(({ component }) => component === id).at(-1)?.id;
}
