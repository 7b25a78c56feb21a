// Playbooks of 10,000 components, as text: what real ones look like (clusters of a service's pieces around shared ones),
// and the shapes that graphs are worst at (one chain, one hub). Deterministic: no randomness, no clock.

/** One shape of a large playbook. */
export interface Shape {
  readonly name: string;
  readonly text: string;
  readonly components: number;
}

export const head = `apiVersion: relight/v1
kind: Playbook
metadata:
  name: estate
  description: Ten thousand pieces
objectives: { rto: 15m }
target:
  account: '123456789012'
  region: eu-west-1
params:
  image: { type: string, default: 'registry.example/app:1.42' }
  replicas: { type: integer, default: 2, minimum: 1, maximum: 20 }
recovery: { concurrency: 10, deadline: 1h }

components:
`;

/** Letters of the id that every name of a cluster's pieces carries. */
export function serviceName(index: number): string {
  return `svc-${String(index).padStart(5, '0')}`;
}

/** The eight pieces of one service, as in playbooks/deployer-api.yaml, owned by the ECS service. */
export function servicePieces(service: string, cluster: string, table: string): string {
  return `
  ${service}-task:
    type: ecs/task-definition
    ownedBy: ${service}
    spec:
      family: ${service}
      cpu: '256'
      memory: '512'
      executionRole: arn:aws:iam::123456789012:role/ecs-task-execution
      containers:
        - { name: api, image: '\${params.image}', port: 8080 }

  ${service}-lb:
    type: elbv2/load-balancer
    ownedBy: ${service}
    spec:
      name: ${service}
      scheme: internet-facing
      subnets: [subnet-a1, subnet-b1]
      securityGroups: [sg-web]

  ${service}-tg:
    type: elbv2/target-group
    ownedBy: ${service}
    spec:
      name: ${service}
      port: 8080
      protocol: HTTP
      targetType: ip
      vpc: vpc-1
      healthCheck: { path: /health }

  ${service}-listener:
    type: elbv2/listener
    ownedBy: ${service}
    spec:
      loadBalancer: '\${${service}-lb.arn}'
      port: 443
      protocol: HTTPS
      certificate: arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555
      forwardTo: '\${${service}-tg.arn}'

  ${service}:
    type: ecs/service
    dependsOn: [${service}-listener] # ECS wants the target group to be behind a load balancer
    spec:
      cluster: '\${${cluster}.arn}'
      name: ${service}
      taskDefinition: '\${${service}-task.arn}'
      desiredCount: '\${params.replicas}'
      loadBalancer: { targetGroup: '\${${service}-tg.arn}', container: api, port: 8080 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
    ignore: [desiredCount] # autoscaling moves it

  ${service}-cname:
    type: route53/record
    ownedBy: ${service}
    spec:
      zone: wonderland.example
      name: ${service}.wonderland.example
      type: CNAME
      ttl: 60
      values: ['\${${service}-lb.dnsName}']

  ${service}-health:
    type: route53/health-check
    ownedBy: ${service}
    spec: { fqdn: '\${${service}-cname.fqdn}', port: 443, protocol: HTTPS, path: /health }

  ${service}-entry:
    type: dynamodb/item
    ownedBy: ${service}
    spec:
      table: '\${${table}.name}'
      key: { service: ${service} }
      attributes: { serviceArn: '\${${service}.arn}', status: deployed }
`;
}

export function sharedPieces(cluster: string, tables: readonly string[]): string {
  return `
  ${cluster}:
    type: ecs/cluster
    shared: true
    spec: { name: ${cluster} }
${tables
  .map(
    (table) => `
  ${table}:
    type: dynamodb/table
    shared: true
    spec: { name: ${table} }
`,
  )
  .join('')}`;
}

function count(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Clusters of some services each, around one ECS cluster and some tables of their own. */
function clusters(amount: number, services: number, tables: number): string {
  return count(amount)
    .map((cluster) => {
      const name = `cluster-${cluster}`;
      const own = count(tables).map((table) => `table-${cluster}-${table}`);
      const pieces = count(services).map((service) =>
        servicePieces(serviceName(cluster * services + service), name, own[service % tables] ?? ''),
      );
      return sharedPieces(name, own) + pieces.join('');
    })
    .join('');
}

function item(id: string, more: string): string {
  return `
  ${id}:
    type: dynamodb/item
    ${more}
    spec:
      table: deployer-state
      key: { service: ${id} }
      attributes: { status: deployed }
`;
}

/** Each needs the one before. */
function chain(length: number): string {
  return count(length)
    .map((index) => item(`link-${index}`, index === 0 ? 'dependsOn: []' : `dependsOn: [link-${index - 1}]`))
    .join('');
}

/** All read an output of one shared piece. */
function hub(length: number): string {
  const spokes = count(length - 1).map((index) =>
    item(`spoke-${index}`, 'ownedBy: null').replace('table: deployer-state', "table: '\${hub.name}'"),
  );
  return `
  hub:
    type: dynamodb/table
    shared: true
    spec: { name: deployer-state }
${spokes.join('')}`;
}

/** Layers: each piece needs some of the layer below. */
function layers(depth: number, width: number, needed: number): string {
  return count(depth)
    .flatMap((layer) =>
      count(width).map((place) => {
        const needs = count(needed).map((step) => `piece-${layer - 1}-${(place + step * 97) % width}`);
        return item(`piece-${layer}-${place}`, layer === 0 ? 'dependsOn: []' : `dependsOn: [${needs.join(', ')}]`);
      }),
    )
    .join('');
}

function shape(name: string, body: string, components: number): Shape {
  return { name, text: head + body, components };
}

/** Every shape that is measured, each of 10,000 components. */
export function shapes(): readonly Shape[] {
  return [
    shape('1,000 clusters of 10', clusters(1_000, 1, 1), 10_000),
    shape('100 clusters of 100', clusters(100, 12, 3), 10_000),
    shape('a chain of 10,000', chain(10_000), 10_000),
    shape('10,000 around one', hub(10_000), 10_000),
    shape('10 layers of 1,000, three needs each', layers(10, 1_000, 3), 10_000),
  ];
}
