// Looks at listeners through their load balancers: one listing per load balancer, shared by all its listeners.
import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CascadedPiece, Json, Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { observeListed } from '../kit/elbv2.ts';
import { attributesOf, contentsOf, furtherCertificatesOf, listenersOf, rulesCascade } from '../kit/elbv2-listening.ts';
import { unknownFrom } from '../kit/observing.ts';
import type { Observations } from '../kit/observing.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export async function observe(
  targets: readonly Target<ListenerSpec>[],
  context: ReadContext,
): Promise<Observations<ListenerState>> {
  const seen = await observeListed(targets, context, {
    container: (spec) => spec.loadBalancer,
    list: (loadBalancer) => listenersOf(loadBalancer, context),
    find: (listeners: readonly Listener[], spec) => {
      const description = listeners.find((each) => each.Port === spec.port);
      return description && stateOf(description);
    },
  });
  const answers = await Promise.all(
    targets.map(async ({ id, spec }) => {
      const answer = seen.get(id);
      return answer === undefined ? [] : [[id, await withDetails(answer, spec, context)] as const];
    }),
  );
  return new Map(answers.flat());
}

/** What is told elsewhere than in a listing is asked for where the spec says something of it. */
async function withDetails(
  answer: Observation<ListenerState>,
  spec: ListenerSpec,
  context: ReadContext,
): Promise<Observation<ListenerState>> {
  if (answer.kind !== 'present' || (spec.attributes === undefined && spec.certificates === undefined)) return answer;
  const { arn } = answer.state;
  try {
    const [attributes, certificates] = await Promise.all([
      spec.attributes === undefined ? undefined : attributesOf(arn, context),
      spec.certificates === undefined ? undefined : furtherCertificatesOf(arn, context),
    ]);
    return { ...answer, state: { ...answer.state, attributes, certificates } };
  } catch (error) {
    return unknownFrom(error, context);
  }
}

function stateOf(description: Listener): ListenerState {
  return {
    arn: description.ListenerArn ?? '',
    loadBalancer: description.LoadBalancerArn ?? '',
    port: description.Port ?? 0,
    protocol: description.Protocol ?? '',
    certificate: description.Certificates?.[0]?.CertificateArn,
    sslPolicy: description.SslPolicy,
    actions: description.DefaultActions ?? [],
    description: toJson(description),
  };
}

/** The description plus what is told elsewhere: its attributes, its rules and further certificates. */
export async function capture(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  const [attributes, contents] = await Promise.all([
    attributesOf(state.arn, context),
    contentsOf(state, context, leaves),
  ]);
  return { description: state.description, attributes, ...contents };
}

/** Its rules. */
export function cascade(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  return rulesCascade(state, context);
}
