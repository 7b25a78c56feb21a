// `$${` writes a literal `${`: whatever a text says once it is read stays that text all the way to AWS, compares equal there,
// is no reference to anybody, and comes back from an undo.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeTemplate } from '../../src/playbook/expressions.ts';
import { playbookOf, readShipped, seededRig, stepIds, unfinished, type Rig } from '../helpers/rig.ts';
import { drawn, sampled } from '../helpers/sized.ts';
import { configurationsIn, undone } from './undo-hands.ts';

/** The Deployer API with a text in every field that takes any. */
function withText(text: string): string {
  const written = JSON.stringify(escapeTemplate(text));
  return readShipped('deployer-api.yaml')
    .replace('maxDeletes: 8', 'maxDeletes: 20')
    .replace('status: deployed }', () => `status: deployed, note: ${written}, nested: { list: [${written}] } }`)
    .replace(
      'port: 8080 }\n\n  load-balancer:',
      () => `port: 8080, environment: { NOTE: ${written} } }\n\n  load-balancer:`,
    )
    .replace(
      'protocol: HTTPS, path: /health }',
      () => `protocol: HTTPS, path: ${JSON.stringify(`/health?${escapeTemplate(text)}`)} }`,
    )
    .replace(
      '\nverify:',
      () => `
  note:
    type: route53/record
    spec:
      zone: wonderland.example
      name: note.wonderland.example
      type: TXT
      ttl: 60
      values: [${JSON.stringify(escapeTemplate(JSON.stringify(text)))}]

verify:`,
    );
}

/** All that the world holds of the playbook, as text. */
async function saidIn(rig: Rig): Promise<string> {
  return JSON.stringify(configurationsIn(rig.playbook, await rig.look()));
}

async function roundTrip(text: string): Promise<void> {
  const rig = await seededRig(playbookOf(withText(text)));
  const { report } = await rig.recover('repair');
  expect(unfinished(report)).toEqual([]);
  const said = await saidIn(rig);
  // In the item twice, in the task definition, in the record.
  expect(said.split(JSON.stringify(text).slice(1, -1)).length).toBeGreaterThan(3);
  expect(stepIds((await rig.plan('repair')).plan)).toEqual([]);
  const before = configurationsIn(rig.playbook, await rig.look());
  const teardown = await rig.recover('teardown');
  expect(unfinished(teardown.report)).toEqual([]);
  await undone(rig, teardown);
  expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  expect(stepIds((await rig.plan('repair')).plan)).toEqual([]);
}

const texts = [
  '${service.arn}',
  '${nobody.nothing}',
  '$${service.arn}',
  '${',
  '$',
  '}${a.b}${',
  'before ${load-balancer.dnsName} after',
  '${params.image}',
];

describe('a text that looks like a template', () => {
  test.each(sampled(texts, 3))('%s: is what AWS gets, twice the same, and what an undo brings back', async (text) => {
    await roundTrip(text);
  });

  test('any text of dollars and braces', async () => {
    const part = fc.constantFrom('$', '{', '}', '${', '$${', '.', 'a', 'service', 'arn', '${service.arn}');
    const random = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => `x${parts.join('')}`);
    await fc.assert(fc.asyncProperty(random, roundTrip), drawn({ quick: 4, long: 24 }));
  });
});
