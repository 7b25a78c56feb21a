// Small playbooks of every type, by lot: what each piece says is little, and varies.
const head = {
  apiVersion: 'relight/v1',
  kind: 'Playbook',
  metadata: { name: 'shop' },
  target: { account: '123456789012', region: 'eu-west-1' },
};

/** Which pieces there are, and how much the playbook says of them. */
export interface Shape {
  /** A cluster, a task definition and a service. */
  readonly containers: { readonly ownCluster: boolean; readonly more: boolean } | null;
  /** A load balancer, a target group, a listener and a rule. */
  readonly balancing: { readonly secure: boolean; readonly rule: boolean; readonly more: boolean } | null;
  /** A record and a health check. */
  readonly names: { readonly record: 'plain' | 'one of several'; readonly more: boolean } | null;
  /** A table and an item. */
  readonly data: { readonly more: boolean } | null;
  /** Parameters. */
  readonly parameters: { readonly secret: boolean; readonly more: boolean } | null;
  /** All belongs to the first piece: the service where there is one. */
  readonly rooted: boolean;
}

export interface Edition {
  /** With what the pieces are made with, and the playbook does not say afterwards: how a record is one of several. */
  readonly first: boolean;
  /** With other values of what it says. */
  readonly edited: boolean;
}

/** What an edited playbook says instead, by what it said: texts that stand nowhere else. */
export const edits: readonly (readonly [string, string])[] = [
  ['registry.example/api:1', 'registry.example/api:2'],
  ['status-up', 'status-down'],
  ['"TTL":61', '"TTL":62'],
  ['info-1', 'info-2'],
  ['/health-1', '/health-2'],
];

type Fields = Readonly<Record<string, unknown>>;

/** The text of a playbook; JSON is YAML. */
export function playbookText(shape: Shape, { edited, first }: Edition): string {
  const components: Record<string, Fields> = {
    ...containersIn(shape),
    ...balancingIn(shape),
    ...namesIn(shape, first),
    ...dataIn(shape),
    ...parametersIn(shape),
  };
  const [any] = Object.keys(components).filter((id) => components[id]?.['shared'] !== true);
  const root = !shape.rooted || any === undefined ? {} : { root: shape.containers === null ? any : 'service' };
  const secret = { params: { sesame: { type: 'string', sensitive: true, default: 'open-sesame' } } };
  const text = JSON.stringify({ ...head, ...(shape.parameters?.secret === true ? secret : {}), ...root, components });
  if (!edited) return text;
  return edits.reduce((all, [from, to]) => all.replaceAll(from, to), text).replace('"ttl":61', '"ttl":62');
}

export const executionRole = 'arn:aws:iam::123456789012:role/ecs-task-execution';

function containersIn({ balancing, containers }: Shape): Record<string, Fields> {
  if (containers === null) return {};
  const { more, ownCluster } = containers;
  const behind = balancing !== null;
  return {
    cluster: {
      type: 'ecs/cluster',
      ...(ownCluster ? {} : { shared: true }),
      spec: { name: 'shop', ...(more && ownCluster ? { containerInsights: 'enabled' } : {}) },
    },
    tasks: {
      type: 'ecs/task-definition',
      spec: {
        family: 'api',
        cpu: '1024',
        memory: '4096',
        executionRole,
        containers: [
          {
            name: 'app',
            image: 'registry.example/api:1',
            port: 8080,
            ...(more ? { environment: { SAID: 'yes' } } : {}),
          },
        ],
      },
    },
    service: {
      type: 'ecs/service',
      ...(behind ? { dependsOn: ['listener'] } : {}),
      spec: {
        cluster: '${cluster.arn}',
        name: 'api',
        taskDefinition: '${tasks.arn}',
        network: { subnets: ['subnet-a1'] },
        ...(more ? { desiredCount: 1 } : {}),
        ...(behind ? { loadBalancer: { targetGroup: '${group.arn}', container: 'app', port: 8080 } } : {}),
      },
    },
  };
}

function balancingIn({ balancing }: Shape): Record<string, Fields> {
  if (balancing === null) return {};
  const { more, rule, secure } = balancing;
  return {
    balancer: {
      type: 'elbv2/load-balancer',
      spec: {
        name: 'shop',
        subnets: ['subnet-a1', 'subnet-b1'],
        ...(more ? { attributes: { 'client_keep_alive.seconds': '3000' } } : {}),
      },
    },
    group: {
      type: 'elbv2/target-group',
      spec: {
        name: 'api',
        vpc: 'vpc-1',
        port: 8080,
        protocol: 'HTTP',
        ...(more ? { healthCheck: { path: '/health-1' } } : {}),
      },
    },
    listener: {
      type: 'elbv2/listener',
      spec: {
        loadBalancer: '${balancer.arn}',
        ...(secure ? { port: 443, protocol: 'HTTPS', certificate: certificates[0] } : { port: 80, protocol: 'HTTP' }),
        forwardTo: '${group.arn}',
      },
    },
    ...(rule
      ? {
          rule: {
            type: 'elbv2/listener-rule',
            spec: {
              listener: '${listener.arn}',
              priority: 10,
              conditions: { pathPattern: ['/a'] },
              forwardTo: '${group.arn}',
            },
          },
        }
      : {}),
  };
}

export const certificates = [1, 2, 3].map((each) => `arn:aws:acm:eu-west-1:123456789012:certificate/${each}`);

function namesIn({ names }: Shape, first: boolean): Record<string, Fields> {
  if (names === null) return {};
  const { more, record } = names;
  return {
    check: {
      type: 'route53/health-check',
      spec: {
        protocol: 'HTTP',
        fqdn: 'api.shop.example',
        ...(more ? { path: '/health-1' } : {}),
        // Nothing answers there.
        ...(first ? { disabled: true } : {}),
      },
    },
    name: {
      type: 'route53/record',
      spec: {
        zone: 'shop.example',
        name: 'api.shop.example',
        type: 'A',
        ttl: 61,
        values: ['192.0.2.1'],
        ...(record === 'plain' ? {} : { setIdentifier: 'eu', ...(first ? { weight: 10 } : {}) }),
        ...(record !== 'plain' && more ? { healthCheck: '${check.id}' } : {}),
      },
    },
  };
}

function dataIn({ data }: Shape): Record<string, Fields> {
  if (data === null) return {};
  return {
    state: {
      type: 'dynamodb/table',
      spec: {
        name: 'shop-state',
        hashKey: { name: 'id', type: 'S' },
        ...(data.more ? { deletionProtection: false } : {}),
      },
    },
    entry: {
      type: 'dynamodb/item',
      spec: {
        table: '${state.name}',
        key: { id: 'api' },
        attributes: { status: 'status-up', ...(data.more ? { nested: { said: true } } : {}) },
      },
    },
  };
}

function parametersIn({ parameters }: Shape): Record<string, Fields> {
  if (parameters === null) return {};
  const { more, secret } = parameters;
  return {
    level: {
      type: 'ssm/parameter',
      spec: { name: '/shop/level', type: 'String', value: 'info-1', ...(more ? { tags: { said: 'yes' } } : {}) },
    },
    ...(secret
      ? {
          key: {
            type: 'ssm/parameter',
            spec: { name: '/shop/key', type: 'SecureString', secretValue: '${params.sesame}' },
          },
        }
      : {}),
  };
}
