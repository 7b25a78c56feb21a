// A rule as Terraform and CloudFormation know it: by its ARN, which has the listener's in it.
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { actionsIn, afterActionImport } from '../kit/elbv2-terraform.ts';
import { blockIn, blocksIn, numberIn, tagsIn, textIn, textsIn, told } from '../kit/terraform.ts';
import { conditionsOf } from './conditions.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export const owners: Owners<ListenerRuleSpec, ListenerRuleState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_lb_listener_rule', 'aws_alb_listener_rule'],
    pieceOf,
    // [AWS provider docs, aws_lb_listener_rule, "Import"]: by ARN.
    importId: ({ state }) => state.arn,
    afterImport: afterActionImport,
  },
  cloudFormation: {
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    identifier: ({ state }) => ({ RuleArn: state.arn }),
    // [AWS::ElasticLoadBalancingV2::ListenerRule, "Return values"]
    values: ({ state }) => ({ Ref: state.arn, RuleArn: state.arn }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<ListenerRuleSpec, ListenerRuleState> | undefined {
  const arn = textIn(attributes, 'arn');
  const listener = textIn(attributes, 'listener_arn');
  const priority = numberIn(attributes, 'priority');
  if (arn === undefined || listener === undefined || priority === undefined) return undefined;
  const state: ListenerRuleState = {
    arn,
    listener,
    priority,
    conditions: conditionsOf(blocksIn(attributes, 'condition').flatMap(conditionIn)),
    actions: actionsIn(attributes, 'action'),
    description: toJson({}),
  };
  return { spec: { listener, priority }, state, tags: tagsIn(attributes) };
}

/** A block holds one kind of condition [AWS provider docs, aws_lb_listener_rule, "condition"]. */
function conditionIn(block: TerraformAttributes): readonly RuleCondition[] {
  const values = (name: string): string[] | undefined => {
    const inner = blockIn(block, name);
    return inner && [...textsIn(inner, 'values')];
  };
  const header = blockIn(block, 'http_header');
  const query = blocksIn(block, 'query_string');
  const [host, path] = [values('host_header'), values('path_pattern')];
  const [method, source] = [values('http_request_method'), values('source_ip')];
  return [
    ...(host === undefined ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: host } }]),
    ...(path === undefined ? [] : [{ Field: 'path-pattern', PathPatternConfig: { Values: path } }]),
    ...(method === undefined ? [] : [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: method } }]),
    ...(source === undefined ? [] : [{ Field: 'source-ip', SourceIpConfig: { Values: source } }]),
    ...(header === undefined
      ? []
      : [
          {
            Field: 'http-header',
            HttpHeaderConfig: {
              HttpHeaderName: textIn(header, 'http_header_name') ?? '',
              Values: [...textsIn(header, 'values')],
            },
          },
        ]),
    ...(query.length === 0
      ? []
      : [
          {
            Field: 'query-string',
            QueryStringConfig: {
              Values: query.map((each) => told({ Key: textIn(each, 'key'), Value: textIn(each, 'value') }) ?? {}),
            },
          },
        ]),
  ];
}
