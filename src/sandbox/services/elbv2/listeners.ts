// Listeners: one per port of a load balancer, each with a default rule.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { certificateState, networkOf } from '../network/store.ts';
import { actionsFrom, actionsOutput, associate } from './actions.ts';
import { attributesOutput, changeAttributes, listenerDefaults } from './attributes.ts';
import { invalid, numberOf, pageOf, recordOf, recordsOf, requiredText, textOf, textsOf } from './input.ts';
import { atMost } from './limits.ts';
import { listener, loadBalancer } from './find.ts';
import { checkRedirects } from './redirects.ts';
import { actionsOf, listenersOf } from './lookup.ts';
import { childArn } from './names.ts';
import { elbv2Of, type ListenerRecord, type LoadBalancerRecord } from './store.ts';
import { isSslPolicy } from './ssl-policies.ts';
import { tagsOf } from './tags.ts';
import { unverifiedTexts } from './unverified.ts';

/** What the API, unlike the console, still gives a secure listener that names no policy. */
const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

/** In the order in which AWS's refusal was seen to list them. */
const listenerProtocols = {
  application: ['HTTP', 'HTTPS'],
  network: ['TLS', 'TCP', 'TCP_UDP', 'UDP'],
} as const;

function output(record: ListenerRecord): Output {
  const secure = record.certificates.length > 0;
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancer,
    Port: record.port,
    Protocol: record.protocol,
    Certificates: secure ? record.certificates.map((arn) => ({ CertificateArn: arn })) : undefined,
    SslPolicy: record.sslPolicy ?? undefined,
    DefaultActions: actionsOutput(record.defaultActions),
    AlpnPolicy: record.alpnPolicy.length > 0 ? record.alpnPolicy : undefined,
    MutualAuthentication: record.mutualAuthentication ?? undefined,
  };
}

type Settings = Pick<
  ListenerRecord,
  'port' | 'protocol' | 'sslPolicy' | 'certificates' | 'alpnPolicy' | 'mutualAuthentication' | 'defaultActions'
>;

/** What the request asks for on top of what there is; checked. */
function settingsFrom(
  input: Input,
  balancer: LoadBalancerRecord,
  context: CallContext,
  existing: ListenerRecord | undefined,
): Settings {
  const { local } = context;
  const port = numberOf(input, 'Port', 1, 65_535) ?? existing?.port;
  if (port === undefined) throw invalid('A port must be specified');
  const protocol = textOf(input, 'Protocol') ?? existing?.protocol;
  if (protocol === undefined) throw invalid('A protocol must be specified');
  const allowed: readonly string[] = listenerProtocols[balancer.type];
  if (!allowed.includes(protocol)) {
    // [hashicorp/terraform#18126, pulumi/pulumi-aws#1193]
    throw invalid(`Listener protocol '${protocol}' must be one of '${allowed.join(', ')}'`);
  }
  const secure = protocol === 'HTTPS' || protocol === 'TLS';
  if (!secure) refuseSecure(input, protocol);
  const certificates = secure ? certificatesFrom(input, protocol, context, existing) : [];
  const sslPolicy = secure ? (textOf(input, 'SslPolicy') ?? existing?.sslPolicy ?? defaultSslPolicy) : null;
  if (sslPolicy !== null && !isSslPolicy(sslPolicy)) {
    throw new AwsError('SSLPolicyNotFound', unverifiedTexts.sslPolicyNotFound(sslPolicy));
  }
  const alpnPolicy = textsOf(input, 'AlpnPolicy');
  if (protocol !== 'TLS' && alpnPolicy !== undefined && alpnPolicy.length > 0) {
    throw invalid(unverifiedTexts.alpnProtocol(protocol));
  }
  const mutual = recordOf(input, 'MutualAuthentication');
  if (protocol !== 'HTTPS' && mutual !== undefined) throw invalid(unverifiedTexts.mutualProtocol(protocol));
  const settings = {
    port,
    protocol,
    sslPolicy,
    certificates,
    alpnPolicy: protocol === 'TLS' ? (alpnPolicy ?? existing?.alpnPolicy ?? []) : [],
    mutualAuthentication: secure
      ? mutual === undefined
        ? (existing?.mutualAuthentication ?? (protocol === 'HTTPS' ? { Mode: 'off' } : null))
        : Object.fromEntries(Object.entries(mutual).map(([key, value]) => [key, String(value)]))
      : null,
    defaultActions:
      existing !== undefined && recordsOf(input, 'DefaultActions') === undefined
        ? existing.defaultActions
        : actionsFrom(input, 'DefaultActions', balancer, protocol, local, existing?.defaultActions),
  };
  // A new port or protocol can make a loop of what was none.
  checkRedirects(settings.defaultActions, settings);
  return settings;
}

/** What only a listener with TLS has; the misspelling is AWS's [theopensystemslab/planx-new#1051, fargatecli#104]. */
function refuseSecure(input: Input, protocol: string): void {
  if ((recordsOf(input, 'Certificates') ?? []).length > 0) {
    throw invalid(`A certificate cannot be specified for ${protocol} listeners`);
  }
  if (textOf(input, 'SslPolicy') !== undefined) {
    throw invalid(`An SSL policy cannot be specifed for ${protocol} listeners`);
  }
}

function certificatesFrom(
  input: Input,
  protocol: string,
  context: CallContext,
  existing: ListenerRecord | undefined,
): string[] {
  const given = recordsOf(input, 'Certificates')?.map((item) => requiredText(item, 'CertificateArn'));
  const certificates = given ?? existing?.certificates ?? [];
  if (certificates.length === 0) throw invalid(`A certificate must be specified for ${protocol} listeners`);
  if (certificates.length > 1)
    throw new AwsError('TooManyCertificates', 'Only one default certificate can be specified');
  for (const arn of given ?? []) checkCertificate(arn, context);
  return certificates;
}

/** There in this region, and issued [hashicorp/terraform-provider-aws#41789, DataBiosphere/azul#8321]. */
function checkCertificate(arn: string, { local, now }: CallContext): void {
  const certificate = networkOf(local).certificates[arn];
  if (certificate === undefined) throw new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
  if (certificateState(certificate, now) === 'ISSUED') return;
  throw new AwsError(
    'UnsupportedCertificate',
    `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
  );
}

function onPort(local: RegionData, balancer: LoadBalancerRecord, port: number): ListenerRecord | undefined {
  return listenersOf(local, balancer).find((other) => other.port === port);
}

function duplicate(balancer: LoadBalancerRecord): AwsError {
  const text = `A listener already exists on this port for this load balancer '${balancer.arn}'`;
  return new AwsError('DuplicateListener', text);
}

/** Idempotent by equal settings, as creates of this service are. */
export function createListener(input: Input, context: CallContext): Output {
  const { local, now, world } = context;
  const balancer = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  const settings = settingsFrom(input, balancer, context, undefined);
  const tags = tagsOf(input);
  const existing = onPort(local, balancer, settings.port);
  if (existing !== undefined) {
    const { port, protocol, sslPolicy, certificates, alpnPolicy, mutualAuthentication, defaultActions } = existing;
    const present = { port, protocol, sslPolicy, certificates, alpnPolicy, mutualAuthentication, defaultActions };
    if (JSON.stringify(present) === JSON.stringify(settings)) return { Listeners: [output(existing)] };
    throw duplicate(balancer);
  }
  atMost(`listeners-per-${balancer.type}-load-balancer`, balancer.listeners.length + 1, 'TooManyListeners');
  const arn = childArn(balancer.arn, 'listener', world.hex(16));
  const defaultRule = childArn(arn, 'listener-rule', world.hex(16));
  const record: ListenerRecord = {
    arn,
    loadBalancer: balancer.arn,
    ...settings,
    createdAt: now,
    defaultRule,
    rules: [],
    tags,
  };
  elbv2Of(local).listeners[arn] = record;
  elbv2Of(local).rules[defaultRule] = {
    arn: defaultRule,
    listener: arn,
    priority: null,
    conditions: [],
    actions: [],
    tags: [],
  };
  balancer.listeners.push(arn);
  associate(arn, balancer.arn, { from: [], to: record.defaultActions }, context);
  return { Listeners: [output(record)] };
}

export function describeListeners(input: Input, { local }: CallContext): Output {
  const arns = textsOf(input, 'ListenerArns') ?? [];
  const balancerArn = textOf(input, 'LoadBalancerArn');
  if (arns.length > 0 === (balancerArn !== undefined)) {
    throw invalid('You must specify either listener ARNs or a load balancer ARN');
  }
  const found =
    balancerArn === undefined
      ? [...new Set(arns)].map((arn) => listener(local, arn))
      : listenersOf(local, loadBalancer(local, balancerArn));
  const page = pageOf(found, (item) => item.arn, input);
  return { Listeners: page.items.map(output), NextMarker: page.next };
}

export function modifyListener(input: Input, context: CallContext): Output {
  const { local } = context;
  const record = listener(local, requiredText(input, 'ListenerArn'));
  const balancer = loadBalancer(local, record.loadBalancer);
  const settings = settingsFrom(input, balancer, context, record);
  const other = onPort(local, balancer, settings.port);
  if (other !== undefined && other !== record) throw duplicate(balancer);
  associate(record.arn, balancer.arn, { from: record.defaultActions, to: settings.defaultActions }, context);
  Object.assign(record, settings);
  return { Listeners: [output(record)] };
}

export function deleteListener(input: Input, context: CallContext): Output {
  removeListener(listener(context.local, requiredText(input, 'ListenerArn')).arn, context);
  return {};
}

/** Takes a listener and its rules away and lets go of their target groups. */
export function removeListener(arn: string, context: CallContext): void {
  const elbv2 = elbv2Of(context.local);
  const record = elbv2.listeners[arn];
  if (record === undefined) return;
  for (const ruleArn of [...record.rules, record.defaultRule]) {
    const rule = elbv2.rules[ruleArn];
    if (rule === undefined) continue;
    const user = rule.priority === null ? record.arn : rule.arn;
    associate(user, record.loadBalancer, { from: actionsOf(context.local, rule), to: [] }, context);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    delete elbv2.rules[ruleArn];
  }
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete elbv2.listeners[arn];
  const balancer = elbv2.loadBalancers[record.loadBalancer];
  if (balancer !== undefined) balancer.listeners = balancer.listeners.filter((other) => other !== arn);
}

export function describeListenerCertificates(input: Input, { local }: CallContext): Output {
  const record = listener(local, requiredText(input, 'ListenerArn'));
  const all = [
    ...record.certificates.map((arn) => ({ CertificateArn: arn, IsDefault: true })),
    ...(record.furtherCertificates ?? []).map((arn) => ({ CertificateArn: arn, IsDefault: false })),
  ];
  const page = pageOf(all, ({ CertificateArn }) => CertificateArn, input);
  return { Certificates: page.items, NextMarker: page.next };
}

function namedCertificates(input: Input): string[] {
  return (recordsOf(input, 'Certificates') ?? []).map((item) => requiredText(item, 'CertificateArn'));
}

/** One that is there already is no error, and is not added again [ELB API, AddListenerCertificates]. */
export function addListenerCertificates(input: Input, context: CallContext): Output {
  const { local } = context;
  const record = listener(local, requiredText(input, 'ListenerArn'));
  const added = namedCertificates(input);
  for (const arn of added) checkCertificate(arn, context);
  const further = new Set([...(record.furtherCertificates ?? []), ...added]);
  for (const arn of record.certificates) further.delete(arn);
  atMost('certificates-per-application-load-balancer', further.size, 'TooManyCertificates');
  record.furtherCertificates = [...further];
  return { Certificates: added.map((arn) => ({ CertificateArn: arn, IsDefault: record.certificates.includes(arn) })) };
}

export function removeListenerCertificates(input: Input, { local }: CallContext): Output {
  const record = listener(local, requiredText(input, 'ListenerArn'));
  const removed = namedCertificates(input);
  for (const arn of removed) {
    if (record.certificates.includes(arn))
      throw new AwsError('OperationNotPermitted', unverifiedTexts.certificateIsDefault(arn));
  }
  record.furtherCertificates = (record.furtherCertificates ?? []).filter((arn) => !removed.includes(arn));
  return {};
}

export function describeListenerAttributes(input: Input, { local }: CallContext): Output {
  const record = listener(local, requiredText(input, 'ListenerArn'));
  return { Attributes: attributesOutput({ ...listenerDefaults(record.protocol), ...record.attributes }) };
}

/** Answers with all attributes, not only those changed. */
export function modifyListenerAttributes(input: Input, context: CallContext): Output {
  const record = listener(context.local, requiredText(input, 'ListenerArn'));
  const attributes = { ...record.attributes };
  changeAttributes('Listener', attributes, listenerDefaults(record.protocol), input);
  record.attributes = attributes;
  return describeListenerAttributes(input, context);
}
