// Playbooks in one line: `table shared; lb; listener -> in=lb.arn; service -> listener, lb.name; entry owner=service`.
// Statements are separated by `;` or line breaks. A statement is an id, its words, and what it needs.
//   words  `type=test/entry` `owner=x` `shared` `protect` `approval` `keep` `replace` (onOrphan) `ignore=size` `size=2`
//   needs  `a` (dependsOn) · `a.arn` (a reference at `links.a`) · `in=a.arn` (a reference at that field)
import { componentTypes } from '../../src/components/index.ts';
import { nothingToRedact } from '../../src/util/redact.ts';
import type { Check, Component, Playbook, Recovery, Reference } from '../../src/playbook/model.ts';

export interface PlaybookOptions {
  readonly recovery?: Partial<Recovery>;
  readonly rto?: number;
  readonly verify?: readonly Check[];
  readonly environment?: string;
}

const nowhere = { line: 1, column: 1 };

/** Builds a playbook value without the loader: what comes out is as sound as what is put in. */
export function playbookOf(text: string, options: PlaybookOptions = {}): Playbook {
  const statements = text
    .split(/[;\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const components = statements.map(componentOf);
  return {
    file: 'playbook.yaml',
    digest: 'digest',
    documentDigest: 'document',
    secrets: { redactor: nothingToRedact, params: new Set(), fingerprint: () => null },
    metadata: { name: 'shop', description: undefined, owner: undefined, labels: {} },
    objectives: { rto: options.rto },
    guards: { requireProof: undefined, teamLock: false },
    lock: { kind: 'file' },
    target: {
      account: '123456789012',
      alias: 'shop-prod',
      region: 'eu-west-1',
      environment: options.environment,
    },
    params: {},
    recovery: {
      strategy: 'repair',
      concurrency: 10,
      deadline: 30 * 60_000,
      onFailure: 'continue',
      maxDeletes: undefined,
      approvalTimeout: 15 * 60_000,
      knownGood: undefined,
      needs: [],
      ...options.recovery,
    },
    root: undefined,
    provides: [],
    placeOf: () => nowhere,
    types: componentTypes,
    components: new Map(components.map((each) => [each.id, each])),
    verify: options.verify ?? [],
    expected: [],
    inventory: undefined,
  };
}

function componentOf(statement: string): Component {
  const [head = '', needs = ''] = statement.split('->').map((each) => each.trim());
  const [id = '', ...words] = head.split(/\s+/);
  const given = new Map(words.map((word) => [word.split('=')[0] ?? '', word.split('=')[1] ?? 'true'] as const));
  const dependsOn: string[] = [];
  const references: Reference[] = [];
  const fields: Record<string, string> = {};
  const links: Record<string, string> = {};
  for (const need of needs.split(',').map((each) => each.trim())) {
    const match = /^(?:(\w+)=)?([a-z0-9-]+)(?:\.(\w+))?$/.exec(need);
    const [, field, component = '', output] = match ?? [];
    if (need === '') continue;
    if (match === null) throw new Error(`not a need: ${need}`);
    if (output === undefined) {
      dependsOn.push(component);
      continue;
    }
    if (field === undefined) links[component] = `\${${component}.${output}}`;
    else fields[field] = `\${${component}.${output}}`;
    references.push({ from: id, path: field ?? `links.${component}`, component, output, position: nowhere });
  }
  const ignore = given.get('ignore');
  return {
    id,
    type: given.get('type') ?? 'test/node',
    description: undefined,
    spec: {
      name: id,
      size: Number(given.get('size') ?? 1),
      ...fields,
      ...(Object.keys(links).length === 0 ? {} : { links }),
    },
    shared: given.has('shared'),
    protect: given.has('protect'),
    ...(given.has('approval') ? { approval: 'required' } : {}),
    dependsOn,
    ownedBy: given.get('owner'),
    ignore: ignore === undefined ? [] : [ignore],
    sensitive: [],
    exact: [],
    cleared: [],
    onOrphan: given.has('keep') ? 'keep' : given.has('replace') ? 'replace' : undefined,
    references,
    position: nowhere,
  };
}

const onceOnly = { within: 10_000, references: [], position: nowhere } as const;

/** An HTTP check that wants 200 within ten seconds. */
export function httpCheck(url: string, more: Partial<Extract<Check, { kind: 'http' }>> = {}): Check {
  return {
    kind: 'http',
    name: `http ${url}`,
    url,
    method: 'GET',
    status: [200],
    headers: {},
    body: undefined,
    timeout: 5_000,
    ...onceOnly,
    ...more,
  };
}

/** A DNS check that wants these values within ten seconds. */
export function dnsCheck(recordName: string, values: readonly string[] | undefined): Check {
  return { kind: 'dns', name: `dns ${recordName}`, recordName, type: 'CNAME', values, ...onceOnly };
}

export function tcpCheck(host: string, port: number): Check {
  return { kind: 'tcp', name: `tcp ${host}:${port}`, host, port, ...onceOnly };
}
