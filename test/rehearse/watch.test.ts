// Clients ask while a recovery runs what the playbook's probes ask, and take no other answer than these do.
import { expect, test } from 'vitest';
import { consentsIn } from '../../src/plan/consent.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { watch, watchedOf } from '../../src/rehearse/world/watch.ts';
import { broker } from '../helpers/broker.ts';
import { playbookOf } from '../helpers/rig.ts';

const flag = `  flag:
    type: route53/record
    spec: { zone: wonderland.example, name: broker.wonderland.example, type: TXT, ttl: 60, values: ['"on"'] }
`;
const text = broker.replace(
  'verify:\n',
  `${flag}verify:\n  - dns: { name: broker.wonderland.example, type: TXT, value: '"on"' }\n`,
);

test('a name that gives another answer than the playbook wants has fallen silent', async () => {
  const playbook = playbookOf(text);
  const environment = await openEnvironment(playbook);
  const harness = environment.harness(await environment.scene({}));
  const changed = harness.withPlaybook(playbookOf(text.replaceAll('"on"', '"off"')));
  const { tell, witnessed } = watch(harness.world, playbook, environment.paths);
  await changed.attempt({ kind: 'repair', allowDowntime: true, accepted: consentsIn(['flag:ownership']) });
  harness.clock.advance(120_000);
  tell({ mutating: true });
  expect(witnessed().silences).toMatchObject([{ name: 'TXT broker.wonderland.example', detail: 'answered "off"' }]);
});

test('how many probes are watched is told, and how many of these take any answer', () => {
  const lead = "  - dns: { name: lead.wonderland.example, type: CNAME, value: '${load-balancer.dnsName}' }\n";
  const tcp = "  - tcp: { host: '${load-balancer.dnsName}', port: 8443 }\n";
  expect(watchedOf(playbookOf(text + lead + tcp))).toEqual({ all: 4, asked: 3, byAnyAnswer: 1 });
});
