// A playbook so small that a whole proof of it takes seconds: an ECS service, its task definition, an entry that speaks of it.

export const shop = `apiVersion: relight/v1
kind: Playbook
metadata: { name: shop }
target: { account: '123456789012', region: eu-west-1 }
guards: { requireProof: 7d }
params:
  image: { type: string, default: 'registry.example/shop:1' }
root: service
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: wonderland } }
  table: { type: dynamodb/table, shared: true, spec: { name: state } }
  tasks:
    type: ecs/task-definition
    spec: { family: shop, containers: [{ name: web, image: '\${params.image}' }] }
  service:
    type: ecs/service
    spec:
      {
        cluster: '\${cluster.arn}', name: shop, taskDefinition: '\${tasks.arn}',
        network: { subnets: [subnet-1], securityGroups: [sg-1] },
      }
  entry:
    type: dynamodb/item
    spec: { table: '\${table.name}', key: { service: shop }, attributes: { arn: '\${service.arn}' } }
`;

/** The same without what is written into a table: half as many recoveries prove it. */
export const plainShop = shop.replace(/ {2}table: .*\n/, '').replace(/ {2}entry:\n[^]*$/, '');
