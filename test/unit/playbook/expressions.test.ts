import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/playbook/duration.ts';
import {
  escapeTemplate,
  firstUnresolved,
  parseTemplate,
  resolveReferences,
} from '../../../src/playbook/expressions.ts';
import { codes, head, shown, sound } from './load.ts';

const withSpec = (spec: string, params = ''): string =>
  `${head}${params}components:\n  b: { type: elbv2/load-balancer, spec: { name: b, subnets: [s] } }\n  a: { type: test/node, spec: ${spec} }\n`;
const params =
  'params: { n: { type: integer, default: 2 }, t: { type: string, default: x }, f: { type: boolean, default: true } }\n';
const specOf = (text: string, given = {}): unknown => sound(text, given).components.get('a')?.spec;

describe('filling in', () => {
  const cases: readonly { reason: string; spec: string; value: unknown }[] = [
    { reason: 'a whole text of one parameter has its type', spec: '"${params.n}"', value: 2 },
    { reason: 'so does a boolean', spec: '"${params.f}"', value: true },
    { reason: 'blanks inside the braces do not count', spec: '"${ params.n }"', value: 2 },
    { reason: 'among other text a parameter is text', spec: '"a-${params.n}-${params.t}"', value: 'a-2-x' },
    { reason: 'component references stay, in one spelling', spec: '"x ${ b.arn } y"', value: 'x ${b.arn} y' },
    { reason: 'an escape stays until references are resolved', spec: '"$${params.n}"', value: '$${params.n}' },
    { reason: 'a lone dollar is text', spec: '"$5 $ {x} $"', value: '$5 $ {x} $' },
    { reason: 'lists and maps are filled throughout', spec: '[{ k: ["${params.t}"] }]', value: [{ k: ['x'] }] },
  ];
  test.each(cases)('$reason', ({ spec, value }) => {
    expect(specOf(withSpec(`{ v: ${spec} }`, params))).toEqual({ v: value });
  });

  test('a value given from outside cannot smuggle in a reference', () => {
    const text = withSpec('{ v: "${params.t}", w: "${params.t}{b.arn}" }', params);
    const smuggled = sound(text, { t: '${b.arn}' });
    expect(smuggled.components.get('a')?.references).toEqual([]);
    expect(resolveReferences(smuggled.components.get('a')?.spec, () => 'leaked')).toMatchObject({ v: '${b.arn}' });
    const joined = sound(text, { t: '$' });
    expect(resolveReferences(joined.components.get('a')?.spec, () => 'leaked')).toEqual({ v: '$', w: '${b.arn}' });
  });
});

describe('references', () => {
  test('are gathered with path and place, also in verify', () => {
    const text = `${withSpec('{ list: [x, "a ${b.arn} ${b.dnsName} ${b.arn}"] }')}verify: [ { tcp: { host: "\${b.dnsName}", port: 80 } } ]\n`;
    const playbook = sound(text);
    expect(playbook.components.get('a')?.references).toEqual([
      { from: 'a', path: 'list[1]', component: 'b', output: 'arn', position: { line: 7, column: 46 } },
      { from: 'a', path: 'list[1]', component: 'b', output: 'dnsName', position: { line: 7, column: 55 } },
      { from: 'a', path: 'list[1]', component: 'b', output: 'arn', position: { line: 7, column: 68 } },
    ]);
    expect(playbook.verify[0]?.references).toEqual([
      { from: 'verify[0]', path: 'tcp.host', component: 'b', output: 'dnsName', position: { line: 8, column: 27 } },
    ]);
  });

  const wrong: readonly { reason: string; text: string; code: string; shows: string }[] = [
    { reason: 'an unknown component', text: '${bb.arn}', code: 'unknown-component', shows: 'did you mean "b"?' },
    { reason: 'an unknown output', text: '${b.dnsname}', code: 'unknown-output', shows: 'did you mean "dnsName"?' },
    { reason: 'an unknown parameter', text: '${params.tt}', code: 'unknown-param', shows: 'did you mean "t"?' },
    { reason: 'the singular', text: '${param.t}', code: 'unknown-component', shows: 'did you mean "params"?' },
    { reason: 'no output', text: '${b}', code: 'malformed-expression', shows: 'write $${ for a literal ${' },
    {
      reason: 'too many parts',
      text: '${b.c.d}',
      code: 'malformed-expression',
      shows: '"${b.c.d}" is not an expression',
    },
    { reason: 'nothing', text: '${}', code: 'malformed-expression', shows: '"${}" is not an expression' },
    { reason: 'an open end', text: '${b.arn', code: 'malformed-expression', shows: '"${b.arn" is not an expression' },
  ];
  test.each(wrong)('$reason is told at its place', ({ text, code, shows }) => {
    const source = withSpec(`{ v: "ab ${text}" }`, params);
    expect(codes(source)).toEqual([`8:40 ${code}`]);
    expect(shown(source)).toContain(shows);
  });

  test('a key is not filled in, and that is said', () => {
    expect(codes(withSpec('{ "${params.t}": 1 }', params))).toEqual(['8:33 expression-in-key']);
  });

  test('outside specs and verify they are refused with the reason', () => {
    const text = withSpec('{}').replace('region: eu-west-1', 'region: "${params.region}"');
    expect(shown(text)).toContain('expressions are filled in only in component specs and in verify');
  });

  test('what a spec says of a value that could not be filled in is not told', () => {
    const text = `${head}components: { a: { type: elbv2/target-group, spec: { name: n, port: "\${params.port}" } } }\n`;
    expect(codes(text)).toEqual(['5:70 unknown-param']);
  });

  test('what a spec says of a filled value names the parameter', () => {
    const text = `${head}${params}components: { a: { type: elbv2/target-group, spec: { name: n, port: "\${params.t}" } } }\n`;
    expect(shown(text)).toContain('the value comes from ${params.t}');
  });
});

describe('resolving', () => {
  const lookup = (component: string, output: string): string | undefined =>
    component === 'b' ? `B-${output}` : undefined;
  const cases: readonly { reason: string; value: unknown; resolved: unknown }[] = [
    { reason: 'known outputs replace references', value: { x: ['${b.arn}/${b.id}'] }, resolved: { x: ['B-arn/B-id'] } },
    { reason: 'escapes become what they stand for', value: 'echo $${HOME} ${b.id}', resolved: 'echo ${HOME} B-id' },
    {
      reason: 'a text with an unknown output stays whole',
      value: '$${x} ${b.id} ${c.id}',
      resolved: '$${x} ${b.id} ${c.id}',
    },
    { reason: 'other values stay', value: [1, true, null, '$'], resolved: [1, true, null, '$'] },
  ];
  test.each(cases)('$reason', ({ value, resolved }) => {
    expect(resolveReferences(value, lookup)).toEqual(resolved);
  });

  test('any text, escaped, reads as itself and holds no reference', () => {
    const texts = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '.', 'b') });
    fc.assert(
      fc.property(texts, (text) => {
        expect(resolveReferences(escapeTemplate(text), () => 'output')).toBe(text);
        expect(firstUnresolved(escapeTemplate(text), () => undefined)).toBeUndefined();
        expect(parseTemplate(escapeTemplate(text)).every((each) => each.kind === 'literal')).toBe(true);
      }),
      { seed: 1 },
    );
  });
});

describe('durations', () => {
  const cases: readonly { text: string; milliseconds: number | undefined }[] = [
    { text: '500ms', milliseconds: 500 },
    { text: '30s', milliseconds: 30_000 },
    { text: '5m', milliseconds: 300_000 },
    { text: '1h30m', milliseconds: 5_400_000 },
    { text: '1m1ms', milliseconds: 60_001 },
    { text: '90', milliseconds: undefined },
    { text: '1.5h', milliseconds: undefined },
    { text: '1s1m', milliseconds: undefined },
    { text: '-1s', milliseconds: undefined },
    { text: '', milliseconds: undefined },
    { text: 'PT5M', milliseconds: undefined },
  ];
  test.each(cases)('$text', ({ text, milliseconds }) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
      { seed: 1 },
    );
  });
});
