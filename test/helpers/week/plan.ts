// What happens in a week, drawn by lot: what is lost or changed and when it is mended, when AWS, receivers, scans and the watch itself
// are out. Drawn beforehand, so that whoever judges the week knows these facts and nothing else.
import { seededRandom } from '../../../src/util/random.ts';
import type { FaultKind, FaultSubject } from '../../../src/sandbox/index.ts';
import {
  accounts,
  hour,
  minute,
  nightly,
  playbooks,
  receivers,
  type FleetPlaybook,
  type Piece,
  type ReceiverName,
} from './fleet.ts';

/** When the clocks of the fleet's zone go forward, and back: of all nights, somebody watches in these. */
export const clockChanges = [Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 9, 31, 1)] as const;

/** Instants in milliseconds since the epoch; `to` is no longer part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Illness = 'missing' | 'drifted' | 'described';

/** A piece that is not as its playbook wants it. */
export interface Ill extends Span {
  readonly piece: Piece;
  readonly playbook: FleetPlaybook;
  readonly illness: Illness;
}

/** AWS does not answer some calls. */
export interface Outage extends Span {
  readonly kind: Extract<FaultKind, 'access-denied' | 'throttle' | 'error-503' | 'hang'>;
  readonly service: 'ssm' | 'dynamodb' | 'ecs' | 'sts';
  /** Only where the call is about this one; undefined: all calls of the service. */
  readonly playbook: string | undefined;
}

export interface ReceiverDown extends Span {
  readonly receiver: ReceiverName;
  /** `loses`: it takes what it is sent, and its answer is lost. */
  readonly how: 'refuses' | 'hangs' | 'loses';
}

/** Scans of a schedule that begin in it come to nothing. */
export interface ScansFail extends Span {
  readonly schedule: string;
  readonly how: 'dies' | 'hangs' | 'error';
}

export interface WeekPlan extends Span {
  readonly seed: number;
  readonly ills: readonly Ill[];
  readonly outages: readonly Outage[];
  readonly receiversDown: readonly ReceiverDown[];
  readonly scansFail: readonly ScansFail[];
  /** Nobody watches. */
  readonly stops: readonly Span[];
}

/** How much more happens than in a usual week, in which a piece is ill once; each thing of it lasts less long. */
export interface Density {
  readonly ills: number;
  /** Outages of all kinds. */
  readonly outages: number;
}

export function planOf(seed: number, { from, to }: Span, density: Density): WeekPlan {
  const random = seededRandom(seed);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const oneOf = <Value>(all: readonly [Value, ...Value[]]): Value => all[Math.floor(random() * all.length)] ?? all[0];
  /** From some minutes to most of two days: what is over before anybody looks, and what lasts. */
  const lasting = (): number =>
    oneOf<() => number>([
      () => between(minute, 40 * minute),
      () => between(hour, 6 * hour),
      () => between(3 * hour, 12 * hour),
      () => between(12 * hour, 40 * hour),
    ])();
  /** One after the other, with some time between them. */
  const spans = (pause: readonly [number, number], length: () => number): readonly Span[] => {
    const found: Span[] = [];
    const next = (): number => Math.round(between(...pause) / density.outages);
    for (let at = from + next(); at < to;) {
      const end = Math.min(to, at + Math.round(length() / Math.sqrt(density.outages)));
      found.push({ from: at, to: end });
      at = end + next();
    }
    return found;
  };
  const ills = playbooks.flatMap((playbook) => playbook.pieces.flatMap((piece) => illsOf(playbook, piece)));
  const outages = spans([8 * hour, 20 * hour], () =>
    random() < 0.3 ? between(2 * minute, 30 * minute) : between(30 * minute, 9 * hour),
  ).map((span): Outage => {
    const service = oneOf<Outage['service']>(['ssm', 'ssm', 'dynamodb', 'ecs', 'sts']);
    const kind = oneOf<Outage['kind']>(['access-denied', 'throttle', 'error-503', 'hang']);
    const { name } = oneOf<FleetPlaybook>(playbooks as readonly [FleetPlaybook, ...FleetPlaybook[]]);
    return { ...span, kind, service, playbook: service === 'ssm' && random() < 0.5 ? name : undefined };
  });
  const receiversDown = receivers.flatMap((receiver) =>
    spans([10 * hour, 30 * hour], () => between(3 * minute, 8 * hour)).map((span): ReceiverDown => {
      return { ...span, receiver, how: oneOf<ReceiverDown['how']>(['refuses', 'hangs', 'loses']) };
    }),
  );
  const scansFail = spans([12 * hour, 30 * hour], () => between(20 * minute, 8 * hour)).map((span): ScansFail => {
    const schedule = oneOf<string>(['near', 'near', 'far', 'third', nightly.name]);
    return { ...span, schedule, how: oneOf<ScansFail['how']>(['dies', 'hangs', 'error']) };
  });
  const stops = spans([12 * hour, 36 * hour], () =>
    random() < 0.5 ? between(minute, 10 * minute) : between(hour, 7 * hour),
  ).filter((each) => !clockChanges.some((at) => at > each.from - hour && at < each.to + hour));
  return { seed, from, to, ills, outages, receiversDown, scansFail, stops };

  /** About one a week for each piece; one that follows another at once is of another kind, and any other one long after. */
  function illsOf(playbook: FleetPlaybook, piece: Piece): readonly Ill[] {
    const found: Ill[] = [];
    for (let at = from + between(hour, (5 * 24 * hour) / density.ills); at < to;) {
      const end = Math.min(to, at + Math.round(lasting() / Math.sqrt(density.ills)));
      const last = found.at(-1);
      const kinds: readonly Illness[] = ['missing', 'missing', 'drifted', 'drifted', 'described'];
      const others = kinds.filter((each) => last?.to !== at || each !== last.illness);
      found.push({ from: at, to: end, piece, playbook, illness: oneOf(others as [Illness, ...Illness[]]) });
      at = random() < 0.25 ? end : end + between(10 * hour, (6 * 24 * hour) / Math.sqrt(density.ills));
    }
    return found;
  }
}

/** Undefined: nobody is to be told. */
export function severityOf({
  illness,
  piece,
}: Pick<Ill, 'illness' | 'piece'>): 'critical' | 'high' | 'medium' | undefined {
  if (illness === 'missing') return 'critical';
  // How a cluster is measured is of no weight; what an entry says of itself is.
  if (illness === 'described' || piece.kind === 'cluster') return undefined;
  return piece.kind === 'item' ? 'medium' : 'high';
}

const services = { parameter: 'ssm', item: 'dynamodb', cluster: 'ecs' } as const;

/** Whether a piece cannot be seen in an outage. */
export function hides({ playbook, service }: Outage, piece: Piece): boolean {
  return (service === 'sts' || service === services[piece.kind]) && (playbook ?? piece.playbook) === piece.playbook;
}

/** Whether a call comes to nothing by an outage. */
export function strikes(outage: Outage, { at = 0, input, service }: FaultSubject): boolean {
  if (at < outage.from || at >= outage.to || service !== outage.service) return false;
  return outage.playbook === undefined || JSON.stringify(input).includes(`/${outage.playbook}/`);
}

/** The schedule that looks at a playbook most often. */
export function scheduleOf({ account }: Pick<FleetPlaybook, 'account'>): (typeof accounts)[number] {
  const found = accounts.find(({ id }) => id === account);
  if (found === undefined) throw new Error(`no account ${account}`);
  return found;
}

export function covers({ from, to }: Span, at: number): boolean {
  return at >= from && at < to;
}
