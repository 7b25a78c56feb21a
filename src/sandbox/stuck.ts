// Things in AWS that never become what they should: part of the world, as they would be in AWS, and not of a door.
import { unreachable } from '../util/unreachable.ts';
import type { World } from './model.ts';
import { setServiceBehaviour } from './services/ecs/behaviours.ts';
import type { ServiceBehaviour } from './services/ecs/store.ts';
import { setChangesStuck } from './services/route53/changes.ts';

/** What is stuck, and its name. What is set before the thing exists holds from its beginning. */
export type StuckState =
  /** A load balancer that becomes `failed` instead of `active`; one that was active fails too. */
  | { readonly kind: 'load-balancer-fails'; readonly resource: string; readonly region?: string | undefined }
  /** An ECS service whose tasks stop while they start, so that it never gets steady. */
  | { readonly kind: 'service-never-steady'; readonly resource: string; readonly region?: string | undefined }
  /** An ECS service whose targets fail their health checks, so that their tasks are replaced again and again. */
  | { readonly kind: 'targets-unhealthy'; readonly resource: string; readonly region?: string | undefined }
  /** A deleted ECS service that stays DRAINING. */
  | { readonly kind: 'service-drains-forever'; readonly resource: string; readonly region?: string | undefined }
  /** Changes that stay PENDING: those of the zone of this name, or all. */
  | { readonly kind: 'change-never-in-sync'; readonly resource?: string | undefined };

export const stuckKinds = [
  'load-balancer-fails',
  'service-never-steady',
  'targets-unhealthy',
  'service-drains-forever',
  'change-never-in-sync',
] as const satisfies readonly StuckState['kind'][];

const defaultRegion = 'eu-west-1';

/** From now on. */
export function setStuck(world: World, stuck: StuckState): void {
  change(world, stuck, true);
}

/** The states that are set, in all regions. */
export function stuckStates({ data }: World): readonly StuckState[] {
  const states: StuckState[] = [];
  for (const [region, { ecs, elbv2 }] of Object.entries(data.regions)) {
    for (const resource of Object.keys(elbv2.behaviours))
      states.push({ kind: 'load-balancer-fails', resource, region });
    for (const [resource, behaviour] of Object.entries(ecs.behaviours)) {
      const kind = serviceKinds.find((each) => serviceBehaviours[each] === behaviour);
      if (kind !== undefined) states.push({ kind, resource, region });
    }
  }
  for (const zone of data.route53.stuckZones ?? []) {
    states.push({ kind: 'change-never-in-sync', ...(zone === '*' ? {} : { resource: zone }) });
  }
  return states;
}

/** From now on all is well again: what was held up goes its usual way. */
export function releaseStuck(world: World, stuck: StuckState): void {
  change(world, stuck, false);
}

function change(world: World, stuck: StuckState, on: boolean): void {
  switch (stuck.kind) {
    case 'load-balancer-fails': {
      const { behaviours } = world.region(stuck.region ?? defaultRegion).elbv2;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
      if (!on) delete behaviours[stuck.resource];
      else behaviours[stuck.resource] = 'fails';
      return;
    }
    case 'service-never-steady':
    case 'targets-unhealthy':
    case 'service-drains-forever': {
      const behaviour = serviceBehaviours[stuck.kind];
      setServiceBehaviour(world, stuck.region ?? defaultRegion, stuck.resource, on ? behaviour : null);
      return;
    }
    case 'change-never-in-sync':
      setChangesStuck(world, stuck.resource, on);
      return;
    default:
      unreachable(stuck);
  }
}

const serviceBehaviours = {
  'service-never-steady': 'never-steady',
  'targets-unhealthy': 'unhealthy',
  'service-drains-forever': 'draining-forever',
} as const satisfies Record<string, ServiceBehaviour>;

const serviceKinds = ['service-never-steady', 'targets-unhealthy', 'service-drains-forever'] as const;
