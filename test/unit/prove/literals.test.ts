// Which literals should be references, told from what the components put out.
import { expect, test } from 'vitest';
import { graphOf } from '../../../src/engine.ts';
import { literalsIn, literalText, type Literal, type OutputsById } from '../../../src/prove/cases/literals.ts';
import { playbookOf, readShipped } from '../../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const dnsName = 'deployer-api-3017962702.eu-west-1.elb.amazonaws.com';
const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/wonderland/deployer-api';
const fqdn = 'deployer-api.wonderland.example';
const outputs: OutputsById = new Map([
  ['cluster', { name: 'wonderland', arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/wonderland' }],
  ['load-balancer', { name: 'deployer-api', dnsName }],
  ['target-group', { name: 'deployer-api' }],
  ['service', { name: 'deployer-api', arn: serviceArn }],
  ['cname', { name: fqdn, fqdn }],
]);

function literals(...changes: readonly (readonly [from: string, to: string])[]): readonly Literal[] {
  const playbook = playbookOf(changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), text));
  return literalsIn(playbook, graphOf(playbook), outputs);
}

test('the shipped playbook has none, although its pieces share a name', () => {
  expect(literals()).toEqual([]);
});

test.each([
  {
    from: "values: ['${load-balancer.dnsName}']",
    to: `values: [${dnsName.toUpperCase()}.]`,
    is: 'cname.values[0] load-balancer.dnsName',
  },
  {
    from: "serviceArn: '${service.arn}'",
    to: `serviceArn: '${serviceArn}'`,
    is: 'state-entry.attributes.serviceArn service.arn',
  },
  { from: "fqdn: '${cname.fqdn}'", to: `fqdn: ${fqdn}`, is: 'health-check.fqdn cname.fqdn' },
])('$is', ({ from, is, to }) => {
  expect(literals([from, to]).map((each) => `${each.component}.${each.path} ${each.of}.${each.output}`)).toEqual([is]);
});

test('a name that the playbook gives is fine where it is said that the one needs the other', () => {
  const typedIn = ["fqdn: '${cname.fqdn}'", `fqdn: ${fqdn}`] as const;
  expect(literals(typedIn, ['dependsOn: [service]', 'dependsOn: [service, cname]'])).toEqual([]);
});

test('what is shared, or may be moved by others, may be typed in', () => {
  expect(literals(["cluster: '${cluster.arn}'", 'cluster: wonderland'])).toEqual([]);
  const moved = `values: [${dnsName}]\n    ignore: ['values[0]']`;
  expect(literals(["values: ['${load-balancer.dnsName}']", moved])).toEqual([]);
});

test('is told with the reference to write', () => {
  const literal = { component: 'cname', path: 'values[0]', of: 'load-balancer', output: 'dnsName' };
  expect(literalText(literal, playbookOf(text))).toMatch(
    /^cname\.values\[0\] holds a name of load-balancer: write \$\{load-balancer\.dnsName\} there, .*:\d+\)$/,
  );
});
