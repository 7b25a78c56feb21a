// Playbooks by lot: 2 to 30 components of real types, in services that share what services share, with random owners,
// edges, protection and orders for leftovers. Each is sound and can be deployed; beyond that nothing is sure.
import { stringify } from 'yaml';

export interface Lots {
  /** In [0, 1). */
  readonly draw: () => number;
  /** True so often, of 1. */
  readonly chance: (probability: number) => boolean;
  /** From 0 to `count - 1`. */
  readonly upTo: (count: number) => number;
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
  /** One of a list that may be empty. */
  readonly oneOf: <Item>(items: readonly Item[]) => Item | undefined;
}

export function lotsFrom(draw: () => number): Lots {
  const upTo = (count: number): number => Math.floor(draw() * count);
  const oneOf = <Item>(items: readonly Item[]): Item | undefined => items[upTo(items.length)];
  return {
    draw,
    upTo,
    oneOf,
    chance: (probability) => draw() < probability,
    pick: (items) => oneOf(items) ?? items[0],
  };
}

/** Stands in every playbook as the value of a secret, and must stand nowhere else. */
export const canary = 'c4n4ry-0f-the-vault';

type Fields = Record<string, unknown>;
type Components = Record<string, Fields>;

/** The text of a playbook. */
export function randomPlaybook(lots: Lots): string {
  const { chance, draw, pick, upTo } = lots;
  // Small ones are met more often: they take less time, and show as much.
  const size = 2 + Math.floor(29 * draw() ** 2);
  const components: Components = { cluster: { type: 'ecs/cluster', shared: true, spec: { name: 'random' } } };
  const verify: Fields[] = [];
  const site = new Site(lots, components, verify);
  while (Object.keys(components).length < size) site.grow(size - Object.keys(components).length);
  bind(lots, components);
  return stringify(
    {
      apiVersion: 'relight/v1',
      kind: 'Playbook',
      metadata: { name: 'random' },
      target: { account: '123456789012', alias: 'wonderland-prod', region: 'eu-west-1', environment: 'staging' },
      recovery: {
        strategy: pick(['repair', 'rebuild']),
        concurrency: 1 + upTo(10),
        deadline: '2h',
        onFailure: pick(['continue', 'halt']),
        ...(chance(0.3) ? { maxDeletes: upTo(12) } : {}),
      },
      components,
      ...(verify.length === 0 ? {} : { verify }),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** Adds services, with or without what leads to them, as long as there is room. */
class Site {
  private readonly lots: Lots;
  private readonly components: Components;
  private readonly verify: Fields[];
  private services = 0;
  private readonly balancers: { readonly id: string; readonly listener: string }[] = [];
  private readonly tables: string[] = [];

  constructor(lots: Lots, components: Components, verify: Fields[]) {
    this.lots = lots;
    this.components = components;
    this.verify = verify;
  }

  grow(room: number): void {
    const { chance } = this.lots;
    if (room >= 6 && chance(0.6)) this.web(room);
    else if (room >= 2 && chance(0.7)) this.worker(room);
    else if (chance(0.5)) this.stateEntry(undefined, room);
    else this.text();
  }

  private next(): string {
    this.services += 1;
    return `s${this.services}`;
  }

  private add(id: string, type: string, spec: Fields, more: Fields = {}): string {
    this.components[id] = { type, ...more, spec };
    return id;
  }

  /** A service behind a load balancer of its own, or behind one that is there, with what leads to it. */
  private web(room: number): void {
    const { chance, oneOf, upTo } = this.lots;
    const before = Object.keys(this.components).length;
    const left = (): number => room - (Object.keys(this.components).length - before);
    const name = this.next();
    const host = `${name}.random.example`;
    const targets = this.add(`${name}-targets`, 'elbv2/target-group', {
      name,
      port: 8080,
      protocol: 'HTTP',
      targetType: 'ip',
      vpc: 'vpc-1',
      healthCheck: { path: '/health', interval: 10 },
      ...(chance(0.5) ? { deregistrationDelay: 30 * upTo(3) } : {}),
    });
    const there = chance(0.4) ? oneOf(this.balancers) : undefined;
    const balancer = there?.id ?? this.balancer(name);
    const front =
      there === undefined
        ? this.listener(name, balancer, targets)
        : this.add(`${name}-rule`, 'elbv2/listener-rule', {
            listener: `\${${there.listener}.arn}`,
            priority: 10 * this.services,
            conditions: { hostHeader: [host, `\${${balancer}.dnsName}`], pathPattern: [`/${name}/*`] },
            forwardTo: `\${${targets}.arn}`,
          });
    const service = this.service(name, { targets, front });
    if (left() > 0 && chance(0.8)) {
      const record = this.record(name, host, balancer);
      if (left() > 0 && chance(0.5))
        this.healthCheck(name, there === undefined ? record : undefined, balancer, service);
      if (there === undefined && chance(0.5)) {
        this.verify.push({ http: { url: `http://${host}/health`, status: 200, within: '10m' } });
      }
    }
    if (left() > 0 && chance(0.5)) this.stateEntry(service, left());
  }

  private balancer(name: string): string {
    return this.add(`${name}-lb`, 'elbv2/load-balancer', {
      name,
      scheme: 'internet-facing',
      subnets: ['subnet-a1', 'subnet-b1'],
      securityGroups: ['sg-web'],
    });
  }

  private listener(name: string, balancer: string, targets: string): string {
    const id = this.add(`${name}-listener`, 'elbv2/listener', {
      loadBalancer: `\${${balancer}.arn}`,
      port: 80,
      protocol: 'HTTP',
      forwardTo: `\${${targets}.arn}`,
    });
    this.balancers.push({ id: balancer, listener: id });
    return id;
  }

  private record(name: string, host: string, balancer: string): string {
    const alias = this.lots.chance(0.5);
    return this.add(`${name}-record`, 'route53/record', {
      zone: 'random.example',
      name: host,
      ...(alias
        ? { type: 'A', alias: { dnsName: `\${${balancer}.dnsName}`, hostedZoneId: `\${${balancer}.hostedZoneId}` } }
        : { type: 'CNAME', ttl: 30 + this.lots.upTo(90), values: [`\${${balancer}.dnsName}`] }),
    });
  }

  private healthCheck(name: string, record: string | undefined, balancer: string, service: string): void {
    const fqdn = record === undefined ? `\${${balancer}.dnsName}` : `\${${record}.fqdn}`;
    const path = record === undefined ? `/${name}/health` : '/health';
    this.add(
      `${name}-check`,
      'route53/health-check',
      { fqdn, port: 80, protocol: 'HTTP', path, interval: 10 },
      { dependsOn: [service] },
    );
  }

  private worker(room: number): void {
    const service = this.service(this.next());
    if (room > 2 && this.lots.chance(0.5)) this.stateEntry(service, room - 2);
  }

  private service(name: string, web?: { readonly targets: string; readonly front: string }): string {
    const { chance, upTo } = this.lots;
    const tasks = this.add(`${name}-tasks`, 'ecs/task-definition', {
      family: name,
      cpu: '256',
      memory: '512',
      executionRole: 'arn:aws:iam::123456789012:role/ecs-task-execution',
      containers: [
        {
          name: 'main',
          image: `registry.example/${name}:1`,
          port: 8080,
          ...(chance(0.5) ? { environment: { LEVEL: 'info', DB_PASSWORD: canary } } : {}),
        },
      ],
    });
    return this.add(
      `${name}-service`,
      'ecs/service',
      {
        cluster: '${cluster.arn}',
        name,
        taskDefinition: `\${${tasks}.arn}`,
        desiredCount: 1 + upTo(3),
        ...(web === undefined
          ? {}
          : { loadBalancer: { targetGroup: `\${${web.targets}.arn}`, container: 'main', port: 8080 } }),
        network: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-web'] },
      },
      web === undefined ? {} : { dependsOn: [web.front] },
    );
  }

  /** An item that speaks of a service, or of nothing; in a table that is there, or in a new one. */
  private stateEntry(service: string | undefined, room: number): void {
    const { chance, oneOf } = this.lots;
    const table = (room < 2 || chance(0.7) ? oneOf(this.tables) : undefined) ?? this.table(room < 2);
    if (room < 2 && !this.tables.includes(table)) return;
    const key = service ?? `note-${Object.keys(this.components).length}`;
    this.add(`${key}-state`, 'dynamodb/item', {
      table: `\${${table}.name}`,
      key: { service: key },
      attributes: {
        status: 'deployed',
        ...(service === undefined ? {} : { serviceArn: `\${${service}.arn}` }),
      },
    });
  }

  /** A shared one takes the place of nothing else; only an owned one may be the last piece that there is room for. */
  private table(last: boolean): string {
    const shared = !last && this.lots.chance(0.5);
    const name = `random-${this.tables.length + 1}`;
    const id = this.add(
      `table-${this.tables.length + 1}`,
      'dynamodb/table',
      shared ? { name } : { name, hashKey: { name: 'service', type: 'S' } },
      shared ? { shared: true } : {},
    );
    if (!last) this.tables.push(id);
    return id;
  }

  /** A record that refers to nothing. */
  private text(): void {
    const id = `note-${Object.keys(this.components).length}`;
    this.add(id, 'route53/record', {
      zone: 'random.example',
      name: `${id}.random.example`,
      type: 'TXT',
      ttl: 60,
      values: [`note ${id}`],
    });
  }
}

/** Owners, edges that no reference asks for, protection, leftovers: what only the playbook's author knows. */
function bind({ chance, oneOf, pick }: Lots, components: Components): void {
  const ids = Object.keys(components);
  const isShared = (id: string): boolean => components[id]?.['shared'] === true;
  const services = ids.filter((id) => components[id]?.['type'] === 'ecs/service');
  ids.forEach((id, index) => {
    const component = components[id];
    if (component === undefined || isShared(id)) return;
    const own = services.find((each) => id !== each && id.startsWith(each.replace(/service$/, '')));
    const owner = chance(0.7) ? own : chance(0.1) ? oneOf(services.filter((each) => each !== id)) : undefined;
    if (owner !== undefined && component['type'] !== 'ecs/service') component['ownedBy'] = owner;
    // What was added earlier never needs what comes later: an edge to it makes no circle.
    const earlier = chance(0.15) ? oneOf(ids.slice(0, index)) : undefined;
    if (earlier !== undefined) {
      component['dependsOn'] = [...new Set([...((component['dependsOn'] as string[] | undefined) ?? []), earlier])];
    }
    const isProtected = chance(0.08);
    if (isProtected) component['protect'] = true;
    if (!isProtected && chance(0.2)) component['onOrphan'] = pick(['keep', 'replace']);
    if (chance(0.03)) component['approval'] = 'required';
  });
}
