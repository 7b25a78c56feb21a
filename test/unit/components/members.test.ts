// Members of AWS's input that have no rule by hand: one way to check, send, read and compare them, by data.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MembersData } from '../../../src/components/kit/members/data.ts';
import { saidDiff } from '../../../src/components/kit/members/diff.ts';
import { toInput } from '../../../src/components/kit/members/input.ts';
import { fromOutput } from '../../../src/components/kit/members/output.ts';
import { wordOf, type ListKeys, type Part } from '../../../src/components/kit/members/part.ts';
import { withMembers } from '../../../src/components/kit/members/schema.ts';
import { explainIssues } from '../../../src/playbook/checks/issues.ts';

const data: MembersData = {
  roots: { '': 'CreateThing' },
  shapes: {
    CreateThing: {
      type: 'structure',
      members: {
        Name: 'text',
        Mode: 'Mode',
        IPAddress: 'ShortText',
        SSESpecification: 'Encryption',
        Weight: 'Weight',
        Ratio: 'double',
        Enabled: 'boolean',
        Until: 'timestamp',
        Seal: 'blob',
        Options: 'Options',
        Rules: 'Rules',
        Zones: 'Zones',
        Command: 'Words',
        Inner: 'Nested',
        Details: 'any',
      },
      required: ['Name', 'Mode'],
    },
    Mode: { type: 'text', enum: ['fast', 'slow'] },
    ShortText: { type: 'text', min: 2, max: 5 },
    Encryption: { type: 'structure', members: { KMSMasterKeyId: 'text', Enabled: 'boolean' }, required: ['Enabled'] },
    Weight: { type: 'integer', min: 0, max: 255 },
    Options: { type: 'map', of: 'text' },
    Rule: { type: 'structure', members: { Id: 'text', Priority: 'integer', Zones: 'Zones' }, required: ['Id'] },
    Rules: { type: 'list', of: 'Rule', max: 2 },
    Zones: { type: 'list', of: 'text' },
    Words: { type: 'list', of: 'text' },
    Nested: { type: 'structure', members: { Inner: 'Nested', Name: 'text' } },
  },
};

const part: Part = { data, shape: 'CreateThing', except: ['Name'] };
const keys: ListKeys = { rules: ['id'], zones: [], 'rules[*].zones': [] };
const schema = z.strictObject(withMembers({ title: z.string() }, part));

function mistakes(more: object): readonly object[] {
  const value = { title: 'x', ...more };
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explainIssues(parsed.error.issues, schema, value, []);
}

describe('the word for a member', () => {
  it.each([
    ['containerDefinitions', 'containerDefinitions'],
    ['VpcId', 'vpcId'],
    ['IPAddress', 'ipAddress'],
    ['IPv6Address', 'ipv6Address'],
    ['SSESpecification', 'sseSpecification'],
    ['EnableSNI', 'enableSNI'],
    ['TTL', 'ttl'],
    ['GeoProximityLocation', 'geoProximityLocation'],
  ])('of %s is %s', (name, word) => {
    expect(wordOf(name)).toBe(word);
  });
});

describe('the schema of members', () => {
  it('takes all of them, and a reference wherever a text may stand', () => {
    expect(mistakes({})).toEqual([]);
    expect(
      mistakes({
        mode: 'slow',
        ipAddress: '${other.address}',
        sseSpecification: { enabled: true, kmsMasterKeyId: '${params.key}' },
        weight: 255,
        ratio: 0.5,
        until: '2026-01-02T00:00:00Z',
        seal: 'AAAA',
        options: { 'Any.key at-all': 'x' },
        rules: [{ id: 'a', zones: ['${zone.id}'] }],
        inner: { inner: { inner: { name: 'deep' } } },
        details: { AnyName: [1, { Deep: null }] },
      }),
    ).toEqual([]);
    expect(mistakes({ mode: '${other.mode}', until: '${other.time}' })).toEqual([]);
  });

  it('is not made before it is asked', () => {
    const broken: MembersData = {
      roots: {},
      shapes: { Thing: { type: 'structure', members: { A: 'Missing' } } },
    };
    const lazy = z
      .strictObject(withMembers({}, { data: broken, shape: 'Thing', except: [] }))
      .refine(() => true)
      .optional();
    expect(() => lazy.safeParse({})).toThrow('no shape Missing');
  });

  it('suggests the word that was meant, of a member or of an enumeration', () => {
    expect(mistakes({ sseSpecifcation: {} })).toMatchObject([
      {
        code: 'unknown-key',
        near: { word: 'sseSpecifcation', candidates: expect.arrayContaining(['sseSpecification']) as unknown },
      },
    ]);
    expect(mistakes({ inner: { inner: { nmae: 'x' } } })).toMatchObject([
      { code: 'unknown-key', path: ['inner', 'inner', 'nmae'], near: { candidates: ['inner', 'name'] } },
    ]);
    expect(mistakes({ mode: 'fsat' })).toMatchObject([
      { code: 'invalid-value', expected: '"fast" or "slow"', near: { word: 'fsat', candidates: ['fast', 'slow'] } },
    ]);
  });

  it('has the types, bounds and needs that AWS tells', () => {
    expect(mistakes({ weight: 256 })).toMatchObject([{ expected: 'at most 255' }]);
    expect(mistakes({ weight: '7' })).toMatchObject([{ expected: 'a number, without quotes' }]);
    expect(mistakes({ weight: 1.5 })).toMatchObject([{ path: ['weight'] }]);
    expect(mistakes({ mode: 1 })).toMatchObject([{ code: 'wrong-type', expected: 'one of "fast", "slow"' }]);
    expect(mistakes({ ipAddress: 'toolong' })).toMatchObject([{ expected: 'at least 2 and at most 5 characters' }]);
    expect(mistakes({ until: 'soon' })).toMatchObject([{ expected: 'a time in ISO 8601' }]);
    expect(mistakes({ rules: [{ priority: 1 }] })).toMatchObject([{ code: 'missing-key', missing: ['id'] }]);
    expect(mistakes({ rules: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })).toMatchObject([
      { expected: 'at most 2 items' },
    ]);
    // The type says it by a field of its own.
    expect(mistakes({ name: 'x' })).toMatchObject([{ code: 'unknown-key' }]);
  });
});

describe('what is sent and read back', () => {
  const spec = {
    title: 'not of this part',
    ipAddress: '::1',
    until: '2026-01-02T00:00:00.000Z',
    seal: 'AAEC',
    sseSpecification: { kmsMasterKeyId: 'k', enabled: false },
    options: { SomeKey: 'x', 'b.c': 'y' },
    rules: [{ id: 'a', priority: 0 }],
    details: { AnyName: [1] },
  };
  const input = {
    IPAddress: '::1',
    Until: new Date('2026-01-02T00:00:00Z'),
    Seal: Buffer.from([0, 1, 2]),
    SSESpecification: { KMSMasterKeyId: 'k', Enabled: false },
    Options: { SomeKey: 'x', 'b.c': 'y' },
    Rules: [{ Id: 'a', Priority: 0 }],
    Details: { AnyName: [1] },
  };

  it('has the names and the forms of the SDK', () => {
    expect(toInput(part, spec)).toEqual(input);
  });

  it('has the words of a spec, without what is empty and without what only AWS sets', () => {
    const { title, ...said } = spec;
    expect(title).toBe('not of this part');
    expect(
      fromOutput(part, {
        ...input,
        Name: 'the type says it',
        Zones: [],
        Inner: { Inner: {} },
        Weight: null,
        Mode: undefined,
        CreatedAt: new Date(0),
        Rules: [{ Id: 'a', Priority: 0, RuleArn: 'arn' }],
      }),
    ).toEqual(said);
  });
});

describe('the differences of members', () => {
  const diff = (said: object, actual: object): readonly object[] => saidDiff(part, '', said, actual, keys);

  it('are those of what the spec says, each by its path', () => {
    const actual = { mode: 'fast', weight: 1, options: { a: '1', b: '2' }, sseSpecification: { enabled: true } };
    expect(diff({}, actual)).toEqual([]);
    expect(diff({ options: { a: '1' }, sseSpecification: { enabled: true } }, actual)).toEqual([]);
    expect(diff({ weight: 2, options: { b: '3', c: '4' }, sseSpecification: { kmsMasterKeyId: 'k' } }, actual)).toEqual(
      [
        { path: 'sseSpecification.kmsMasterKeyId', desired: 'k', actual: undefined },
        { path: 'weight', desired: 2, actual: 1 },
        { path: 'options.b', desired: '3', actual: '2' },
        { path: 'options.c', desired: '4', actual: undefined },
      ],
    );
    expect(saidDiff(part, 'things[0]', { weight: 2 }, {}, keys)).toEqual([
      { path: 'things[0].weight', desired: 2, actual: undefined },
    ]);
  });

  it('show no value under a key of the author that promises a secret', () => {
    expect(diff({ options: { 'splunk-token': 'a' } }, { options: { 'splunk-token': 'b' } })).toEqual([
      { path: 'options.splunk-token', desired: '(hidden)', actual: '(hidden)' },
    ]);
  });

  it('go item by item where items have a key; other items stay', () => {
    const rules = [
      { id: 'a', priority: 1 },
      { id: 'b', priority: 2, zones: ['x', 'y'] },
    ];
    expect(diff({ rules: [{ id: 'b', zones: ['y', 'x'] }] }, { rules })).toEqual([]);
    expect(diff({ rules: [{ id: 'b', priority: 3 }, { id: 'c' }] }, { rules })).toEqual([
      { path: 'rules[0].priority', desired: 3, actual: 2 },
      { path: 'rules[1]', desired: { id: 'c' }, actual: undefined },
    ]);
  });

  it('are of the whole list where items have none, in order only where it means something', () => {
    expect(diff({ zones: ['x', 'y'] }, { zones: ['y', 'x'] })).toEqual([]);
    expect(diff({ zones: ['x'] }, { zones: ['y', 'x'] })).toEqual([
      { path: 'zones', desired: ['x'], actual: ['y', 'x'] },
    ]);
    expect(diff({ command: ['a', 'b'] }, { command: ['b', 'a'] })).toEqual([
      { path: 'command', desired: ['a', 'b'], actual: ['b', 'a'] },
    ]);
    expect(diff({ command: [], options: {} }, {})).toEqual([]);
    expect(diff({ command: [] }, { command: ['a'] })).toHaveLength(1);
  });

  it('are of values, not of the way in which they are written', () => {
    expect(
      diff({ weight: '7', until: '2026-01-02T00:00:00Z' }, { weight: 7, until: '2026-01-02T00:00:00.000Z' }),
    ).toEqual([]);
    expect(diff({ ipAddress: '10' }, { ipAddress: 10 })).toEqual([]);
    expect(diff({ details: { A: 1, B: 2 } }, { details: { B: 2, A: 1 } })).toEqual([]);
    expect(diff({ details: { A: 1 } }, { details: { B: 2, A: 1 } })).toHaveLength(1);
    expect(diff({ enabled: false }, {})).toHaveLength(1);
  });
});
