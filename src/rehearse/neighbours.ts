// Pieces of somebody else, beside those of the playbook: what a recovery must leave as it is and could strike by a name
// that is half read, by a listing that is taken as a whole, or by a batch that holds too much. One of each type that the
// playbook owns, and only where no recovery has to take it along: nothing in a cluster or on a load balancer of its own.
import { classify } from '../aws/errors.ts';
import { ownerTags, type ChangeContext } from '../components/contract.ts';
import { look, openSession } from '../engine.ts';
import type { Component } from '../playbook/model.ts';
import { createLiveView, type LiveView } from '../run/live-view.ts';
import { ecsOf, picturesIn, type World, type WorldData } from '../sandbox/index.ts';
import { makePiece, typeNamed, type SpecObject } from './operator.ts';
import { opened, type Harness } from './harness.ts';

/** The playbook that neighbours are tagged as. */
const neighboursPlaybook = 'next-door';
/** Ids in a world are drawn by counting: neighbours draw from so far on that all others stay as they are. */
const farDraws = 0x8000_0000;

/** Makes the neighbours of a playbook's pieces in a world that holds what the playbook presumes. */
export async function settleNeighbours(harness: Harness): Promise<void> {
  const { data } = harness.world;
  const drawn = data.sequence;
  data.sequence += farDraws;
  try {
    const session = opened(await openSession(harness.playbook, harness.operatorAccess('change')));
    const { observations } = await look(session);
    session.observeContext.aws.gate.openForChanges();
    const liveView = createLiveView(harness.playbook, observations, session.observeContext);
    const settled = new Set<string>();
    for (const component of harness.playbook.components.values()) {
      if (component.shared || settled.has(component.type)) continue;
      if (await settle(component, liveView)) settled.add(component.type);
    }
  } finally {
    data.sequence = drawn;
  }
}

/** What a world's neighbours look like: settings only, nothing that time changes. */
export function neighboursIn(
  data: WorldData,
  region: string,
  services: World['services'],
): Readonly<Record<string, string>> {
  return picturesIn(data, region, { key: ownerTags.playbook, value: neighboursPlaybook }, services);
}

/**
 * Takes along the neighbours that AWS would not delete a shared cluster with: they wait for nobody's recovery, and are
 * gone with what they were in.
 */
export async function evictFrom(component: Component, liveView: LiveView, harness: Harness): Promise<void> {
  if (component.type !== 'ecs/cluster') return;
  const service = typeNamed('ecs/service');
  const { services } = ecsOf(harness.world.region(harness.playbook.target.region));
  const cluster = (liveView.target(component).spec as SpecObject)['name'];
  for (const each of Object.values(services)) {
    const isNeighbour = each.tags.some((tag) => tag.key === ownerTags.playbook && tag.value === neighboursPlaybook);
    if (!isNeighbour || each.cluster !== cluster) continue;
    const target = { id: each.name, spec: service.traits.schema.parse({ cluster, name: each.name }) };
    const seen = (await service.observe([target], liveView.context())).get(each.name);
    if (seen?.kind === 'present') await service.delete(target, seen.state, contextOf(each.name, liveView));
  }
}

function contextOf(id: string, liveView: LiveView): ChangeContext {
  return {
    ...liveView.context(),
    token: `next-door-${id}`.slice(0, 36),
    tags: { [ownerTags.playbook]: neighboursPlaybook, [ownerTags.component]: id.slice(0, 255) },
  };
}

/** True when there is a neighbour now. */
async function settle(component: Component, liveView: LiveView): Promise<boolean> {
  const { type } = component;
  const make = (made: string, raw: SpecObject): ReturnType<typeof makePiece> => {
    const id = `canary-${made.replace('/', '-')}`;
    return makePiece(made, id, raw, contextOf(id, liveView), liveView);
  };
  const spec = liveView.target(component).spec as SpecObject;
  const name = typeof spec['name'] === 'string' ? canaryOf(spec['name']) : 'canary';
  try {
    switch (type) {
      case 'ecs/cluster':
      case 'dynamodb/table':
      case 'elbv2/load-balancer':
      case 'elbv2/target-group':
        await make(type, { ...spec, name });
        return true;
      case 'ecs/task-definition':
        await make(type, canaryTasks(`${String(spec['family'])}-canary`));
        return true;
      case 'ecs/service': {
        if (!isKnown(spec['cluster'])) return false;
        const { arn } = await make('ecs/task-definition', canaryTasks(`${name}-tasks`));
        const { cluster, network } = spec;
        await make(type, { cluster, name, taskDefinition: arn, desiredCount: 0, network });
        return true;
      }
      case 'elbv2/listener': {
        // On a load balancer of the playbook's own it would be deleted with it, and rightly.
        if (!isKnown(spec['loadBalancer'])) return false;
        await make(type, {
          loadBalancer: spec['loadBalancer'],
          port: 8999,
          protocol: 'HTTP',
          fixedResponse: canaryAnswer,
        });
        return true;
      }
      case 'elbv2/listener-rule': {
        if (!isKnown(spec['listener'])) return false;
        const conditions = { hostHeader: ['canary.example'] };
        await make(type, { listener: spec['listener'], priority: 49_999, conditions, fixedResponse: canaryAnswer });
        return true;
      }
      case 'route53/record': {
        const { zone } = spec;
        if (!isKnown(zone) || !isKnown(spec['name'])) return false;
        const beside = `${neighboursPlaybook}.${String(spec['name']).replace(/^\*\./, '')}`;
        await make(type, { zone, name: beside, type: 'A', ttl: 300, values: ['192.0.2.99'] });
        return true;
      }
      case 'route53/health-check':
        await make(type, { ...spec, fqdn: 'canary.example', ipAddress: undefined });
        return true;
      case 'dynamodb/item': {
        const { key, table } = spec;
        if (!isKnown(table)) return false;
        await make(type, { table, key: canaryKey(key as SpecObject), attributes: { owner: neighboursPlaybook } });
        return true;
      }
      default:
        return false;
    }
  } catch (error) {
    // What a playbook says may be too strange for a neighbour of its kind: AWS or the type's schema refuses it.
    if (error instanceof Error && error.name.includes('ZodError')) return false;
    if (['invalid', 'conflict', 'not-found'].includes(classify(error).class)) return false;
    throw error;
  }
}

const canaryAnswer = { status: '200', contentType: 'text/plain', body: 'of next door' };

function canaryTasks(family: string): SpecObject {
  const containers = [{ name: 'canary', image: 'registry.example/canary:1' }];
  return { family, cpu: '256', memory: '512', containers };
}

/** Load balancers and target groups take 32 characters. */
function canaryOf(name: string): string {
  return `${name.slice(0, 25).replace(/-+$/, '')}-canary`;
}

function canaryKey(key: SpecObject): SpecObject {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [
      name,
      typeof value === 'number' ? value + 49_999 : `${String(value)}-canary`,
    ]),
  );
}

/** Told by the playbook, or by what it shares with others. */
function isKnown(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('${');
}
