// Looks at listeners through their load balancers: one listing per load balancer, shared by all its listeners.
import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CascadedPiece, Json, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { observeListed } from '../kit/elbv2.ts';
import { contentsOf, listenersOf, rulesCascade } from '../kit/elbv2-listening.ts';
import type { Observations } from '../kit/observing.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export function observe(
  targets: readonly Target<ListenerSpec>[],
  context: ReadContext,
): Promise<Observations<ListenerState>> {
  return observeListed(targets, context, {
    container: (spec) => spec.loadBalancer,
    list: (loadBalancer) => listenersOf(loadBalancer, context),
    find: (listeners: readonly Listener[], spec) => {
      const description = listeners.find((each) => each.Port === spec.port);
      return description && stateOf(description);
    },
  });
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

/** The description plus what goes with a deleted listener and is told elsewhere: its rules and further certificates. */
export async function capture(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  return { description: state.description, ...(await contentsOf(state, context, leaves)) };
}

/** Its rules. */
export function cascade(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  return rulesCascade(state, context);
}
