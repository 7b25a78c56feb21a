// Who needs whom among several playbooks, and where that leads back to itself.
import { describe, expect, it } from 'vitest';
import { circlesIn } from '../../../src/dependence/circles.ts';
import { dependencesIn } from '../../../src/dependence/dependences.ts';
import { circleText, dependenceText } from '../../../src/dependence/words.ts';
import { componentTypes } from '../../../src/components/index.ts';
import type { Playbook } from '../../../src/playbook/model.ts';
import { partsOf } from '../../../src/prove/certificate/parts.ts';
import { serviceOf, serviceText } from '../../helpers/services.ts';

function told(playbooks: readonly Playbook[]): readonly string[] {
  return dependencesIn(playbooks).map((each) => dependenceText(each));
}

const orders = serviceOf('orders', {
  provides: ['orders.example.org', { product: 'orders' }],
  needs: [{ name: 'licence.example.org', because: 'nobody is served without' }],
});
const asks = { environment: { LICENCE_BACKEND: 'https://orders.example.org/customers' } };
const licence = serviceOf('licence', { provides: ['licence.example.org'], container: asks });

/** The line of a file on which a text stands. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

describe('dependence', () => {
  it('is told with the places that say so', () => {
    const licenceText = serviceText('licence', { provides: ['licence.example.org'], container: asks });
    const at = lineOf(licenceText, 'LICENCE_BACKEND');
    const [first] = dependencesIn([licence, orders]);
    expect(first?.evidence[0]).toMatchObject({
      kind: 'environment',
      what: 'environment LICENCE_BACKEND',
      component: 'tasks',
      holds: 'running',
      place: { file: 'licence.yaml', line: at },
      providedAt: { file: 'orders.yaml' },
    });
    expect(told([licence, orders])[0]).toMatch(
      new RegExp(
        `^licence needs orders to work \\(environment LICENCE_BACKEND in licence\\.yaml:${at} leads to orders\\.example\\.org, which orders\\.yaml:\\d+ provides\\)$`,
      ),
    );
  });

  it.each([
    ['an image', { image: 'registry.example.org/web:1' }, 'image', 'recovery'],
    ['a secret', { secrets: { KEY: 'hub/api-key' } }, 'secret KEY', 'recovery'],
    ['a line of the command', { command: ['run', '--from', 'https://hub.example.org'] }, 'command', 'running'],
    [
      'a health check',
      { healthCheck: { command: ['CMD-SHELL', 'curl -f http://hub.example.org'] } },
      'health check command',
      'recovery',
    ],
    [
      'a destination of logs',
      { logConfiguration: { logDriver: 'splunk', options: { 'splunk-url': 'https://hub.example.org:8088' } } },
      'log destination splunk-url',
      'recovery',
    ],
  ])('is found in %s', (_what, container, what, holds) => {
    const hub = serviceOf('hub', { provides: ['hub.example.org', 'registry.example.org', { product: 'hub' }] });
    const [found] = dependencesIn([serviceOf('shop', { container }), hub]);
    expect(found?.evidence).toMatchObject([{ what, holds }]);
  });

  it('is found in probes, targets of records, and whatever else a spec says', () => {
    const hub = serviceOf('hub', { provides: ['hub.example.org'] });
    const cname = { zone: 'example.org', name: 'shop.example.org', type: 'CNAME', ttl: 60 };
    const shop = serviceOf('shop', {
      verify: [{ http: { url: 'https://hub.example.org/up' } }],
      beside: {
        cname: { type: 'route53/record', spec: { ...cname, values: ['hub.example.org.'] } },
        setting: {
          type: 'dynamodb/item',
          spec: { table: 't', key: { id: 'x' }, attributes: { at: 'hub.example.org' } },
        },
      },
    });
    const [found] = dependencesIn([shop, hub]);
    expect(found?.evidence.map(({ kind, what }) => [kind, what])).toEqual([
      ['probe', 'probe 1'],
      ['record', 'record target'],
      ['setting', 'setting attributes.at'],
    ]);
  });

  it('is not found where a name only looks like it', () => {
    const shop = serviceOf('shop', {
      provides: ['shop.example.org'],
      container: {
        image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1',
        environment: {
          A: 'https://reorders.example.org',
          B: 'https://api.stripe.com/v1/orders',
          C: 'handles orders',
          D: 'ops@orders.example.org',
          E: '/etc/certs/orders.example.org/cert.pem',
        },
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/ecs/orders', 'awslogs-region': 'eu-west-1' },
        },
      },
      beside: {
        table: { type: 'dynamodb/table', shared: true, spec: { name: 'orders.example.org' } },
        txt: {
          type: 'route53/record',
          spec: { zone: 'example.org', name: 'shop.example.org', type: 'TXT', ttl: 60, values: ['orders.example.org'] },
        },
      },
    });
    expect(told([shop, orders])).toEqual([]);
  });

  it('never tells a value', () => {
    const shop = serviceOf('shop', {
      container: { environment: { DATABASE_URL: 'postgres://shop:hunter2hunter2@orders.example.org/db' } },
    });
    const all = JSON.stringify([dependencesIn([shop, orders]), told([shop, orders])]);
    expect(all).toContain('DATABASE_URL');
    expect(all).not.toContain('hunter2');
    expect(all).not.toContain('postgres');
  });

  it('is looked for in every component type without a mistake', () => {
    for (const type of componentTypes.values()) {
      expect(type.depending.mentions({}), type.traits.type).toEqual([]);
    }
  });
});

describe('a circle', () => {
  it('goes through a recovery, and is told as a path', () => {
    const circles = circlesIn([licence, orders]);
    expect(circles).toHaveLength(1);
    expect(circles[0]?.steps.map(({ from, to }) => [from.name, to.name])).toEqual([
      ['orders', 'licence'],
      ['licence', 'orders'],
    ]);
    expect(circles.map((each) => circleText(each))).toEqual(['orders and licence need each other to be recovered']);
    expect(told([orders])).toEqual([]);
    expect(circlesIn([licence])).toEqual([]);
  });

  it('is none where services only call each other while they run', () => {
    const calling = (other: string) => ({ environment: { OTHER: `https://${other}.example.org` } });
    const left = serviceOf('left', { provides: ['left.example.org'], container: calling('right') });
    const right = serviceOf('right', { provides: ['right.example.org'], container: calling('left') });
    expect(circlesIn([left, right])).toEqual([]);
    expect(dependencesIn([left, right])).toHaveLength(2);
  });

  it('of three is told once, by its shortest path, and beside others', () => {
    const next = (name: string, needs: readonly string[]) =>
      serviceOf(name, { provides: [`${name}.example.org`], needs: needs.map((each) => `${each}.example.org`) });
    const three = [next('dns', ['login']), next('login', ['chat']), next('chat', ['dns'])];
    const circles = circlesIn([...three, next('shop', ['dns'])]);
    expect(circles.map(({ steps }) => steps.map(({ from }) => from.name))).toEqual([['dns', 'login', 'chat']]);
    const both = circlesIn([next('dns', ['login']), next('login', ['dns', 'chat']), next('chat', ['login'])]);
    expect(both.map(({ steps }) => steps.map(({ from }) => from.name).sort())).toEqual([
      ['dns', 'login'],
      ['chat', 'login'],
    ]);
  });

  it.each([
    ['what its recovery needs', { needs: ['registry.example.org'] }],
    ['its own images', { container: { image: 'registry.example.org/registry:1' } }],
    [
      'its own log destination',
      {
        container: {
          logConfiguration: { logDriver: 'gelf', options: { 'gelf-address': 'udp://registry.example.org:12201' } },
        },
      },
    ],
  ])('of one service by itself: %s', (_what, service) => {
    const registry = serviceOf('registry', { provides: ['registry.example.org'], ...service });
    expect(circlesIn([registry]).map((each) => circleText(each))).toEqual(['registry needs itself to be recovered']);
  });

  it('is none where a service says its own name', () => {
    const shop = serviceOf('shop', {
      provides: ['shop.example.org', { product: 'shop' }],
      container: {
        environment: { PUBLIC_URL: 'https://shop.example.org', APP: 'shop' },
        secrets: { KEY: 'shop/api-key', OTHER: 'shop.example.org/key' },
      },
      verify: [{ http: { url: 'https://shop.example.org/' } }],
    });
    expect(circlesIn([shop])).toEqual([]);
  });

  it('of files of one name tells them apart', () => {
    const one = { ...serviceOf('shop', { provides: ['a.example.org'], needs: ['b.example.org'] }), file: 'one.yaml' };
    const two = { ...serviceOf('shop', { provides: ['b.example.org'], needs: ['a.example.org'] }), file: 'two.yaml' };
    expect(circlesIn([one, two])[0]?.steps.map(({ from }) => from.file)).toEqual(['one.yaml', 'two.yaml']);
  });
});

describe('a proof', () => {
  it('is not made old by what a playbook provides and needs', () => {
    const env = { environment: { AT: 'orders.example.org' } };
    const plain = partsOf(serviceOf('shop', { container: env }));
    const named = partsOf(
      serviceOf('shop', { container: env, provides: ['orders.example.org'], needs: ['sso.example.org'] }),
    );
    expect(named).toEqual(plain);
  });
});
