// Can waiting mend what AWS has refused? A mistake in the playbook costs no minute of the outage; what a step of the run itself
// explains, or AWS is on its way with, is waited for.
import type { AwsFailure } from '../../aws/errors.ts';
import type { Component } from '../../playbook/model.ts';
import { typeOf } from '../../observe/observe.ts';
import type { Work } from '../work.ts';

/**
 * `spreading`: for as long as a service may not know what another one has just been told. `step`: for as long as the step
 * may take. `none`: it ends at once, with AWS's words.
 */
export type Prospect = 'none' | 'spreading' | 'step';

/** Something is not found: waited for where this run makes it. A certificate or a subnet is nothing that a run makes. */
export function prospectOfMissing(failure: AwsFailure, work: Work): Prospect {
  if (work.step.action === 'delete') return 'none';
  const { playbook, observeContext } = work.environment;
  const isNamed = (component: Component | undefined): boolean =>
    component !== undefined && typeOf(component, observeContext.types).traits.missedAs?.includes(failure.code) === true;
  // Of the piece itself: what this very step has just made, and goes on to set up.
  const made = [work.component.id, ...needed(work)].filter((id) => isMade(id, work));
  return made.some((id) => isNamed(playbook.components.get(id))) ? 'spreading' : 'none';
}

/** Codes and texts that say that another piece holds on to this one, or that this one lacks another one's hold. */
const heldCodes: ReadonlySet<string> = new Set([
  'ResourceInUse',
  'ClusterContainsServicesException',
  'ClusterContainsTasksException',
  'DependencyViolation',
]);
const lacksHolder = 'does not have an associated load balancer';
/** AWS makes such a role itself, with the first cluster or service of an account [ECS developer guide, service-linked roles]. */
const roleOnItsWay = 'service linked role exists';

/** Something else is in the way: waited for where a step lets go of it or brings it, or AWS is at work on the piece itself. */
export function prospectOfConflict({ code, message }: AwsFailure, work: Work): Prospect {
  if (message.includes(lacksHolder)) return needed(work).some((id) => isMade(id, work)) ? 'spreading' : 'none';
  if (message.includes(roleOnItsWay)) return 'spreading';
  if (!heldCodes.has(code)) return 'step';
  if (stepsOfOthers(work).some(({ component }) => refersTo(component, work))) return 'step';
  // Nobody here lets go of it. AWS goes on for a while as if what was deleted were there [captured: ResourceInUse of a target
  // group], also when another run, or a hand, has just deleted it.
  return 'spreading';
}

function stepsOfOthers({ component, environment }: Work): Work['environment']['plan']['steps'] {
  return environment.plan.steps.filter((each) => each.component !== component.id && each.action !== 'verify');
}

function refersTo(id: string, { component, environment }: Work): boolean {
  const other = environment.playbook.components.get(id);
  return (
    other !== undefined &&
    (other.references.some((each) => each.component === component.id) || other.dependsOn.includes(component.id))
  );
}

/** What the piece refers to or waits for, and what these do in turn: AWS may name any of them. */
function needed({ component, environment }: Work): readonly string[] {
  const found = new Set<string>();
  const open = [component];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of [...next.dependsOn, ...next.references.map((each) => each.component)]) {
      if (found.has(id)) continue;
      found.add(id);
      const other = environment.playbook.components.get(id);
      if (other !== undefined) open.push(other);
    }
  }
  return [...found];
}

/** By this run, or by the one that it goes on with. */
function isMade(id: string, { environment: { plan } }: Work): boolean {
  return (
    plan.steps.some((each) => each.component === id && (each.action === 'create' || each.action === 'update')) ||
    plan.resumes?.made.includes(id) === true
  );
}
