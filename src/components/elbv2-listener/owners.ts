// A listener as Terraform and CloudFormation know it: by its ARN, which has the load balancer's in it.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { actionsIn, afterActionImport } from '../kit/elbv2-terraform.ts';
import { blockIn, flagIn, numberIn, tagsIn, textIn, told } from '../kit/terraform.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export const owners: Owners<ListenerSpec, ListenerState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_lb_listener', 'aws_alb_listener'],
    pieceOf,
    // [AWS provider docs, aws_lb_listener, "Import"]: by ARN.
    importId: ({ state }) => state.arn,
    afterImport: afterActionImport,
  },
  cloudFormation: {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    identifier: ({ state }) => ({ ListenerArn: state.arn }),
    // [AWS::ElasticLoadBalancingV2::Listener, "Return values"]
    values: ({ state }) => ({ Ref: state.arn, ListenerArn: state.arn }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<ListenerSpec, ListenerState> | undefined {
  const arn = textIn(attributes, 'arn');
  const loadBalancer = textIn(attributes, 'load_balancer_arn');
  if (arn === undefined || loadBalancer === undefined) return undefined;
  // A gateway load balancer's has none.
  const port = numberIn(attributes, 'port') ?? 0;
  const mutual = blockIn(attributes, 'mutual_authentication');
  const policy = textIn(attributes, 'alpn_policy');
  const state: ListenerState = {
    arn,
    loadBalancer,
    port,
    protocol: textIn(attributes, 'protocol') ?? '',
    certificate: textIn(attributes, 'certificate_arn'),
    sslPolicy: textIn(attributes, 'ssl_policy'),
    actions: actionsIn(attributes, 'default_action'),
    attributes: attributesOf(attributes),
    description: toJson({
      AlpnPolicy: policy === undefined ? undefined : [policy],
      MutualAuthentication:
        mutual &&
        told({
          Mode: textIn(mutual, 'mode'),
          TrustStoreArn: textIn(mutual, 'trust_store_arn'),
          IgnoreClientCertificateExpiry: flagIn(mutual, 'ignore_client_certificate_expiry'),
          AdvertiseTrustStoreCaNames: textIn(mutual, 'advertise_trust_store_ca_names'),
        }),
    }),
  };
  return { spec: { loadBalancer, port }, state, tags: tagsIn(attributes) };
}

/** Names of headers keep their underscores in AWS's keys, the way there has dots [AWS provider, internal/service/elbv2/listener.go]. */
const headerAttribute = /^routing_http_(request|response)_(\w+?)_(header_name|header_value|enabled)$/;

function attributesOf(attributes: TerraformAttributes): Readonly<Record<string, string>> {
  const headers = Object.keys(attributes).flatMap((name) => {
    const [, way = '', header = '', what = ''] = headerAttribute.exec(name) ?? [];
    const value = textIn(attributes, name) ?? flagIn(attributes, name);
    return header === '' || value === undefined ? [] : [[`routing.http.${way}.${header}.${what}`, String(value)]];
  });
  const idle = numberIn(attributes, 'tcp_idle_timeout_seconds');
  return {
    ...(Object.fromEntries(headers) as Readonly<Record<string, string>>),
    ...(idle === undefined ? {} : { 'tcp.idle_timeout.seconds': String(idle) }),
  };
}
