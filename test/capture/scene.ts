// A world that plain clients made, and how its service is captured.
import type { CaptureRequest } from '../../src/capture/capture.ts';
import { bareRig, playbookOf, type Rig } from '../helpers/rig.ts';
import { describe as told, type Described } from '../shapes/described.ts';
import { Hands } from '../shapes/hands.ts';
import { head } from '../shapes/shape.ts';
import { quiet } from '../shapes/suite.ts';
import type { Asked } from './taking.ts';

export interface Scene {
  readonly name: string;
  /** What the world presumes is what this names; nothing of it is made, and nobody reads it any more. */
  readonly playbook: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly build: (hands: Hands) => Promise<unknown>;
  readonly start: CaptureRequest['start'];
  readonly asked?: Asked;
  /** What is not as it was once a piece has been made again, by the component: names as `described.ts` tells them. */
  readonly along?: Readonly<Record<string, readonly string[]>>;
  /** What stays beside the pieces, by the lost component: the beginning of its name. */
  readonly strays?: Readonly<Record<string, string>>;
  /** Losses that a repair does not make good, and says so: by the lost component, or `everything`, what is blocked and why. */
  readonly refusals?: Readonly<Record<string, { readonly blocked: string; readonly because: RegExp }>>;
  /** Losses after which a recovery says that it is not done, by the lost component. */
  readonly partly?: Readonly<Record<string, RegExp>>;
  /** Takes off what keeps pieces from being deleted. */
  readonly unlock?: (hands: Hands) => Promise<void>;
  /** The counter-example of a proof that is true of this service, in words of its report; none unless told. */
  readonly counterExample?: RegExp;
}

/** Of worlds that hold no more than networks, a zone and what `build` says. */
export const place = `${head('place')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  zone: { type: route53/record, shared: true, spec: { zone: shop.example, name: any.shop.example, type: A } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: any, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  targets: { type: elbv2/target-group, spec: { name: any, port: 80, protocol: HTTP, vpc: vpc-1 } }
`;

export interface World {
  readonly rig: Rig;
  readonly before: Described;
}

const worlds = new Map<Scene, Promise<World>>();

/** A copy of a scene's world, at rest; it is made once. */
export async function worldOf(scene: Scene): Promise<World> {
  let world = worlds.get(scene);
  if (world === undefined) {
    world = make(scene);
    worlds.set(scene, world);
  }
  const { before, rig } = await world;
  return { before, rig: rig.fork() };
}

async function make({ build, params = {}, playbook }: Scene): Promise<World> {
  const rig = bareRig(playbookOf(playbook, params));
  await build(new Hands(rig));
  await quiet(rig);
  return { rig, before: await told(new Hands(rig)) };
}

/** Nothing proves that an entry is the service's, so that it is left; after a crash the service is there again, and nobody can tell. */
export const unprovenEntry = /^leftovers-go: state-entry, service: /;
