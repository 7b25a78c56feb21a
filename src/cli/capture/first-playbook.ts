// A first playbook for those who have no service to capture: sound as it is, with a word about each part.

export interface FirstPlaybook {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

export function firstPlaybook({ account, name, region }: FirstPlaybook): string {
  return `# The playbook of ${name}: what it is made of in AWS, and what depends on what. relight brings back what is lost, in order.
# Each part is explained in docs/playbook.md; each type, with all its fields, in docs/components/.
apiVersion: relight/v1
kind: Playbook

metadata:
  name: ${name} # marks the service's pieces in AWS
  owner: team-${name} # whom to ask

objectives: { rto: 15m } # how long it may be down

target:
  account: '${account}' # refused anywhere else, before anything else is asked of AWS
  region: ${region}
  environment: production # production asks for the playbook's name to be typed

params:
  image: { type: string, default: 'registry.example/${name}:1.0' } # another one for a night: --param image=...
  replicas: { type: integer, default: 2, minimum: 1, maximum: 20 }

root: service # the owner of every piece that names no other: left over without it, they are orphaned

components:
  # Others use it too: it has to be there, and is never changed.
  cluster:
    type: ecs/cluster
    shared: true
    spec: { name: production }

  task-definition:
    type: ecs/task-definition
    spec:
      family: ${name}
      cpu: '256'
      memory: '512'
      executionRole: ecs-task-execution
      containers:
        # Environment, secrets and whatever else is not said here stays as it is in AWS.
        - { name: app, image: '\${params.image}', port: 8080 }

  load-balancer:
    type: elbv2/load-balancer
    spec:
      name: ${name}
      scheme: internet-facing
      subnets: [subnet-00000000000000001, subnet-00000000000000002]
      securityGroups: [sg-00000000000000001]

  target-group:
    type: elbv2/target-group
    spec:
      name: ${name}
      port: 8080
      protocol: HTTP
      vpc: vpc-00000000000000001
      healthCheck: { path: /health }

  listener:
    type: elbv2/listener
    spec:
      loadBalancer: '\${load-balancer.arn}' # a reference: it reads an output of another component, and comes after it
      port: 80
      protocol: HTTP
      forwardTo: '\${target-group.arn}'

  service:
    type: ecs/service
    dependsOn: [listener] # ECS wants the target group to be behind a load balancer
    spec:
      cluster: '\${cluster.arn}'
      name: ${name}
      taskDefinition: '\${task-definition.arn}'
      desiredCount: '\${params.replicas}'
      loadBalancer: { targetGroup: '\${target-group.arn}', container: app, port: 8080 }
      network: { subnets: [subnet-00000000000000001, subnet-00000000000000002], securityGroups: [sg-00000000000000001] }

  record:
    type: route53/record
    spec:
      zone: example.org
      name: ${name}.example.org
      type: CNAME
      ttl: 60
      values: ['\${load-balancer.dnsName}']

# Asked at the end of a run: does it answer?
verify:
  - http: { url: 'http://${name}.example.org/health', status: 200, within: 5m }
`;
}
