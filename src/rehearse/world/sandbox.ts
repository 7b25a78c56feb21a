// An embedded AWS with everything that the engine wants of an AWS: a transport for the clients, a clock, a prober.
import type { AccessOptions } from '../../aws/access.ts';
import type { AwsService } from '../../aws/services/service.ts';
import type { NameServers } from '../../aws/dns/name-servers.ts';
import type { ComponentType } from '../../components/contract.ts';
import { loadActing } from '../../observe/loading.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { Prober } from '../../run/probe/probe.ts';
import {
  createWorld,
  nameServerAnswer,
  presume,
  probeHttp,
  probeTcp,
  resolveDns,
  sandboxClientConfig,
  type ServiceName,
  type TransportOptions,
  type World,
  type WorldOptions,
} from '../../sandbox/index.ts';
import { VirtualClock } from '../../util/clock.ts';
import { plugsOf } from './plugs.ts';
import { deployShared, presumedBy } from './seed.ts';

export interface SandboxOptions extends Omit<WorldOptions, 'clock'> {
  /** Instant at which the world begins, milliseconds since the epoch. */
  readonly startAt: number;
  /** AWS seconds per real second; waits take no real time unless told. */
  readonly speed?: number | undefined;
  /** The component types whose pieces are to live in it; their services are there beside the sandbox's own. */
  readonly types?: ReadonlyMap<string, ComponentType>;
  /** Faults, latency, throttling, and who is told of each call. */
  readonly transportOptions?: TransportOptions;
}

export interface OpenSandbox {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly prober: Prober;
  /** What `openSession` needs to reach this world instead of AWS. */
  readonly access: (region: string, mode: AccessOptions['mode']) => AccessOptions;
  /** Makes what a playbook presumes; returns the ids of the shared components that were created. */
  readonly seed: (playbook: Playbook) => Promise<readonly string[]>;
}

/** Opens a world in this process: no sockets, no credentials, virtual time. */
export function openSandbox(options: SandboxOptions): OpenSandbox {
  const { startAt, speed, transportOptions, types = new Map(), ...worldOptions } = options;
  const clock = new VirtualClock(startAt, speed);
  const world = createWorld({ clock, services: plugsOf(types), ...worldOptions });
  const prober = worldProber(world);
  const access: OpenSandbox['access'] = (region, mode) => ({
    region,
    mode,
    clock,
    transportKind: 'sandbox',
    transport: (service) => sandboxClientConfig(world, sandboxNameOf(service), region, transportOptions),
    nameServers: worldNameServers(world),
  });
  return {
    world,
    clock,
    prober,
    access,
    seed: async (playbook) => {
      await loadActing(playbook.types.values());
      const { region } = playbook.target;
      presume(
        world,
        presumedBy(playbook).map((item) => ({ region, ...item })),
      );
      return deployShared(playbook, access(region, 'change'), prober);
    },
  };
}

/** The sandbox names services as signatures do; it refuses calls of one that it does not have. */
export function sandboxNameOf({ signingName }: AwsService): ServiceName {
  return signingName;
}

/** Those of all zones of a world. */
export function worldNameServers(world: World): NameServers {
  return {
    ask: async ({ name, type }) => {
      const { answers, code } = nameServerAnswer(world, name, type);
      const values = answers.filter((each) => each.type === type).map(({ value }) => value);
      if (values.length > 0) return { kind: 'values', values };
      if (code === 'NOERROR') return { kind: 'missing', code: 'NODATA' };
      return code === 'NXDOMAIN' ? { kind: 'missing', code } : { kind: 'unasked', why: code };
    },
  };
}

/** Probes a world as a client on its internet would. */
function worldProber(world: World): Prober {
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
