// What listeners and rules have in common when an operator changes them by hand.
import type { Injection, Operator } from '../contract.ts';
import { actionWords, answerWords, hasAction, type ActionSpec } from './elbv2-action-spec.ts';
import { vpcOf, withValueAt } from './injecting.ts';

const maintenance = { status: '503', contentType: 'text/plain', body: 'under maintenance' };

function toMaintenance<Spec extends ActionSpec>(spec: Spec): Spec {
  const answers: ReadonlySet<string> = new Set([...answerWords, 'actions', 'defaultActions']);
  const others = Object.entries(spec).filter(([word]) => !answers.has(word));
  const isThat = spec.fixedResponse?.body === maintenance.body;
  return isThat ? spec : ({ ...Object.fromEntries(others), fixedResponse: maintenance } as unknown as Spec);
}

/** A listener or rule that answers with a maintenance page instead. */
export function answeringByHand<Spec extends ActionSpec>(): Injection<Spec> {
  return {
    kind: 'done',
    unless: (component) => {
      const words = [...actionWords('actions'), ...actionWords('defaultActions')];
      if (component.ignore.some((each) => words.includes(each))) {
        return 'the playbook ignores what it does with requests';
      }
      if (!answersByItself(component.spec)) return 'a network load balancer answers nothing by itself';
      return hasAction(component.spec) ? undefined : 'its spec says nothing that could be changed in place';
    },
    inject: async (operator) => {
      await operator.change(toMaintenance(operator.spec));
      return 'answers with a maintenance page';
    },
    until: 'settled',
  };
}

/** Listeners of application load balancers, and their rules, which name no protocol of their own. */
export function answersByItself(spec: object): boolean {
  const { protocol } = spec as { readonly protocol?: string };
  return protocol === undefined || protocol === 'HTTP' || protocol === 'HTTPS';
}

/** What a target group may speak to which a listener of this protocol forwards [ELB API, CreateListener]. */
function spokenBehind(protocol = 'HTTP'): string {
  return { HTTPS: 'HTTP', TLS: 'TCP' }[protocol] ?? protocol;
}

/** Sends requests to a target group that an operator made. */
export async function elsewhere<Spec>(operator: Operator<Spec>, path: string): Promise<string | undefined> {
  const vpc = vpcOf(operator);
  // One for each piece: two load balancers cannot share one. AWS allows 32 characters, none of them a hyphen at the end.
  const name = `by-hand-${operator.component.id}`.slice(0, 32).replace(/-+$/, '');
  const { protocol } = operator.state as { readonly protocol?: string };
  const spec = { name, port: 80, protocol: spokenBehind(protocol), targetType: 'ip', vpc };
  const { arn } = await operator.make('elbv2/target-group', name, spec);
  if (arn === undefined) return undefined;
  await operator.change(withValueAt(operator.spec, path, arn));
  return `${path} points to another target group`;
}

/** `/<name>/` of an ELBv2 ARN, which every ARN of the load balancer and its listeners holds. */
export function nameInArn(arn: string): string | undefined {
  const name = arn.split('/')[2];
  return name === undefined ? undefined : `/${name}/`;
}
