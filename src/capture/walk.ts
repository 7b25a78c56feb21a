// Reads a service and what stands around it: down along what it names, up along what names that, to the names that people ask
// for. Changes nothing; what cannot be read is told and never guessed.
import { apiOf, classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type {
  ComponentType,
  Json,
  Leading,
  Nearby,
  Observation,
  ReadContext,
  Referring,
  Surroundings,
} from '../components/contract.ts';
import type { ObserveContext } from '../observe/context.ts';
import { readContext } from '../observe/context.ts';
import { groupBy } from '../util/group-by.ts';
import { toJson } from '../util/json.ts';
import type { Found, Unseen } from './model.ts';
import { pieceOfArn, textsIn } from './naming.ts';

/** How a piece was come to. */
type Way =
  /** What the service names: what that names is followed. */
  | 'down'
  /** What lives in what was found, or goes with it: what it names is somebody's. */
  | 'around';

/** One walk; each piece is looked at once. */
export class Walk {
  readonly found = new Map<string, Found>();
  readonly unseen: Unseen[] = [];
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly context: ReadContext;
  readonly #asked = new Set<string>();
  readonly #tell: (what: string) => void;
  #referring: readonly Referring[] = [];

  constructor(observeContext: ObserveContext, tell: (what: string) => void) {
    this.types = observeContext.types;
    this.context = readContext(observeContext);
    this.#tell = tell;
  }

  /** The piece that this spec finds; undefined where there is none. @throws CannotSee where nobody could tell */
  async start(near: Nearby): Promise<Found | undefined> {
    const before = this.unseen.length;
    const [root] = await this.look([near], undefined);
    const [why] = this.unseen.slice(before);
    if (root === undefined && why !== undefined) throw new CannotSee(why);
    return root;
  }

  /** Begins anew, from what was found; what was read is not read again. */
  forget(): void {
    this.found.clear();
    this.#asked.clear();
  }

  /** All that the service names, and all that stands around that. */
  async follow(root: Found): Promise<void> {
    this.#referring = [{ component: root.key, type: root.type.traits.type, state: root.state }];
    let front: readonly (readonly [Found, Way])[] = [[root, 'down']];
    while (front.length > 0) {
      const next = await Promise.all(front.map(([found, way]) => this.#beyond(found, way)));
      front = next.flat();
    }
  }

  /** What the pieces that were found name, and what stands around that. */
  async followNamed(): Promise<void> {
    await this.look([...this.found.values()].flatMap((each) => this.namedBy(each)));
  }

  async #beyond(found: Found, way: Way): Promise<readonly (readonly [Found, Way])[]> {
    const named = way === 'down' ? await this.look(this.namedBy(found)) : [];
    const links = (found.around.links ?? []).flatMap((arn) => this.#nearby(arn));
    const around = await this.look([...(found.around.pieces ?? []), ...links]);
    return [
      ...named.map((each): readonly [Found, Way] => [each, 'down']),
      ...around.map((each): readonly [Found, Way] => [each, 'around']),
    ];
  }

  /** The pieces that a spec names by their ARNs. */
  namedBy(found: Found): readonly Nearby[] {
    const said = textsIn(found.described).map(({ text }) => text);
    return [...said, ...(found.around.own ?? [])].flatMap((text) => this.#nearby(text));
  }

  #nearby(arn: string): readonly Nearby[] {
    const piece = pieceOfArn(arn, this.types);
    return piece === undefined ? [] : [{ type: piece.type.traits.type, spec: piece.spec }];
  }

  /** Looks at those that nobody has looked at yet; those that are not there are left out. */
  async look(near: readonly Nearby[], leading?: ReadonlyMap<Nearby, Leading>): Promise<readonly Found[]> {
    const open = near.flatMap((each) => {
      const type = this.types.get(each.type);
      const parsed = type?.traits.schema.safeParse(each.spec);
      if (type === undefined || parsed?.success !== true) return [];
      const key = keyOf(type, parsed.data);
      if (this.#asked.has(key)) return [];
      this.#asked.add(key);
      return [{ key, near: each, spec: parsed.data, type }];
    });
    const looks = await Promise.all(
      [...groupBy(open, ({ type }) => type)].map(async ([type, group]) => {
        this.#tell(`${group.length} ${type.inventory?.what ?? type.traits.type}`);
        const seen = await this.#observe(type, group, leading);
        return Promise.all(
          group.map(async ({ key, near: each, spec }): Promise<readonly Found[]> => {
            const observation = seen.get(key);
            if (observation?.kind === 'unknown') this.#noteUnknown(type.identity(spec), observation);
            if (observation?.kind !== 'present') return [];
            return [await this.#foundOf({ key, type, spec, leading: leading?.get(each) }, observation)];
          }),
        );
      }),
    );
    const all = looks.flat(2);
    for (const each of all) this.found.set(each.key, each);
    return all;
  }

  async #observe(
    type: ComponentType,
    group: readonly { readonly key: string; readonly near: Nearby; readonly spec: unknown }[],
    leading: ReadonlyMap<Nearby, Leading> | undefined,
  ): Promise<ReadonlyMap<string, Observation<unknown>>> {
    const seen = type.capturing.seen;
    if (seen !== undefined && leading !== undefined) {
      const answers = group.map(async ({ key, near }): Promise<readonly [string, Observation<unknown>][]> => {
        const led = leading.get(near);
        return led === undefined ? [] : [[key, await seen(led, this.context)]];
      });
      return new Map((await Promise.all(answers)).flat());
    }
    const referredBy = (type.traits.seenAfter ?? []).length === 0 ? {} : { referredBy: this.#referring };
    await type.load?.();
    return type.observe(
      group.map(({ key, spec }) => ({ id: key, spec, ...referredBy })),
      this.context,
    );
  }

  async #foundOf(
    { key, leading, spec, type }: Pick<Found, 'key' | 'spec' | 'type'> & { readonly leading: Leading | undefined },
    { state, tags }: Extract<Observation<unknown>, { kind: 'present' }>,
  ): Promise<Found> {
    const { notRepresented, spec: described } = type.undo.specOf(spec, state, undefined);
    return {
      key,
      type,
      spec,
      state,
      tags,
      described: toJson(described) as Readonly<Record<string, Json>>,
      notRepresented,
      outputs: type.outputsOf(described, state, this.context.scope),
      ...(await this.#aroundOf(type, spec, state)),
      ...(leading === undefined ? {} : { leading }),
    };
  }

  async #aroundOf(type: ComponentType, spec: unknown, state: unknown): Promise<Pick<Found, 'around' | 'isBlind'>> {
    const what = `what stands around ${type.identity(spec)}`;
    const around = await this.read(what, () => type.capturing.around?.(spec, state, this.context) ?? none());
    for (const each of around?.unseen ?? []) this.#note(`${each.what} (${type.identity(spec)})`, each.error);
    return around === undefined ? { around: {}, isBlind: true } : { around };
  }

  /** All of a piece that AWS tells, for one that goes into the playbook: some of it is told only where it is asked for. */
  async inFull(found: Found): Promise<Found> {
    const { spec, state, type } = found;
    const what = `settings of ${type.identity(spec)} that are told apart`;
    const captured = await this.read(what, async () =>
      type.undo.capture?.({ id: found.key, spec }, state, this.context, false),
    );
    const full = type.undo.specOf(spec, state, captured);
    return {
      ...found,
      described: toJson(full.spec) as Readonly<Record<string, Json>>,
      notRepresented: full.notRepresented,
    };
  }

  /** With what it has where no service uses it. */
  async withUnused(found: Found): Promise<Found> {
    const { around, spec, state, type } = found;
    const what = `what is in ${type.identity(spec)}`;
    const aside = await this.read(what, async () => type.capturing.unused?.(spec, state, this.context) ?? []);
    return { ...found, around: { ...around, aside: [...(around.aside ?? []), ...(aside ?? [])] } };
  }

  /** Undefined where the read failed, which is noted. */
  async read<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#note(what, error);
      return undefined;
    }
  }

  /** What each type reads that reads it at all; those that fail are noted. */
  async ofEachType<Answer>(
    what: (type: ComponentType) => string,
    read: (type: ComponentType) => Promise<readonly Answer[]> | undefined,
  ): Promise<readonly (readonly Answer[])[]> {
    const answers = await Promise.all(
      [...this.types.values()].map((type) => this.read(what(type), async () => read(type))),
    );
    return answers.map((each) => each ?? []);
  }

  #note(what: string, error: unknown): void {
    if (isOwnFault(error)) throw error;
    const { code, message } = classify(error);
    const api = apiOf(error);
    this.unseen.push({ what, why: `${code}: ${message}`, ...(api === undefined ? {} : { api }) });
  }

  #noteUnknown(what: string, { api, detail }: Extract<Observation<unknown>, { kind: 'unknown' }>): void {
    this.unseen.push({ what, why: detail, ...(api === undefined ? {} : { api }) });
  }
}

/** What a capture begins with was not to be seen. */
export class CannotSee extends Error {
  readonly unseen: Unseen;

  constructor(unseen: Unseen) {
    super(`${unseen.what} could not be seen: ${unseen.why}`);
    this.name = 'CannotSee';
    this.unseen = unseen;
  }
}

export function keyOf(type: ComponentType, spec: unknown): string {
  return `${type.traits.type} ${type.identity(spec)}`;
}

const none = (): Promise<Surroundings> => Promise.resolve({});
