// What `expected` says of components: they are there, and each thing is said once.
import type { Json } from '../../components/contract.ts';
import { memberOf } from '../../util/json.ts';
import type { LinkContext } from './links.ts';

/** @param declared `expected`, as it stands in the document */
export function checkDifferences(declared: Json | undefined, { entries, report }: LinkContext): void {
  if (!Array.isArray(declared)) return;
  const said = new Map<string, number>();
  declared.forEach((each: Json, index) => {
    const component = memberOf(each, 'component');
    if (typeof component !== 'string') return;
    if (!entries.has(component)) {
      report({
        path: ['expected', index, 'component'],
        at: 'value',
        code: 'unknown-component',
        message: `the playbook has no component "${component}"`,
        expected: 'one of its own; what only the other playbook has is said there',
        near: { word: component, candidates: entries.keys() },
      });
    }
    const key = JSON.stringify(['component', 'field', 'is', 'as', 'with'].map((name) => memberOf(each, name) ?? null));
    const first = said.get(key);
    if (first === undefined) said.set(key, index);
    else {
      report({
        severity: 'warning',
        path: ['expected', index],
        at: 'value',
        code: 'expected-twice',
        message: `expected[${index}] says the same as expected[${first}]`,
      });
    }
  });
}
