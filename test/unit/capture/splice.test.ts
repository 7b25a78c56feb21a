// Changes of single values within the text of a playbook: what is not changed stays as it is written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, isCollection, isMap, parse } from 'yaml';
import { withEntry, withoutEntry, withValue, writtenAt } from '../../../src/capture/splice.ts';
import type { Json } from '../../../src/components/contract.ts';

const text = `# at the top
components:
  # who knows why
  service:
    type: ecs/service # the one
    spec: { name: orders, desiredCount: 2 } # short

  group:
    spec:
      name: orders   # aligned
      healthCheck:
        path: /health

      subnets:
        - a
        - b # the other
root: service
`;

describe('withValue', () => {
  it.each([
    [['components', 'service', 'spec', 'desiredCount'], 3, ['    spec: { name: orders, desiredCount: 3 } # short']],
    [
      ['components', 'service', 'spec', 'tags'],
      { a: 'b' },
      ['    spec: { name: orders, desiredCount: 2, tags: { a: b } } # short'],
    ],
    [['components', 'group', 'spec', 'name'], '${params.name}', ["      name: '${params.name}'   # aligned"]],
    [['components', 'group', 'spec', 'healthCheck', 'interval'], 15, ['        path: /health', '        interval: 15']],
    [['components', 'group', 'spec', 'port'], 80, ['        - b # the other', '      port: 80']],
    [['components', 'group', 'spec', 'healthCheck'], '/up', ['      healthCheck:', '        /up']],
    [['components', 'group', 'spec', 'subnets', 1], 'c', ['        - c # the other']],
    [['components', 'group', 'spec', 'attributes', 'idle.timeout'], '60', ["      attributes: { idle.timeout: '60' }"]],
  ] as const)('%j: %j', (path, value, lines) => {
    const next = withValue(text, path, value);
    expect(writtenAt(next, path)).toEqual(value);
    const added = next.split('\n').filter((line) => !text.split('\n').includes(line));
    expect(added.filter((line) => !lines.includes(line as never))).toEqual([]);
    const taken = text.split('\n').filter((line) => !next.split('\n').includes(line));
    expect(taken.length, next).toBeLessThanOrEqual(1);
  });

  it('changes what is meant and nothing else, whatever the text is', () => {
    const key = fc.stringMatching(/^[a-z][a-z.]{0,6}$/);
    const scalar = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: unknown; map: Record<string, unknown> }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        scalar,
        tie('map'),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
      map: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    }));
    const root = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(
        root,
        fc.array(fc.nat(), { maxLength: 4 }),
        tree,
        key,
        fc.boolean(),
        fc.boolean(),
        (value, turns, put, name, fresh, flow) => {
          const path = pathIn(value, turns, fresh ? name : undefined);
          const document = new Document(value);
          if (flow && isMap(document.contents)) {
            for (const { value: each } of document.contents.items) if (isCollection(each)) each.flow = true;
          }
          const before = document.toString({ lineWidth: 0 });
          expect(parse(before)).toEqual(value);
          const next = withValue(before, path, put as Json);
          expect(parse(next), `${before}---\n${path.join('/')}\n---\n${next}`).toEqual(replaced(value, path, put));
        },
      ),
      { numRuns: 400 },
    );
  });
});

it('adds an entry with its comments, and takes one out', () => {
  const next = withEntry(text, ['components'], 'rule', { type: 'elbv2/listener-rule', spec: { priority: 20 } }, [
    'priority 20',
  ]);
  expect(next).toContain('        - b # the other\n\n  # priority 20\n  rule:\n    type: elbv2/listener-rule\n');
  expect(next.endsWith('root: service\n')).toBe(true);
  expect(withoutEntry(text, ['components', 'service', 'spec', 'desiredCount'])).toContain(
    'spec: { name: orders } # short',
  );
  expect(withoutEntry(text, ['components', 'service', 'spec', 'name'])).toContain('spec: { desiredCount: 2 } # short');
  expect(parse(withoutEntry(text, ['components', 'group', 'spec', 'healthCheck']))).toEqual({
    ...(parse(text) as object),
    components: {
      ...(parse(text) as { components: object }).components,
      group: { spec: { name: 'orders', subnets: ['a', 'b'] } },
    },
  });
});

/** A path that is there, or with a further key at its end. */
function pathIn(value: unknown, turns: readonly number[], name: string | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  let here = value;
  for (const turn of [0, ...turns]) {
    if (typeof here !== 'object' || here === null) break;
    const keys = Object.keys(here);
    const next = keys[turn % Math.max(1, keys.length)];
    if (next === undefined) break;
    path.push(Array.isArray(here) ? Number(next) : next);
    here = (here as Record<string, unknown>)[next];
  }
  return name !== undefined && typeof here === 'object' && here !== null && !Array.isArray(here)
    ? [...path, name]
    : path;
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (key === undefined) return put;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, put);
  return copy;
}
