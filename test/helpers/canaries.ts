// A playbook with a canary in every place where a secret can stand, and a search for them in whatever left the program.

/** By the place; each is found nowhere else. */
export const canaries = {
  environment: 'Canary-env-7f3a"quoted\\slash',
  environmentUnicode: 'Kanarienvögel-🐤-geheim-91',
  environmentLines: 'first-canary-line-11\nsecond-canary-line-22',
  param: 'param-canary-5512-xyz',
  attribute: 'attr-canary-8890&<tag>',
  nested: 'nested-canary-3141',
  named: 'named-canary-2718',
  header: 'bearer-canary-1618-token',
  healthCommand: 'command-canary-4242',
} as const;

export const canaryPlaybook = `apiVersion: relight/v1
kind: Playbook
metadata: { name: canary }
target: { account: '123456789012', region: eu-west-1 }
params:
  licence: { type: string, sensitive: true, default: ${canaries.param} }
recovery: { deadline: 10m }
components:
  table:
    type: dynamodb/table
    spec: { name: registry, hashKey: { name: id } }
  tasks:
    type: ecs/task-definition
    sensitive: ['containers[0].healthCheck.command']
    spec:
      family: canary
      containers:
        - name: web
          image: registry.example/canary:1
          healthCheck: { command: [CMD, '${canaries.healthCommand}'] }
          environment:
            PLAIN: ${JSON.stringify(canaries.environment)}
            UMLAUT: '${canaries.environmentUnicode}'
            LICENCE: 'with-\${params.licence}-inside'
            LEVEL: info
            LINES: |-
              ${canaries.environmentLines.replace('\n', '\n              ')}
  entry:
    type: dynamodb/item
    dependsOn: [tasks]
    sensitive: [attributes.seed, 'attributes.peers[*].pin']
    spec:
      table: '\${table.name}'
      key: { id: canary }
      attributes:
        seed: '${canaries.attribute}'
        status: open
        apiToken: '${canaries.named}'
        peers: [{ name: eu, pin: '${canaries.nested}' }]
verify:
  - http: { url: 'https://nowhere.example/health', headers: { Authorization: 'Bearer ${canaries.header}' }, within: 2s }
`;

/** Forms of the canaries found in a text; one that is found is told by its place. */
export function canariesIn(text: string): readonly string[] {
  return Object.entries(canaries).flatMap(([place, value]) => {
    const json = JSON.stringify(value).slice(1, -1);
    const forms = [
      value,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString('base64'),
      ...value.split('\n'),
    ];
    return forms.some((form) => text.includes(form)) ? [place] : [];
  });
}
