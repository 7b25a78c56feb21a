// What lives in load balancers and in listeners, and goes when these are deleted: listeners, rules, certificates.
import {
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Certificate,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { CascadedPiece, Json, ReadContext } from '../contract.ts';
import { toJson } from './compare.ts';
import { elbv2TagsOf } from './elbv2.ts';
import { groupsNamed, isSecure } from './elbv2-actions.ts';
import { allPages } from './observing.ts';

/** One listing per load balancer, shared by all who ask during a look. */
export function listenersOf(loadBalancer: string, context: ReadContext): Promise<readonly Listener[]> {
  return context.once(`elbv2 listeners of ${loadBalancer}`, () =>
    allPages(
      (each) => each.ListenerArn,
      async (marker: string | undefined) => {
        const answer = await context.limit(() =>
          context.aws
            .client(elbv2)
            .send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer, Marker: marker })),
        );
        return { items: answer.Listeners ?? [], next: answer.NextMarker };
      },
    ),
  );
}

/** One listing per listener, shared by all who ask during a look; the default rule is among them. */
export function rulesOf(listener: string, context: ReadContext): Promise<readonly Rule[]> {
  return context.once(`elbv2 rules of ${listener}`, () =>
    allPages(
      (each) => each.RuleArn,
      async (marker: string | undefined) => {
        const answer = await context.limit(() =>
          context.aws.client(elbv2).send(new DescribeRulesCommand({ ListenerArn: listener, Marker: marker })),
        );
        return { items: answer.Rules ?? [], next: answer.NextMarker };
      },
    ),
  );
}

/** What tells a listener from others, and its name in words. */
export interface ListenerName {
  readonly arn: string;
  readonly protocol: string;
  readonly port: number;
}

function nameOf({ ListenerArn, Port, Protocol }: Listener): ListenerName {
  return { arn: ListenerArn ?? '', protocol: Protocol ?? '', port: Port ?? 0 };
}

/** Rules vanish with their listener [ELB API]. */
export async function rulesCascade(listener: ListenerName, context: ReadContext): Promise<readonly CascadedPiece[]> {
  return withTags(await untaggedRulesOf(listener, context), context);
}

/** Listeners vanish with their load balancer, and their rules with them [ELB API, DeleteLoadBalancer]. */
export async function listenersCascade(loadBalancer: string, context: ReadContext): Promise<readonly CascadedPiece[]> {
  const pieces = await Promise.all(
    (await listenersOf(loadBalancer, context)).map(nameOf).map(async (listener): Promise<readonly Untagged[]> => {
      const rules = await untaggedRulesOf(listener, context);
      const own: Untagged = { kind: 'piece', what: inWords(listener), id: listener.arn };
      return [own, ...rules.map((rule) => ({ ...rule, within: listener.arn }))];
    }),
  );
  return withTags(pieces.flat(), context);
}

type Untagged = Omit<CascadedPiece, 'tags'>;

function inWords({ protocol, port }: ListenerName): string {
  return `listener ${protocol}:${port}`;
}

/** Listeners and rules of a load balancer that name a target group; a listener does by its default rule. */
export async function holdersOf(
  targetGroup: string,
  loadBalancer: string,
  context: ReadContext,
): Promise<readonly { readonly arn: string; readonly what: string }[]> {
  // arn:aws:elasticloadbalancing:region:account:loadbalancer/app/<name>/<id>
  const place = `of load balancer ${loadBalancer.split('/').at(-2) ?? loadBalancer}`;
  const found = await Promise.all(
    (await listenersOf(loadBalancer, context)).map(nameOf).map(async (listener) => {
      const rules = await rulesOf(listener.arn, context);
      return rules
        .filter((each) => groupsNamed(each.Actions ?? []).includes(targetGroup))
        .map((each) =>
          each.IsDefault === true
            ? { arn: listener.arn, what: `${inWords(listener)} ${place}` }
            : { arn: each.RuleArn ?? '', what: `rule ${each.Priority ?? ''} of ${inWords(listener)} ${place}` },
        );
    }),
  );
  return found.flat();
}

/** Without the default rule, which is no piece of its own: it cannot be deleted [ELB API, DeleteRule]. */
async function untaggedRulesOf(listener: ListenerName, context: ReadContext): Promise<readonly Untagged[]> {
  const rules = await rulesOf(listener.arn, context);
  return rules
    .filter((each) => each.IsDefault !== true)
    .map((each) => ({
      kind: 'piece',
      what: `rule ${each.Priority ?? ''} of ${inWords(listener)}`,
      id: each.RuleArn ?? '',
    }));
}

async function withTags(pieces: readonly Untagged[], context: ReadContext): Promise<readonly CascadedPiece[]> {
  const tags = await elbv2TagsOf(
    pieces.map((each) => each.id),
    context,
  );
  return pieces.map((each) => ({ ...each, tags: tags.get(each.id) ?? {} }));
}

/** What is told of a listener elsewhere than in its description. */
export interface ListenerContents {
  readonly rules: Json;
  readonly certificates: Json;
  /** By ARN, of the listener and of its rules. */
  readonly tags?: Json;
}

/**
 * What goes with a deleted listener, for a before-image.
 *
 * @param leaves it is about to be deleted: its tags and those of its rules go into the image too
 */
export async function contentsOf(
  { arn, protocol }: ListenerName,
  context: ReadContext,
  leaves: boolean,
): Promise<ListenerContents> {
  const rules = await rulesOf(arn, context);
  const certificates = isSecure(protocol) ? await certificatesOf(arn, context) : [];
  const contents = { rules: toJson(rules), certificates: toJson(certificates) };
  if (!leaves) return contents;
  const tags = await elbv2TagsOf([arn, ...rules.map((each) => each.RuleArn ?? '')], context);
  return { ...contents, tags: toJson(Object.fromEntries(tags)) };
}

/** All listeners of a load balancer in full, for its before-image. */
export async function listenersInFull(loadBalancer: string, context: ReadContext): Promise<Json> {
  const listeners = await listenersOf(loadBalancer, context);
  return Promise.all(
    listeners.map(async (each) => ({
      description: toJson(each),
      ...(await contentsOf(nameOf(each), context, true)),
    })),
  );
}

/** By AWS's keys. */
export async function attributesOf(listener: string, context: ReadContext): Promise<Readonly<Record<string, string>>> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeListenerAttributesCommand({ ListenerArn: listener })),
  );
  return Object.fromEntries((answer.Attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** ARNs of the certificates beside the default one. */
export async function furtherCertificatesOf(listener: string, context: ReadContext): Promise<readonly string[]> {
  const all = await certificatesOf(listener, context);
  return all.flatMap(({ CertificateArn, IsDefault }) =>
    IsDefault === true || CertificateArn === undefined ? [] : [CertificateArn],
  );
}

/** The default certificate is among them [ELB API, DescribeListenerCertificates]. */
function certificatesOf(listener: string, context: ReadContext): Promise<readonly Certificate[]> {
  return allPages(
    (each) => each.CertificateArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws
          .client(elbv2)
          .send(new DescribeListenerCertificatesCommand({ ListenerArn: listener, Marker: marker })),
      );
      return { items: answer.Certificates ?? [], next: answer.NextMarker };
    },
  );
}
