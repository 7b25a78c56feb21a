// The contract and its tests: every promise has a test heading, and every duration told is the one in use.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awsTimings, type Timings } from '../../src/sandbox/index.ts';
import type { ServicePlug } from '../../src/sandbox/model.ts';
import { builtInServices } from '../../src/sandbox/services/index.ts';

const root = new URL('../../', import.meta.url);
const spec = readFileSync(new URL('src/sandbox/SPEC.md', root), 'utf8');
const services: readonly ServicePlug[] = builtInServices;

/** The rows of the common contract that tell durations, and how they tell those that are no seconds. */
const commonRows: Partial<Record<keyof Timings, readonly [row: string, told?: string]>> = {
  loadBalancerProvisioning: ['load balancer, `provisioning` to `active`'],
  targetGroupRelease: ['target group still in use after its last listener'],
  targetRegistration: ['registration of a target before its first health check'],
  healthCheckFactor: ['target, `initial` to `healthy`', 'one interval of its group'],
  drainFactor: ['target, `draining`', "its group's deregistration delay"],
  taskStart: ['ECS task, start'],
  taskStop: ['ECS task, stop'],
  rolloutCompletion: ['rollout `COMPLETED` after the steady state'],
  serviceDrained: ['service, `DRAINING` to `INACTIVE` after its last task'],
  servicePurge: ['service, `INACTIVE` to gone', '1 h'],
  changeInSync: ['Route 53 change, `PENDING` to `INSYNC`'],
  changeAcceptance: ['zone busy with its previous batch'],
  healthCheckFirstStatus: ['health check, first status'],
  tableCreate: ['table, `CREATING` to `ACTIVE`'],
  tableDelete: ['table, `DELETING` to gone'],
};

/** A service's own contract, beside its code; empty where all of it stands in the common one. */
function contractOf({ alias, name }: ServicePlug): string {
  const files = [alias, name].map((each) => new URL(`src/sandbox/services/${each ?? name}/SPEC.md`, root));
  const file = files.find((each) => existsSync(each));
  return file === undefined ? '' : readFileSync(file, 'utf8');
}

describe('SPEC.md', () => {
  it('has tests under each of its headings', () => {
    const tests = readdirSync(new URL('test/sandbox/', root))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(new URL(`test/sandbox/${name}`, root), 'utf8'))
      .join('\n');
    const headings = [...spec.matchAll(/^### (.+)$/gm)].map((match) => match[1] ?? '');
    expect(headings.length).toBeGreaterThan(20);
    expect(headings.filter((heading) => !tests.includes(`describe('${heading}'`))).toEqual([]);
  });

  describe('Durations', () => {
    it.each(Object.entries(commonRows))('%s', (name, [what, told]) => {
      const rows = spec.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
      const cell = rows.find(([, first]) => first === what)?.[2];
      expect(cell).toBe(told ?? `${String(awsTimings[name as keyof Timings] / 1000)} s`);
    });
  });
});

/** The rows of the last table: service, members, reason. */
function listedAsNotModelled(): readonly string[] {
  const [, list = ''] = spec.split('\n## Not modelled\n');
  return [...list.matchAll(/^\| ([\w-]+) +\| (`.+`) +\| (.+?) +\|$/gm)].flatMap(
    ([, service = '', members = '', why = '']) =>
      [...members.matchAll(/`([\w.]+)`/g)].map(([, member = '']) => `${service} ${member}: ${why}`),
  );
}

describe('what is not modelled', () => {
  it('is listed, every member with its reason, and nothing else is', () => {
    const refused = services.flatMap((service) =>
      'inputs' in service
        ? Object.entries(service.inputs.notModelled ?? {}).map(([member, why]) => `${service.name} ${member}: ${why}`)
        : [],
    );
    expect(refused.length).toBeGreaterThan(20);
    expect(listedAsNotModelled().toSorted()).toEqual(refused.toSorted());
  });
});

describe('the contract of a service', () => {
  it('stands beside its code, or wholly in the common one', () => {
    const own = services.filter((each) => contractOf(each) !== '').map(({ name }) => name);
    expect(own.length).toBeGreaterThan(3);
    const elsewhere = services.filter((each) => contractOf(each) === '').map(({ name }) => name);
    expect(elsewhere.filter((name) => !new RegExp(`\\b${name}\\b`, 'i').test(spec))).toEqual([]);
  });

  it.each(services)('of $name tells its durations and what it can be stuck in', (service) => {
    const own = contractOf(service);
    const all = `${spec}\n${own}`;
    const named = (word: string): boolean => all.includes(`\`${word}\``);
    expect((service.stuck ?? []).map(({ kind }) => kind).filter((kind) => !named(kind))).toEqual([]);
    const durations = Object.keys(service.timings ?? {}).filter((name) => !(name in commonRows));
    expect(durations.filter((name) => !named(name))).toEqual([]);
  });
});
