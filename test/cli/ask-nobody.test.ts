// validate and graph: what they say, byte for byte. They ask nobody, so there is no world behind them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, transcript } from './harness.ts';
import { graphJson, validateJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

/** One file, many mistakes of different kinds. */
const bad = `apiVersion: relight/v1
kind: Playbook
metadata: { name: broken }
target: { account: "12345", region: eu-west-1, enviroment: production }
recovery: { strategy: reboot }
root: servce
components:
  load-balancer:
    type: elbv2/load-balancr
    spec: { name: api }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: "\${load-balancer.arnn}", port: "https", protocol: HTTP, forwardTo: "\${target-group.arn}" }
  target-group:
    type: elbv2/target-group
    dependsOn: [listener]
    spec: { name: api, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1 }
  service:
    type: ecs/service
    spec: { cluster: wonderland, name: api, taskDefinition: "\${params.image}", desiredCount: -1 }
verify:
  - htp: { url: "https://api.example/health" }
`;

async function golden(name: string, args: readonly string[]): Promise<void> {
  const outcome = await folder.relight(args);
  await expect(transcript(folder, args, outcome)).toMatchFileSnapshot(`../golden/${name}.txt`);
}

describe('validate', () => {
  test('a sound playbook', () => golden('validate-good', ['validate', 'deployer-api.yaml']));

  test('every mistake of a bad one at once', async () => {
    writeFileSync(folder.file('bad.yaml'), bad);
    await golden('validate-bad', ['validate', 'bad.yaml']);
  });

  test('a missing file', () => golden('validate-missing', ['validate', 'nowhere.yaml']));

  test('a folder', async () => {
    mkdirSync(folder.file('playbooks'));
    await golden('validate-folder', ['validate', 'playbooks']);
  });

  test('parameters that do not fit', () =>
    golden('validate-params', ['validate', 'deployer-api.yaml', '--param', 'replicas=99', '--param', 'imgae=x']));

  test('--json holds the same mistakes as data, and the exit code stays', async () => {
    writeFileSync(folder.file('bad.yaml'), bad);
    const good = await folder.relight(['validate', 'deployer-api.yaml', '--json']);
    expect(good.code).toBe(0);
    expect(validateJson.parse(jsonOf(good))).toMatchObject({ valid: true, diagnostics: [] });
    const outcome = await folder.relight(['validate', 'bad.yaml', '--json']);
    expect(outcome.code).toBe(1);
    const { diagnostics, valid } = validateJson.parse(jsonOf(outcome));
    expect(valid).toBe(false);
    const text = await folder.relight(['validate', 'bad.yaml']);
    for (const each of diagnostics)
      expect(text.stderr).toContain(`bad.yaml:${each.line}:${each.column}: ${each.severity}`);
    expect(text.stderr).toContain(`${diagnostics.length} errors in bad.yaml`);
  });
});

describe('graph', () => {
  for (const format of ['text', 'mermaid', 'dot', 'json']) {
    test(format, () => golden(`graph-${format}`, ['graph', 'deployer-api.yaml', '--format', format]));
  }

  test('--json is --format json, and has the promised shape', async () => {
    const outcome = await folder.relight(['graph', 'deployer-api.yaml', '--json']);
    const long = await folder.relight(['graph', 'deployer-api.yaml', '--format', 'json']);
    expect(outcome.stdout).toBe(long.stdout);
    const { createOrder, deleteOrder, nodes } = graphJson.parse(jsonOf(outcome));
    expect(deleteOrder).toEqual(createOrder.toReversed());
    expect(nodes.map((each) => each.id).toSorted()).toEqual(createOrder.toSorted());
  });
});
