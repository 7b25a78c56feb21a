// A health check as Terraform and CloudFormation know it: by its id, which a new one does not share with an old one.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { flagIn, numberIn, tagsIn, textIn, textsIn } from '../kit/terraform.ts';
import { asksEndpoint } from './kinds.ts';
import { protocolOf, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

export const owners: Owners<HealthCheckSpec, HealthCheckState> = {
  by: 'id',
  terraform: {
    resources: ['aws_route53_health_check'],
    pieceOf,
    // [AWS provider docs, aws_route53_health_check, "Import"]: by id.
    importId: ({ state }) => state.id,
  },
  cloudFormation: {
    type: 'AWS::Route53::HealthCheck',
    identifier: ({ state }) => ({ HealthCheckId: state.id }),
    // [AWS::Route53::HealthCheck, "Return values"]
    values: ({ state }) => ({ Ref: state.id, HealthCheckId: state.id }),
  },
};

/** The provider writes 0 and false for what a kind of check does not have. */
function pieceOf(attributes: TerraformAttributes): StatedPiece<HealthCheckSpec, HealthCheckState> | undefined {
  const id = textIn(attributes, 'id');
  const type = textIn(attributes, 'type');
  if (id === undefined || type === undefined) return undefined;
  const ofEndpoint = asksEndpoint(protocolOf({ type }));
  const only = <Value>(value: Value): Value | undefined => (ofEndpoint ? value : undefined);
  const children = textsIn(attributes, 'child_healthchecks');
  const alarm = textIn(attributes, 'cloudwatch_alarm_name');
  const port = numberIn(attributes, 'port');
  const state: HealthCheckState = {
    id,
    callerReference: '',
    version: 0,
    type,
    fqdn: only(textIn(attributes, 'fqdn')),
    ipAddress: only(textIn(attributes, 'ip_address')),
    port: only(port === 0 ? undefined : port),
    path: only(textIn(attributes, 'resource_path')),
    searchString: only(textIn(attributes, 'search_string')),
    interval: only(positive(numberIn(attributes, 'request_interval'))),
    failureThreshold: only(positive(numberIn(attributes, 'failure_threshold'))),
    measureLatency: flagIn(attributes, 'measure_latency') ?? false,
    enableSni: type.startsWith('HTTPS') ? flagIn(attributes, 'enable_sni') : undefined,
    inverted: flagIn(attributes, 'invert_healthcheck') ?? false,
    disabled: flagIn(attributes, 'disabled') ?? false,
    regions: only(textsIn(attributes, 'regions')),
    description: toJson({
      HealthCheckConfig: {
        ChildHealthChecks: children.length === 0 ? undefined : children,
        HealthThreshold: children.length === 0 ? undefined : numberIn(attributes, 'child_health_threshold'),
        InsufficientDataHealthStatus: textIn(attributes, 'insufficient_data_health_status'),
        RoutingControlArn: textIn(attributes, 'routing_control_arn'),
        AlarmIdentifier:
          alarm === undefined ? undefined : { Name: alarm, Region: textIn(attributes, 'cloudwatch_alarm_region') },
      },
    }),
  };
  const spec = {
    protocol: protocolOf(state),
    fqdn: state.fqdn,
    ipAddress: state.ipAddress,
    port: state.port,
    path: state.path,
    searchString: state.searchString,
  } as HealthCheckSpec;
  return { spec, state, tags: tagsIn(attributes) };
}

function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
