// What policies are asked about calls to Elastic Load Balancing.
import type { PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import { inputList, inputMember, ofPermission } from '../../condition-keys.ts';
import { arnsIn, arnsNamed, callOn, taggingOnCreation } from '../../permissions.ts';

export const elbv2Authorization: ServiceAuthorization = {
  permissions: (call) => {
    const resources = resourcesOf(call);
    return [
      ...callOn(call, resources),
      ...taggingOnCreation(
        call,
        'elasticloadbalancing:AddTags',
        resources.map((each) => madeBy(call, each)),
      ),
    ];
  },
  conditionKeys: {
    CreateAction: ofPermission,
    ListenerProtocol: inputMember('Protocol'),
    Scheme: inputMember('Scheme'),
    SecurityGroup: inputList('SecurityGroups'),
    SecurityPolicy: inputMember('SslPolicy'),
    Subnet: inputList('Subnets'),
  },
  hasResourceTags: true,
};

function resourcesOf(call: PlacedCall): readonly string[] {
  const { input, operation } = call;
  if (operation.startsWith('Describe')) return [];
  switch (operation) {
    case 'CreateLoadBalancer':
      return arnsNamed(call, `loadbalancer/${input['Type'] === 'network' ? 'net' : 'app'}/`, under(input['Name']));
    case 'CreateTargetGroup':
      return arnsNamed(call, 'targetgroup/', under(input['Name']));
    case 'SetRulePriorities':
      return arnsIn(input['RulePriorities'], 2);
    case 'AddTags':
    case 'RemoveTags':
      return arnsIn(input['ResourceArns'], 1);
    default: {
      // What it changes, not what it refers to.
      const names = ['RuleArn', 'ListenerArn', 'LoadBalancerArn', 'TargetGroupArn', 'ResourceArn'];
      return arnsIn(names.map((name) => input[name]).find((each) => typeof each === 'string') ?? {}, 1);
    }
  }
}

/** What is created gets an id that nobody knows yet. */
function under(name: unknown): string | undefined {
  return typeof name === 'string' ? `${name}/*` : undefined;
}

/** What a call makes, where that is another thing than the one it acts on. */
function madeBy({ operation }: PlacedCall, resource: string): string {
  switch (operation) {
    case 'CreateListener':
      return `${resource.replace(':loadbalancer/', ':listener/')}/*`;
    case 'CreateRule':
      return `${resource.replace(':listener/', ':listener-rule/')}/*`;
    default:
      return resource;
  }
}
