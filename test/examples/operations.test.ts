// What ships to run scans with says what is so: the policy is what relight prints, the fleet loads, commands exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadPlaybook } from '../../src/engine.ts';
import type { Fleet } from '../../src/fleet/model.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import { policyFor } from '../../src/permissions/policy.ts';
import {
  largestPolicy,
  policyDocument,
  policySize,
  terraformName,
  terraformText,
} from '../../src/permissions/render.ts';
import { longestPause } from '../../src/watch/schedule.ts';
import { makeFolder } from '../cli/harness.ts';
import { codeBlocks, readDocument, root } from '../helpers/markdown.ts';
import { allOperations, commandsIn, operations, rulesIn } from '../helpers/operations.ts';

/** Commands that the examples are written for and that are not there yet: their options are not looked at. */
const notYet: readonly string[] = [];

describe('the policy of scans is what relight permissions prints (update the files with: vitest -u)', () => {
  const file = 'playbooks/deployer-api.yaml';
  const loaded = loadPlaybook({ file, bytes: readFileSync(join(root, file)) });
  if (!loaded.ok) throw new Error(`${file} is not sound`);
  const { playbook } = loaded;
  const statements = policyFor(playbook, playbook.types, 'scan');

  it('for Terraform', async () => {
    const text = terraformText(statements, terraformName(playbook.metadata.name, 'scan'));
    await expect(text).toMatchFileSnapshot(join(root, operations, 'terraform/scan-policy.tf'));
    expect(readDocument(`${operations}/terraform/main.tf`)).toContain(
      `data.aws_iam_policy_document.${terraformName(playbook.metadata.name, 'scan')}.json`,
    );
  });

  it.each(['scheduled-scan.yaml', 'scan-role.yaml'])('in %s', async (name) => {
    const path = join(root, operations, 'cloudformation', name);
    const before = readFileSync(path, 'utf8');
    const places = /^( *)# begin: relight permissions playbooks\/deployer-api\.yaml --for scan\n[\s\S]*?^ *# end$/gm;
    let met = 0;
    const after = before.replaceAll(places, (_, indent: string) => {
      met += 1;
      const lines = stringify({ PolicyDocument: policyDocument(statements) }, { lineWidth: 0, version: '1.1' })
        .trimEnd()
        .split('\n');
      return ['# begin: relight permissions playbooks/deployer-api.yaml --for scan', ...lines, '# end']
        .map((line) => indent + line)
        .join('\n');
    });
    expect(met).toBe(1);
    const options = await resolveConfig(path);
    await expect(await format(after, { ...options, filepath: path })).toMatchFileSnapshot(path);
  });

  it('allows no change, and fits', () => {
    const actions = statements.flatMap((each) => each.actions);
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((each) => !/:(Describe|Get|List|BatchGet|Test)/.test(each))).toEqual([]);
    expect(policySize(statements)).toBeLessThan(largestPolicy);
  });
});

function fleetIn(text: string): Fleet {
  const result = loadFleet({ file: 'relight-fleet.yaml', bytes: text });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.fleet;
}

describe('the fleet file', () => {
  const text = readDocument(`${operations}/relight-fleet.yaml`);
  const fleet = fleetIn(text);

  it('is sound, and the one that docs/operations.md begins from', () => {
    expect(fleet.schedules.map(({ name }) => name)).toEqual(['production', 'all']);
    const shown = codeBlocks(readDocument('docs/operations.md')).filter((each) => each.text.includes('kind: Fleet'));
    expect(shown.map((each) => each.text)).toEqual([text]);
  });

  it('has the intervals that the alert rules go by', () => {
    const now = Date.UTC(2026, 0, 1);
    const interval = (schedule: Fleet['schedules'][number]): number => longestPause(schedule, now) / 1000;
    const ofSchedules = fleet.schedules.map((each) => `schedule ${each.name} ${interval(each)}`);
    const ofAccounts = fleet.accounts.map(({ id }) => {
      const looking = fleet.schedules.filter(({ accounts }) => accounts?.includes(id) ?? true);
      return `account ${id} ${Math.min(...looking.map(interval))}`;
    });
    expect([...ofSchedules, ...ofAccounts]).toEqual(intervals());
  });
});

function intervals(): readonly string[] {
  return rulesIn('intervals.yaml').map(({ expr, labels = {}, record }) => {
    const [[label, value] = []] = Object.entries(labels);
    expect(record).toBe(`relight:${label ?? ''}_interval_seconds`);
    return `${label ?? ''} ${value ?? ''} ${/^vector\((\d+)\)$/.exec(expr)?.[1] ?? expr}`;
  });
}

describe('commands in the examples and in docs/operations.md', () => {
  const folder = makeFolder();

  async function helpOf(words: readonly string[]): Promise<string> {
    const { code, stdout } = await folder.relight([...words, '--help']);
    expect(code, words.join(' ')).toBe(0);
    return stdout;
  }
  const named = (help: string): readonly string[] =>
    [...help.matchAll(/^ {2}([a-z-]+) (?=.*\S)/gm)].map(([, name = '']) => name);

  it('are commands of relight, with options that they have', async () => {
    const verbs = named(await helpOf([]));
    expect(
      notYet.filter((each) => verbs.includes(each)),
      'these are there now: take them from the list above',
    ).toEqual([]);
    const texts = new Map([...allOperations(), ['docs/operations.md', readDocument('docs/operations.md')]]);
    const met = new Set<string>();
    for (const [path, text] of texts) {
      for (const words of commandsIn(text, new Set([...verbs, ...notYet]))) {
        const [verb = '', second = ''] = words;
        met.add(verb);
        if (notYet.includes(verb)) continue;
        const below = named(await helpOf([verb]));
        const help = await helpOf(below.includes(second) ? [verb, second] : [verb]);
        const options = new Set([...help.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option));
        for (const word of words.filter((each) => each.startsWith('--')))
          expect([...options], `${path}: relight ${words.join(' ')}`).toContain(word.split('=')[0]);
      }
    }
    // A search that finds nothing would find no mistake either.
    expect([...met].sort()).toEqual(expect.arrayContaining(['doctor', 'permissions', 'scan', 'watch']));
  });

  it('are found where they are written as lists of words', () => {
    const found = (path: string): readonly string[] =>
      commandsIn(readDocument(`${operations}/${path}`), new Set(['scan'])).map((words) => words.join(' '));
    const task = 'scan /fleet/relight-fleet.yaml --notify /fleet/relight-notify.yaml --format ndjson';
    expect(found('cloudformation/scheduled-scan.yaml')).toEqual([task]);
    expect(found('terraform/main.tf')).toEqual([task]);
    expect(found('container/Containerfile.fleet')).toEqual(['scan /fleet/relight-fleet.yaml']);
    expect(found('systemd/relight-scan.service').join()).toContain('--notify /etc/relight/relight-notify.yaml');
    expect(found('github-actions/drift-scan.yml').join()).toContain('--out drift.sarif');
    expect(found('kubernetes/cronjob.yaml').join()).toContain('--format ndjson --deadline 5m');
  });
});
