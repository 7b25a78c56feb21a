// A service behind a network load balancer: connections, and no requests that anybody reads.

export const broker = `apiVersion: relight/v1
kind: Playbook
metadata: { name: broker }
target: { account: '123456789012', region: eu-west-1 }
recovery: { strategy: repair, deadline: 30m, maxDeletes: 8 }
root: service
components:
  cluster:
    type: ecs/cluster
    shared: true
    spec: { name: wonderland }
  tasks:
    type: ecs/task-definition
    spec:
      family: broker
      cpu: '256'
      memory: '512'
      executionRole: arn:aws:iam::123456789012:role/ecs-task-execution
      containers:
        - { name: broker, image: 'registry.example/broker:1', port: 1883 }
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: broker, type: network, scheme: internet-facing, subnets: [subnet-a1, subnet-b1] }
  target-group:
    type: elbv2/target-group
    spec: { name: broker, port: 1883, protocol: TCP, targetType: ip, vpc: vpc-1 }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${load-balancer.arn}', port: 8443, protocol: TCP, forwardTo: '\${target-group.arn}' }
  service:
    type: ecs/service
    dependsOn: [listener]
    spec:
      cluster: '\${cluster.arn}'
      name: broker
      taskDefinition: '\${tasks.arn}'
      desiredCount: 1
      loadBalancer: { targetGroup: '\${target-group.arn}', container: broker, port: 1883 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  name:
    type: route53/record
    spec:
      zone: wonderland.example
      name: broker.wonderland.example
      type: A
      alias: { dnsName: '\${load-balancer.dnsName}', hostedZoneId: '\${load-balancer.hostedZoneId}' }
verify:
  - tcp: { host: broker.wonderland.example, port: 8443, within: 5m }
`;
