// How many attacks there are, by kind: what docs/safety.md tells is what is played.
import { expect, test } from 'vitest';
import { readDocument } from '../helpers/markdown.ts';
import { partOf } from '../helpers/sized.ts';
import { attackKinds } from './kinds.ts';
import { allTypes, deployerApi, storefront } from './scenarios.ts';
import { allCases, groupOf, triedIn } from './suite.ts';

test('the table of attacks holds the numbers of the suite', async () => {
  const document = readDocument('docs/safety.md');
  const scenarios = [...(await deployerApi()), ...(await storefront()), ...(await allTypes())];
  const counts = new Map<string, number>();
  let all = 0;
  let quick = 0;
  for (const scenario of scenarios) {
    const { cases } = await allCases(scenario, attackKinds);
    all += cases.length;
    quick += partOf(cases, scenario.quick, triedIn(scenario, attackKinds)).length;
    for (const each of cases) counts.set(groupOf(each), (counts.get(groupOf(each)) ?? 0) + 1);
  }
  const told = [...document.matchAll(/^\| ([\w' ]+?) +\| +(\d+) \|/gm)].map(([, name = '', count]) => [
    name,
    Number(count),
  ]);
  expect(told).toEqual(attackKinds.map(({ name }) => [name, counts.get(name)]));
  const figure = (number: number): string => number.toLocaleString('en');
  expect(document.replaceAll(/\s+/g, ' ')).toContain(
    `The quick run tries ${figure(quick)} of these cases, \`npm run test:long\` all ${figure(all)}.`,
  );
  expect(quick).toBeGreaterThanOrEqual(250);
});
