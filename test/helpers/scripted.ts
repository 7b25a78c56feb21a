// Component types without AWS: pieces in memory, on the test's clock, that the test changes behind relight's back and
// whose every change it can hold, refuse or lose. The traits of each type are the test's to choose.
import { z } from 'zod';
import type { AwsAccess } from '../../src/aws/access.ts';
import { fixedSource } from '../../src/aws/credentials/credentials.ts';
import { nobodyToAsk } from '../../src/aws/dns/name-servers.ts';
import { Gate } from '../../src/aws/gate.ts';
import { readIdentity } from '../../src/aws/credentials/identity.ts';
import { CredentialCache } from '../../src/aws/credentials/credential-cache.ts';
import { createMeter } from '../../src/aws/meter.ts';
import type {
  ChangeAction,
  ComponentTraits,
  ComponentType,
  Difference,
  Json,
  Judging,
  Observation,
  Readiness,
  Receipt,
  Safety,
  Tags,
  Target,
  Timing,
  Undoing,
} from '../../src/components/contract.ts';
import { componentType } from '../../src/components/kit/type.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { resolveReferences } from '../../src/playbook/expressions.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { sameJson } from '../../src/util/json.ts';

export type ScriptedSpec = Readonly<Record<string, Json>> & { readonly name: string };

/** One piece. `active` is ready, `creating` and `deleting` pass by themselves, `sick` may heal, `failed` never does. */
export interface Piece {
  readonly fields: Readonly<Record<string, Json>>;
  readonly status: string;
  readonly tags: Tags | undefined;
  /** Counts incarnations: part of the `arn` output. */
  readonly generation: number;
  /** Counts updates: part of the `revision` output. */
  readonly revision: number;
  /** When `creating` becomes `active`, or `deleting` becomes gone. */
  readonly until: number | undefined;
}

/** What the test does to one change: apply it or not, throw or not, at its leisure. */
export type ChangeScript = (apply: () => void) => void | Promise<void>;

/** A change that has been held up. */
export interface Held {
  /** Resolves when the change has come to be held. */
  readonly arrived: Promise<void>;
  readonly release: () => void;
}

/** The pieces of all scripted types, by name. */
export class ScriptedWorld {
  readonly pieces = new Map<string, Piece>();
  /** The changes that reached this world, in order: `create a`. */
  readonly changes: string[] = [];
  /** Names asked for in each look, in order. */
  readonly looks: (readonly string[])[] = [];
  /** Seconds until a created piece is active, and until a deleted one is gone. */
  readonly takes = { create: 0, delete: 0 };
  readonly #clock: Clock;
  readonly #generations = new Map<string, number>();
  readonly #scripts = new Map<string, ChangeScript[]>();
  readonly #views = new Map<string, (real: Observation<Piece>) => Observation<Piece>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts every piece of a playbook in place, healthy and tagged, references resolved as a deployment would. */
  deploy(playbook: Playbook, graph: Graph): void {
    const outputs = new Map<string, Readonly<Record<string, string | undefined>>>();
    for (const id of graph.createOrder) {
      const component = playbook.components.get(id);
      if (component === undefined) continue;
      const spec = resolveReferences(component.spec, (other, output) => outputs.get(other)?.[output]) as ScriptedSpec;
      const tags = { 'relight:playbook': playbook.metadata.name, 'relight:component': id };
      this.make(spec.name, spec, component.shared ? {} : tags);
      outputs.set(id, outputsOf(spec, this.pieces.get(spec.name)));
    }
  }

  make(name: string, fields: Readonly<Record<string, Json>>, tags: Tags | undefined, until?: number): void {
    const generation = (this.#generations.get(name) ?? 0) + 1;
    this.#generations.set(name, generation);
    const status = until === undefined ? 'active' : 'creating';
    this.pieces.set(name, { fields, status, tags, generation, revision: 1, until });
  }

  /** Changes a piece behind relight's back. */
  set(name: string, change: Partial<Piece>): void {
    const piece = this.pieces.get(name);
    if (piece === undefined) throw new Error(`no piece ${name}`);
    this.pieces.set(name, { ...piece, ...change });
  }

  /** Drifts one field of a piece. */
  drift(name: string, field: string, value: Json): void {
    this.set(name, { fields: { ...this.pieces.get(name)?.fields, [field]: value } });
  }

  remove(...names: readonly string[]): void {
    for (const name of names) this.pieces.delete(name);
  }

  /** From now on looks at a piece answer what `view` makes of the truth; without it, the truth again. */
  see(name: string, view?: (real: Observation<Piece>) => Observation<Piece>): void {
    if (view === undefined) this.#views.delete(name);
    else this.#views.set(name, view);
  }

  /** Looks at the piece are refused. */
  hide(name: string, reason: 'denied' | 'throttled' | 'timeout' = 'denied'): void {
    this.see(name, ({ at }) => ({ kind: 'unknown', reason, detail: `${reason}: no look at ${name}`, at }));
  }

  /** The next `change` (`create a`) goes as the script says; several scripts are for several changes, in order. */
  on(change: string, ...scripts: readonly ChangeScript[]): void {
    this.#scripts.set(change, [...(this.#scripts.get(change) ?? []), ...scripts]);
  }

  /** Holds the next `change` until the test releases it. */
  hold(change: string): Held {
    let arrive: () => void = () => undefined;
    let release: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.on(change, async (apply) => {
      arrive();
      await released;
      apply();
    });
    return { arrived, release };
  }

  /** What a look at one piece answers. */
  look(name: string): Observation<Piece> {
    this.#pass(name);
    const at = this.#clock.now();
    const piece = this.pieces.get(name);
    const real: Observation<Piece> =
      piece === undefined ? { kind: 'absent', at } : { kind: 'present', state: piece, tags: piece.tags, at };
    return this.#views.get(name)?.(real) ?? real;
  }

  async change(action: ChangeAction, name: string, apply: () => void): Promise<void> {
    const change = `${action} ${name}`;
    this.changes.push(change);
    const script = this.#scripts.get(change)?.shift();
    if (script === undefined) apply();
    else await script(apply);
  }

  /** Lets time do what was begun: creating ends, deleting ends. */
  #pass(name: string): void {
    const piece = this.pieces.get(name);
    if (piece?.until === undefined || piece.until > this.#clock.now()) return;
    if (piece.status === 'deleting') this.pieces.delete(name);
    else this.pieces.set(name, { ...piece, status: 'active', until: undefined });
  }
}

/** What a test may choose of a type; hooks included. */
export type TypeOptions = Partial<ComponentTraits<ScriptedSpec>> &
  Partial<
    Pick<ComponentType<ScriptedSpec, Piece>, 'observe'> &
      Pick<
        Judging<ScriptedSpec, Piece>,
        'serves' | 'claim' | 'aliases' | 'leads' | 'leadsTo' | 'sendsTo' | 'joinable' | 'harms'
      > &
      Pick<Safety<ScriptedSpec, Piece>, 'holds' | 'cascade'> &
      Pick<Timing<ScriptedSpec, Piece>, 'settled' | 'verify' | 'propagationSeconds'> &
      Pick<Undoing<ScriptedSpec, Piece>, 'capture'>
  > & {
    /** Estimated seconds of each change. */
    readonly seconds?: Readonly<Partial<Record<ChangeAction, number>>>;
  };

/**
 * A component type over a scripted world. Unless told: outputs `arn` (new with each generation), `name` (always the
 * same) and `revision` (new with each change); lives in what its field `in` names; the field `pinned` cannot be changed.
 */
export function scriptedType(
  world: ScriptedWorld,
  clock: Clock,
  type: string,
  options: TypeOptions = {},
): ComponentType {
  const {
    aliases,
    capture,
    cascade,
    claim,
    harms,
    holds,
    joinable,
    leads,
    leadsTo,
    observe,
    propagationSeconds,
    seconds,
    sendsTo,
    serves,
    settled,
    verify,
    ...more
  } = options;
  const estimates = { create: 10, update: 5, delete: 4, ...seconds };
  const traits: ComponentTraits<ScriptedSpec> = {
    type,
    description: 'a scripted piece',
    schema: z.custom<ScriptedSpec>(),
    outputs: {
      arn: { description: 'its ARN', onReplace: 'new' },
      name: { description: 'its name', onReplace: 'same' },
      revision: { description: 'its revision', onReplace: 'new', onUpdate: 'new' },
    },
    shareable: true,
    ownable: true,
    locators: ['in'],
    containers: ['in'],
    immutable: ['pinned'],
    reuse: true,
    inert: false,
    heldBy: [],
    remedy: 'none',
    permissions: { read: [], write: [] },
    ...more,
  };
  const made = componentType<ScriptedSpec, Piece>({
    traits,
    identity: (spec) => spec.name,
    observe:
      observe ??
      ((targets) => {
        world.looks.push(targets.map((each) => each.spec.name));
        return Promise.resolve(new Map(targets.map((each) => [each.id, world.look(each.spec.name)])));
      }),
    readiness,
    diff: differencesOf,
    outputsOf,
    describe: (state) => `${state.status}, size ${JSON.stringify(state.fields['size'])}`,
    judging: given({ aliases, claim, harms, joinable, leads, leadsTo, sendsTo, serves }),
    safety: given({ cascade, holds }),
    time: { estimate: (action) => estimates[action], ...given({ propagationSeconds, settled, verify }) },
    undo: {
      specOf: (spec, state) => ({ spec: { ...state.fields, name: spec.name }, notRepresented: [] }),
      generation: (state) => String(state.generation),
      ...given({ capture }),
    },
    create: (target, context) => {
      const { create } = world.takes;
      return answered(world, 'create', target, () => {
        const until = create === 0 ? undefined : clock.now() + create * 1000;
        world.make(target.spec.name, target.spec, context.tags, until);
      });
    },
    update: (target, state) =>
      answered(world, 'update', target, () => {
        const fields = { ...state.fields, ...target.spec };
        const status = state.status === 'sick' ? 'active' : state.status;
        world.set(target.spec.name, { fields, status, revision: state.revision + 1 });
      }),
    delete: (target) =>
      answered(world, 'delete', target, () => {
        const { name } = target.spec;
        if (world.takes.delete === 0) world.remove(name);
        else world.set(name, { status: 'deleting', until: clock.now() + world.takes.delete * 1000 });
      }),
  });
  return made;
}

/** Without what is undefined: a member that is missing has its meaning. */
function given<Members extends object>(members: Members): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: NonNullable<Members[Name]>;
  };
}

async function answered(
  world: ScriptedWorld,
  action: ChangeAction,
  target: Target<ScriptedSpec>,
  apply: () => void,
): Promise<Receipt> {
  await world.change(action, target.spec.name, apply);
  return { request: `${action}-${target.spec.name}` };
}

function readiness(state: Piece): Readiness {
  switch (state.status) {
    case 'active':
      return { kind: 'ready' };
    case 'creating':
      return { kind: 'settling', direction: 'coming', detail: 'is being created' };
    case 'deleting':
      return { kind: 'settling', direction: 'going', detail: 'is being deleted' };
    case 'sick':
      return { kind: 'unhealthy', terminal: false, detail: 'is sick' };
    case 'failed':
      return { kind: 'unhealthy', terminal: true, detail: 'has failed for good' };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}

/** Field by field, and within `links` link by link. */
function differencesOf(spec: ScriptedSpec, state: Piece): readonly Difference[] {
  const flat = (fields: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> =>
    new Map(
      Object.entries(fields).flatMap(([key, value]) =>
        key === 'links' && typeof value === 'object' && value !== null
          ? Object.entries(value).map(([link, text]): readonly [string, Json] => [`links.${link}`, text])
          : [[key, value] as const],
      ),
    );
  const actual = flat(state.fields);
  return [...flat(spec)]
    .filter(([path, desired]) => !sameJson(desired, actual.get(path)))
    .map(([path, desired]) => ({ path, desired, actual: actual.get(path) }));
}

function outputsOf(spec: ScriptedSpec, state: Piece | undefined): Readonly<Record<string, string | undefined>> {
  return {
    name: spec.name,
    arn: state === undefined ? undefined : `arn:${spec.name}:${state.generation}`,
    revision: state === undefined ? undefined : `${spec.name}:${state.generation}:${state.revision}`,
  };
}

/** An access that leads nowhere but to the identity: gate and meter are real. */
export function stubAccess(identity: { account: string; arn: string }): AwsAccess {
  const gate = new Gate('change');
  gate.openForReads();
  gate.openForChanges();
  const credentialCache = new CredentialCache({
    source: fixedSource({ accessKeyId: 'stub', secretAccessKey: 'stub' }, 'the test'),
    identify: async () => identity,
    gate,
    clock: systemClock,
    wallClock: systemClock,
  });
  const answers: Readonly<Record<string, object>> = {
    sts: { Account: identity.account, Arn: identity.arn },
    iam: { AccountAliases: ['shop-prod'] },
  };
  const client = ({ name }: { readonly name: string }) => ({ send: async () => answers[name] });
  const nameServers = nobodyToAsk('nothing is served here');
  const access = { client, region: 'eu-west-1', gate, credentialCache, meter: createMeter(), nameServers };
  return access;
}

// What the identity reads load when they are made first is loaded now: a virtual clock does not wait for the disk.
await readIdentity(stubAccess({ account: '', arn: '' }));

/** An error as AWS answers it. */
export function awsError(code: string, message = code, status = 400): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}
