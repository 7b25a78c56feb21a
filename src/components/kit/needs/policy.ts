// The reads that a look at needs takes, as IAM policies name them [Service Authorization Reference]. Pure.
import type { ActionScope, Need, NeedKind, Scope } from '../../contract.ts';
import { regionalArn } from '../policy.ts';
import { ecrImage } from './image-name.ts';

type Grants = Readonly<Record<string, readonly string[]>>;

const anywhere = ['*'];

/** By kind of need: the actions, each with what it is about. */
const grants: Readonly<Record<NeedKind, (name: string, scope: Scope) => Grants>> = {
  subnet: () => ({ 'ec2:DescribeSubnets': anywhere }),
  'security-group': () => ({ 'ec2:DescribeSecurityGroups': anywhere }),
  vpc: () => ({ 'ec2:DescribeVpcs': anywhere }),
  certificate: (name) => (name.includes(':acm:') ? { 'acm:DescribeCertificate': [name] } : {}),
  role: (name, { account, partition }) => ({
    'iam:GetRole': [name.startsWith('arn:') ? name : `arn:${partition}:iam::${account}:role/${name}`],
  }),
  // AWS adds six characters to a secret's name; an ARN may be told without them.
  secret: (name, scope) => {
    const arn = name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : regionalSecret(name, scope);
    return { 'secretsmanager:DescribeSecret': [/-[A-Za-z0-9]{6}$/.test(arn) ? arn : `${arn}-*`] };
  },
  parameter: () => ({ 'ssm:DescribeParameters': anywhere }),
  image: (name, { partition }) => {
    const image = ecrImage(name);
    if (image === undefined) return {};
    const { region, registry, repository } = image;
    return {
      'ecr:DescribeImages': [`arn:${partition}:ecr:${region}:${registry}:repository/${repository}`],
      'ecr:DescribePullThroughCacheRules': anywhere,
    };
  },
  // An alias may lead to any key.
  key: (name, scope) => ({ 'kms:DescribeKey': [keyArn(name, scope)] }),
  untold: () => ({}),
  cluster: (name, scope) => ({ 'ecs:DescribeClusters': [regionalArn(scope, 'ecs', `cluster/${name}`)] }),
  'task-definition': () => ({ 'ecs:DescribeTaskDefinition': anywhere }),
  'load-balancer': () => ({ 'elasticloadbalancing:DescribeLoadBalancers': anywhere }),
  listener: () => ({ 'elasticloadbalancing:DescribeListeners': anywhere }),
  'target-group': () => ({ 'elasticloadbalancing:DescribeTargetGroups': anywhere }),
  'log-group': (_name, scope) => ({ 'logs:DescribeLogGroups': [regionalArn(scope, 'logs', 'log-group:*')] }),
};

function regionalSecret(name: string, scope: Scope): string {
  return regionalArn(scope, 'secretsmanager', `secret:${name}`);
}

function keyArn(name: string, scope: Scope): string {
  if (name.startsWith('arn:') && !name.includes(':alias/')) return name;
  return regionalArn(scope, 'kms', name.includes('alias/') ? 'key/*' : `key/${name}`);
}

/** What the reads of these needs are limited to, by action. */
export function policy(needs: readonly Need[], scope: Scope): Readonly<Record<string, ActionScope>> {
  const found = new Map<string, Set<string>>();
  for (const { kind, name } of needs) {
    for (const [action, resources] of Object.entries(grants[kind](name, scope))) {
      const known = found.get(action) ?? new Set();
      found.set(action, new Set([...known, ...resources]));
    }
  }
  return Object.fromEntries([...found].map(([action, resources]) => [action, { resources: [...resources].sort() }]));
}
