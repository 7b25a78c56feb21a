// Looks at listeners through their load balancers: one listing per load balancer, shared by all its listeners.
import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json, ReadContext, Readiness, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { observeListed } from '../kit/elbv2.ts';
import { allPages, type Observations } from '../kit/observing.ts';
import { isSecure, type ListenerSpec, type ListenerState } from './schema.ts';

export function observe(
  targets: readonly Target<ListenerSpec>[],
  context: ReadContext,
): Promise<Observations<ListenerState>> {
  return observeListed(targets, context, {
    container: (spec) => spec.loadBalancer,
    list: (loadBalancer) =>
      context.once(`elbv2 listeners of ${loadBalancer}`, () => listenersOf(loadBalancer, context)),
    find: (listeners: readonly Listener[], spec) => {
      const description = listeners.find((each) => each.Port === spec.port);
      return description && stateOf(description);
    },
  });
}

function listenersOf(loadBalancer: string, context: ReadContext): Promise<readonly Listener[]> {
  return allPages(async (marker: string | undefined) => {
    const answer = await context.limit(() =>
      context.aws.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer, Marker: marker })),
    );
    return { items: answer.Listeners ?? [], next: answer.NextMarker };
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

/** A listener has no state of its own. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}

/** The description plus what goes with a deleted listener and is told elsewhere: its rules and further certificates. */
export async function capture(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ReadContext,
): Promise<Json> {
  const { elbv2 } = context.aws;
  const ListenerArn = state.arn;
  const rules = await allPages(async (marker: string | undefined) => {
    const answer = await context.limit(() => elbv2.send(new DescribeRulesCommand({ ListenerArn, Marker: marker })));
    return { items: answer.Rules ?? [], next: answer.NextMarker };
  });
  const certificates = !isSecure(state.protocol)
    ? []
    : await allPages(async (marker: string | undefined) => {
        const answer = await context.limit(() =>
          elbv2.send(new DescribeListenerCertificatesCommand({ ListenerArn, Marker: marker })),
        );
        return { items: answer.Certificates ?? [], next: answer.NextMarker };
      });
  return { description: state.description, rules: toJson(rules), certificates: toJson(certificates) };
}
