// What clients on the internet get while a recovery is under way: the playbook's probes, asked after each of its calls through the
// data plane alone, and what resolvers have kept of the names that they ask.
import { hasReference } from '../../components/kit/schema.ts';
import type { Check, Playbook } from '../../playbook/model.ts';
import { canonicalName } from '../../util/dns.ts';
import { probeHttp, probeTcp, resolveDns, type ObservedCall, type World } from '../../sandbox/index.ts';

/** A probe that had passed, and does not any more. */
export interface Silence {
  /** Number of the probe in the playbook, from 0. */
  readonly check: number;
  /** `GET https://shop.example/health` */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many calls AWS had got by then. */
  readonly calls: number;
  readonly detail: string;
}

/** A name that is gone while resolvers still send clients there. */
export interface Stray {
  /** Asked by clients. */
  readonly name: string;
  /** Where they are sent. */
  readonly to: string;
  readonly at: number;
  readonly calls: number;
  /** For which resolvers go on doing so. */
  readonly seconds: number;
}

export interface Witnessed {
  /** All probes passed when it began; undefined where one of them could not be asked as it stands. */
  readonly served: boolean | undefined;
  readonly silences: readonly Silence[];
  readonly strays: readonly Stray[];
}

export interface Watch {
  /** After a call. */
  readonly tell: (call: Pick<ObservedCall, 'mutating'>) => void;
  readonly witnessed: () => Witnessed;
  /** Goes on from here in a copy of the world as it is now. */
  readonly goOnIn: (copy: World) => Watch;
}

/** By the number of a probe: the names, load balancers, listeners and target groups that its request passes. */
export type Paths = ReadonlyMap<number, string>;

type Answer = { readonly kind: 'passes'; readonly path: string } | { readonly kind: 'fails'; readonly detail: string };

interface Asked {
  readonly check: number;
  readonly name: string;
  readonly host: string;
  /** To pass is to be answered by what serves, not by name servers alone. */
  readonly answers: boolean;
  readonly ask: (world: World) => Answer;
}

interface Kept {
  readonly to: string;
  readonly until: number;
}

/** More tell nothing new. */
const mostSilences = 8;

/** The way that requests take in a world; nothing of probes that do not pass. */
export function pathsIn(world: World, playbook: Playbook): Paths {
  return new Map(
    askedIn(playbook).flatMap((each) => {
      const answer = each.ask(world);
      return answer.kind === 'passes' ? [[each.check, answer.path] as const] : [];
    }),
  );
}

/** Does a probe pass now? */
export function passes(world: World, playbook: Playbook, check: number): boolean {
  return askedIn(playbook).some((each) => each.check === check && each.ask(world).kind === 'passes');
}

/**
 * Begins with how things are now, and looks again once something has been changed, at each instant once. It minds the probes
 * that pass by the way that they take in the healthy world: what answers elsewhere is not the service.
 */
export function watch(world: World, playbook: Playbook, healthy: Paths): Watch {
  const asked = askedIn(playbook);
  const before = asked.map((each) => ({ each, answer: each.ask(world) }));
  const passing = before.filter(({ answer }) => answer.kind === 'passes');
  const served =
    asked.length === 0 || asked.length < playbook.verify.length ? undefined : passing.length === asked.length;
  const whole = passing.flatMap(({ answer, each }) =>
    answer.kind === 'passes' && answer.path === healthy.get(each.check) ? [each] : [],
  );
  const hosts = new Set(whole.flatMap(({ answers, host }) => (answers ? [host] : [])));
  const last = world.clock.now();
  const kept = new Map([...hosts].flatMap((host) => [...keptOf(world, host, last)]));
  return watching(world, {
    // Of a name behind which nothing answers nobody minds whether it is there.
    minded: whole.filter(({ host }) => hosts.has(host)),
    served,
    silences: [],
    strays: [],
    kept,
    failing: new Set(),
    calls: 0,
    changed: false,
    last,
  });
}

interface Watching {
  readonly minded: readonly Asked[];
  readonly served: boolean | undefined;
  readonly silences: Silence[];
  readonly strays: Stray[];
  /** By name, what resolvers have kept of it. */
  readonly kept: Map<string, Kept>;
  readonly failing: Set<number>;
  calls: number;
  changed: boolean;
  /** When it looked. */
  last: number;
}

function watching(world: World, state: Watching): Watch {
  const { failing, kept, minded, served, silences, strays } = state;
  const isThere = (name: string): boolean => resolveDns(world, name, 'A').answers.length > 0;
  const look = (): void => {
    const at = world.clock.now();
    const { calls } = state;
    state.last = at;
    for (const { answers, ask, check, host, name } of minded) {
      const answer = ask(world);
      if (answer.kind === 'passes') {
        failing.delete(check);
        if (answers) for (const [name, each] of keptOf(world, host, at)) kept.set(name, each);
      } else if (!failing.has(check)) {
        failing.add(check);
        if (silences.length < mostSilences) silences.push({ check, name, at, calls, detail: answer.detail });
      }
    }
    for (const [name, { to, until }] of kept) {
      if (until <= at || isThere(to)) continue;
      strays.push({ name, to, at, calls, seconds: Math.ceil((until - at) / 1000) });
      kept.delete(name);
    }
  };
  return {
    tell: ({ mutating }) => {
      state.calls += 1;
      state.changed ||= mutating;
      if (minded.length > 0 && state.changed && (mutating || world.clock.now() !== state.last)) look();
    },
    witnessed: () => ({ served, silences, strays }),
    goOnIn: (copy) =>
      watching(copy, {
        ...state,
        silences: [...silences],
        strays: [...strays],
        kept: new Map(kept),
        failing: new Set(failing),
      }),
  };
}

/** What a resolver keeps that is asked for a name now, where it is another name's. */
function keptOf(world: World, host: string, at: number): ReadonlyMap<string, Kept> {
  const { chain, ttl } = resolveDns(world, host, 'A');
  const to = chain.at(-1);
  if (to === undefined || chain.length < 2) return new Map();
  return new Map([[host, { to, until: at + 1000 * (ttl ?? 0) }]]);
}

function askedIn({ verify }: Playbook): readonly Asked[] {
  return verify.flatMap(askedBy);
}

/** Those that can be asked as they stand: what names a piece by reference is asked by the recovery itself. */
function askedBy(check: Check, index: number): readonly Asked[] {
  switch (check.kind) {
    case 'http': {
      const { body, method, status, url } = check;
      if (hasReference(url)) return [];
      const ask = (world: World): Answer => {
        const answer = probeHttp(world, url);
        if ('error' in answer) return failing(`${answer.error}: ${answer.detail}`);
        if (!status.includes(answer.status)) return failing(`answered ${answer.status}`);
        return body === undefined || (answer.body ?? '').includes(body)
          ? passing(answer.via)
          : failing(`answered ${answer.status} without the text ${JSON.stringify(body)}`);
      };
      return [{ check: index, name: `${method} ${url}`, host: new URL(url).hostname, answers: true, ask }];
    }
    case 'dns': {
      const { recordName, type, values } = check;
      if (hasReference(recordName)) return [];
      // Values of another piece are new when that is: then any answer will do.
      const wanted = values?.some(hasReference) === true ? undefined : values && sortedNames(values);
      const ask = (world: World): Answer => {
        const { answers, chain, reason } = resolveDns(world, recordName, type);
        if (answers.length === 0) return failing(reason ?? 'no answer');
        return wanted === undefined || sortedNames(answers) === wanted
          ? passing(chain)
          : failing(`answered ${answers.join(', ')}`);
      };
      return [{ check: index, name: `${type} ${recordName}`, host: recordName, answers: false, ask }];
    }
    case 'tcp': {
      const { host, port } = check;
      if (hasReference(host)) return [];
      const ask = (world: World): Answer => {
        const answer = probeTcp(world, host, port);
        return 'error' in answer ? failing(`${answer.error}: ${answer.detail}`) : passing(answer.via);
      };
      return [{ check: index, name: `${host}:${port}`, host, answers: true, ask }];
    }
  }
}

function sortedNames(values: readonly string[]): string {
  return values.map(canonicalName).toSorted().join(' ');
}

/** How many of a playbook's probes are watched, and how many of these take any answer of a name for the right one. */
export function watchedOf(playbook: Playbook): {
  readonly all: number;
  readonly asked: number;
  readonly byAnyAnswer: number;
} {
  const asked = askedIn(playbook).map((each) => playbook.verify[each.check]);
  const byAnyAnswer = asked.filter((each) => each?.kind === 'dns' && each.values?.some(hasReference) === true);
  return { all: playbook.verify.length, asked: asked.length, byAnyAnswer: byAnyAnswer.length };
}

/** Which of its targets answers makes no difference. */
function passing(via: readonly string[]): Answer {
  return { kind: 'passes', path: via.filter((each) => !isTarget(each)).join(' > ') };
}

function isTarget(station: string): boolean {
  return !station.startsWith('arn:') && /:\d+$/.test(station);
}

function failing(detail: string): Answer {
  return { kind: 'fails', detail };
}
