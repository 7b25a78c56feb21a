// The embedded AWS behind `--sandbox`: a world in a file, on a virtual clock, with its own way to probe.
import { join } from 'node:path';
import type { AccessOptions, AwsService } from '../aws/access.ts';
import type { Prober } from '../run/probe.ts';
import {
  createWorld,
  loadWorldData,
  probeHttp,
  probeTcp,
  resolveDns,
  sandboxClientConfig,
  saveWorldData,
  snapshot,
  type DoorOptions,
  type World,
} from '../sandbox/index.ts';
import { systemClock, VirtualClock } from '../util/clock.ts';
import { UserError } from './exit.ts';

export interface EmbeddedAws {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly door: (region: string) => NonNullable<AccessOptions['door']>;
  readonly prober: Prober;
  readonly save: () => void;
}

export function sandboxFile(stateDirectory: string): string {
  return join(stateDirectory, 'sandbox.json');
}

/**
 * Opens the world of a state directory, an empty one when there is none. Its time goes on where it stopped, or is the
 * present if that is later. Every change is saved before the next thing happens.
 *
 * @param speed AWS seconds per real second; undefined: waits take no time
 */
export function openEmbedded(stateDirectory: string, speed: number | undefined): EmbeddedAws {
  const file = sandboxFile(stateDirectory);
  const data = load(file);
  const clock = new VirtualClock(Math.max(systemClock.now(), data?.now ?? 0), speed);
  const world = createWorld({ clock, ...(data === undefined ? {} : { data }) });
  const save = (): void => {
    saveWorldData(file, snapshot(world));
  };
  const options: DoorOptions = {
    onCall: ({ mutating }) => {
      if (mutating) save();
    },
  };
  return {
    world,
    clock,
    save,
    prober: worldProber(world),
    door: (region) => (service: AwsService) => sandboxClientConfig(world, sandboxNameOf(service), region, options),
  };
}

function load(file: string): ReturnType<typeof loadWorldData> {
  try {
    return loadWorldData(file);
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** The sandbox names services as signatures do. */
export function sandboxNameOf(service: AwsService): Parameters<typeof sandboxClientConfig>[1] {
  return service === 'elbv2' ? 'elasticloadbalancing' : service;
}

/** Probes a world as a client on its internet would. */
export function worldProber(world: World): Prober {
  return {
    http: async ({ url }) => {
      const answer = probeHttp(world, url);
      return 'error' in answer
        ? { error: `${answer.error}: ${answer.detail}` }
        : { status: answer.status, body: answer.body ?? '' };
    },
    dns: async (name, type) => {
      const { answers, reason } = resolveDns(world, name, type);
      return answers.length === 0 && reason !== undefined ? { error: reason } : { values: answers };
    },
    tcp: async (host, port) => {
      const answer = probeTcp(world, host, port);
      return { error: 'error' in answer ? `${answer.error}: ${answer.detail}` : undefined };
    },
  };
}
