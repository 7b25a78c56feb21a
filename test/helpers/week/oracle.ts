// Judges a week by what was planned for it, and by nothing that relight says of itself: what had to be told by when, what was not to
// be told, how often a notice may come, when scans had to begin. Every complaint is a line.
import { graceAfter } from '../../../src/watch/supervisor.ts';
import type { ItemState } from '../../../src/notify/notice.ts';
import { accounts, alerts, deadline, hour, minute, nightly, playbooks, receivers, type ReceiverName } from './fleet.ts';
import {
  clockChanges,
  covers,
  hides,
  scheduleOf,
  severityOf,
  type Ill,
  type Outage,
  type Span,
  type WeekPlan,
} from './plan.ts';
import type { Arrival, WeekSeen } from './run.ts';

export interface Judgement {
  readonly complaints: readonly string[];
  /** What was looked for, so that a week in which nothing happened is none. */
  readonly counts: Readonly<Record<string, number>>;
}

const [springs, falls] = clockChanges;

/** Of one scan, from its start to what it tells. */
const longestScan = deadline + graceAfter(deadline) + 5_000;
/** Whoever waits looks at the clock that often, and it may fall due right after. */
const look = 30_000;
/** A receiver that is there again has what waits by then: the longest pause between two attempts, and an attempt that hangs. */
const longestPause = 5 * minute + 15_000 + look;

/** One thing that was told to one receiver. */
interface Told {
  readonly at: number;
  readonly arrivedAt: number;
  readonly state: ItemState;
  readonly severity: string;
  readonly text: string;
}

/** Of one finding to one receiver, in order. */
type Story = readonly Told[];

export function judge(plan: WeekPlan, { arrivals, scans }: WeekSeen): Judgement {
  const complaints: string[] = [];
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const complain = (receiver: string, what: string, at: number, why: string): void => {
    complaints.push(`${new Date(at).toISOString()} ${receiver} ${what}: ${why}`);
  };
  for (const receiver of receivers) {
    const own = arrivals.filter((each) => each.receiver === receiver);
    judgeArrivals(receiver, own);
    const stories = storiesIn(own);
    for (const { name } of playbooks) judgePlaybook(receiver, name, stories);
    for (const { name } of [...accounts, nightly]) judgeFailures(receiver, name, stories);
    for (const [key, [first]] of stories) {
      if (!known.has(key.split(' ')[0] ?? '')) complain(receiver, key, first?.at ?? 0, 'told of what nobody knows');
    }
  }
  judgeTimes();
  judgeMissed();
  return { complaints, counts };

  function judgeArrivals(receiver: ReceiverName, own: readonly Arrival[]): void {
    for (const id of new Set(own.map(({ notice }) => notice.id))) {
      const all = own.filter(({ notice }) => notice.id === id);
      const [first] = all;
      if (first === undefined) continue;
      count('notices');
      const lost = all.filter((each) => each.lost).length;
      if (all.length - lost > 1)
        complain(receiver, id, first.at, `came ${all.length} times, and ${lost} answers were lost`);
      if (all.slice(1).some(({ repeated }) => !repeated))
        complain(receiver, id, first.at, 'came again and did not say so');
      if (all.length > 1) count('repeated');
      const made = Date.parse(first.notice.at);
      const by = arrivesBy(receiver, made);
      if (first.at > by)
        complain(
          receiver,
          id,
          made,
          `came at ${new Date(first.at).toISOString()}, after ${new Date(by).toISOString()}`,
        );
    }
  }

  function judgePlaybook(receiver: ReceiverName, playbook: string, stories: ReadonlyMap<string, Story>): void {
    const ills = plan.ills.filter((each) => each.playbook.name === playbook && isTold(receiver, each));
    const keys = new Set(ills.map(keyOf));
    for (const [key, story] of stories) {
      if (key.split(' ')[0] !== playbook || key.includes(' blind ')) continue;
      if (!keys.has(key)) complain(receiver, key, story[0]?.at ?? 0, `was told: ${story[0]?.text ?? ''}`);
    }
    for (const key of keys) {
      const own = ills.filter((each) => keyOf(each) === key).toSorted((left, right) => left.from - right.from);
      judgeFinding(receiver, key, own, stories.get(key) ?? []);
    }
    judgeBlindness(receiver, playbook, stories);
  }

  function judgeFinding(receiver: ReceiverName, key: string, ills: readonly Ill[], story: Story): void {
    const [some] = ills;
    if (some === undefined) return;
    const { piece, playbook } = some;
    const schedule = scheduleOf(playbook);
    const hidden = plan.outages.filter((each) => hides(each, piece));
    const slowed = plan.outages.filter((each) => !hidden.includes(each) && slows(each, schedule.id));
    const obstacles = [...hidden, ...slowed, ...plan.stops, ...failsOf(schedule.name)];
    const seenBy = (from: number, more = 0): number => freeEnd(from, paceOf(schedule, from) + more, obstacles);
    /** Where it was over for too short a time to be seen, it goes on. */
    const beganWith = (ill: Ill): Ill => {
      const before = ills[ills.indexOf(ill) - 1];
      return before === undefined || seenBy(before.to) <= ill.from ? ill : beganWith(before);
    };
    judgeOrder(receiver, key, story);
    for (const { at, severity, state } of story) {
      const during = { from: at - longestScan, to: at + 1 };
      if (hidden.some((each) => contains(each, during)))
        complain(receiver, key, at, `told ${state} while nobody could see it`);
      if (state === 'resolved') {
        count('resolved');
        if (ills.some((each) => contains(each, during))) complain(receiver, key, at, 'told resolved while it lasted');
        continue;
      }
      count(state);
      if (severity !== severityOf(some)) complain(receiver, key, at, `told as ${severity}`);
      const ill = ills.findLast((each) => each.from <= at && each.to > during.from);
      if (ill === undefined) complain(receiver, key, at, `told ${state} while all was well`);
      else if (at - beganWith(ill).from < alerts.after - longestScan)
        complain(receiver, key, at, `told ${state} too soon`);
    }
    for (const [index, ill] of ills.entries()) {
      const by = due(receiver, seenBy(ill.from, alerts.after + look));
      if (by <= Math.min(ill.to, plan.to)) {
        count('had to be told');
        const last = lastTold(story, by);
        if (last === undefined || last.state === 'resolved') {
          complain(receiver, key, ill.from, `not told by ${new Date(by).toISOString()}`);
        }
      }
      const over = due(receiver, seenBy(ill.to));
      if (over <= Math.min(ills[index + 1]?.from ?? plan.to, plan.to)) {
        count('had to be over');
        const last = lastTold(story, over);
        if (last !== undefined && last.state !== 'resolved') {
          complain(receiver, key, ill.to, `its end was not told by ${new Date(over).toISOString()}`);
        }
      }
      for (const told of story) {
        if (told.state === 'resolved' || !covers(ill, told.at)) continue;
        const again = due(receiver, seenBy(told.at + alerts.remind));
        if (again > Math.min(ill.to, plan.to)) continue;
        count('had to be told again');
        if (!story.some((each) => each.at > told.at && each.at <= again)) {
          complain(receiver, key, told.at, `not told again by ${new Date(again).toISOString()}`);
        }
      }
    }
  }

  function judgeBlindness(receiver: ReceiverName, playbook: string, stories: ReadonlyMap<string, Story>): void {
    const found = playbooks.find(({ name }) => name === playbook);
    if (found === undefined) return;
    const schedule = scheduleOf(found);
    const own = plan.outages.filter((each) => found.pieces.some((piece) => hides(each, piece)));
    const around = plan.outages.filter((each) => own.includes(each) || slows(each, schedule.id));
    const unwatched = [...plan.stops, ...failsOf(schedule.name)];
    const blind = [...stories].filter(([key]) => key.startsWith(`${playbook} blind `));
    for (const [key, story] of blind) {
      judgeOrder(receiver, key, story);
      for (const { at, state } of story) {
        const during = { from: at - longestScan, to: at + 1 };
        if (state === 'resolved') {
          count('seen again');
          if (own.some((each) => contains(each, during)))
            complain(receiver, key, at, 'told seen again while nobody could see it');
          continue;
        }
        count('unseen');
        const outage = around.findLast((each) => each.from <= at && each.to > during.from);
        if (outage === undefined) complain(receiver, key, at, `told ${state} while all could be seen`);
        else if (at - outage.from < alerts.after - longestScan) complain(receiver, key, at, `told ${state} too soon`);
      }
    }
    for (const outage of own) {
      const by = due(receiver, freeEnd(outage.from, paceOf(schedule, outage.from) + alerts.after + look, unwatched));
      if (by <= Math.min(outage.to, plan.to)) {
        count('had to be told unseen');
        if (!blind.some(([, story]) => isStanding(lastTold(story, by)))) {
          complain(receiver, `${playbook} blind`, outage.from, `not told by ${new Date(by).toISOString()}`);
        }
      }
      const others = around.filter((each) => each !== outage);
      const over = due(receiver, freeEnd(outage.to, paceOf(schedule, outage.to), [...unwatched, ...others]));
      if (over > plan.to || others.some((each) => each.from >= outage.to && each.from < over)) continue;
      count('had to be told seen');
      for (const [key, story] of blind) {
        if (isStanding(lastTold(story, over))) {
          complain(receiver, key, outage.to, `its end was not told by ${new Date(over).toISOString()}`);
        }
      }
    }
  }

  function judgeFailures(receiver: ReceiverName, schedule: string, stories: ReadonlyMap<string, Story>): void {
    const fails = plan.scansFail.filter((each) => each.schedule === schedule);
    const pace = (from: number): number => {
      const account = accounts.find(({ name }) => name === schedule);
      return account === undefined ? 24 * hour + longer(from, 24 * hour) + longestScan : paceOf(account, from);
    };
    const key = `${schedule} failed`;
    const story = stories.get(key) ?? [];
    judgeOrder(receiver, key, story);
    for (const { at, state } of story) {
      const began = { from: at - longestScan, to: at + 1 };
      if (state === 'resolved') {
        count('scans work again');
        if (fails.some((each) => contains(each, began))) complain(receiver, key, at, 'told over while it lasted');
      } else {
        count('scans failed');
        if (!fails.some((each) => each.from <= at && each.to > began.from))
          complain(receiver, key, at, `told ${state}`);
      }
    }
    for (const fail of fails) {
      const by = due(receiver, freeEnd(fail.from, pace(fail.from), plan.stops));
      if (by <= Math.min(fail.to, plan.to)) {
        count('had to be told failed');
        if (!isStanding(lastTold(story, by)))
          complain(receiver, key, fail.from, `not told by ${new Date(by).toISOString()}`);
      }
      const others = fails.filter((each) => each !== fail);
      const over = due(receiver, freeEnd(fail.to, pace(fail.to), [...plan.stops, ...others]));
      if (over > plan.to || others.some((each) => each.from >= fail.to && each.from < over)) continue;
      if (isStanding(lastTold(story, over))) {
        complain(receiver, key, fail.to, `its end was not told by ${new Date(over).toISOString()}`);
      }
    }
  }

  function judgeOrder(receiver: ReceiverName, key: string, story: Story): void {
    let last: Told | undefined;
    for (const told of story) {
      const { at, state } = told;
      if (state === 'new' && isStanding(last)) complain(receiver, key, at, 'told as new twice');
      if (state === 'resolved' && !isStanding(last)) complain(receiver, key, at, 'told as over, and it was not there');
      if (state === 'reminder' && !isStanding(last)) complain(receiver, key, at, 'told again, and it was not there');
      if (state === 'reminder' && at - (last?.at ?? 0) < alerts.remind - longestScan)
        complain(receiver, key, at, 'told again too soon');
      if (state === 'worse' || state === 'unchanged') complain(receiver, key, at, `told as ${state}`);
      last = told;
    }
  }

  /** Hourly is each hour, whatever the clocks do, and nightly is once a night. */
  function judgeTimes(): void {
    const watched = (at: number): boolean =>
      at >= plan.from + minute &&
      at < plan.to - minute &&
      !plan.stops.some((each) => overlaps(each, { from: at - minute, to: at + minute }));
    for (const at of hoursIn(plan)) {
      if (!watched(at)) continue;
      count('hours');
      if (begun('near', at) !== 1) complain('near', 'hourly', at, `began ${begun('near', at)} times`);
      const nights = nightsIn(at) ? 1 : 0;
      if (nights === 1) count('nights');
      if (begun(nightly.name, at) !== nights)
        complain(nightly.name, 'nightly', at, `began ${begun(nightly.name, at)} times`);
    }
  }

  /** What fell due while nobody watched is made up for by one scan, at once. */
  function judgeMissed(): void {
    for (const { from, to } of plan.stops) {
      const missed = hoursIn({ from, to });
      // What falls due right after would be counted too.
      if (to >= plan.to - minute || hoursIn({ from: to - minute, to: to + minute }).length > 0) continue;
      for (const [schedule, times] of [
        ['near', missed],
        [nightly.name, missed.filter(nightsIn)],
      ] as const) {
        // Of a schedule that never fell due nothing is remembered.
        const wanted = times.length > 0 && scans.some((each) => each.schedule === schedule && each.at < from) ? 1 : 0;
        if (wanted === 1) count('had to be made up for');
        const found = begun(schedule, to);
        if (found !== wanted) complain(schedule, 'making up', to, `began ${found} times, and not ${wanted}`);
      }
    }
  }

  function begun(schedule: string, at: number): number {
    return scans.filter((each) => each.schedule === schedule && each.at >= at && each.at < at + minute).length;
  }

  /** What was written down then has arrived. They come in order: what is taken and not said to be holds up what follows. */
  function arrivesBy(receiver: ReceiverName, at: number): number {
    const down = plan.receiversDown.filter((each) => each.receiver === receiver);
    return freeEnd(at, longestPause, [...down, ...plan.stops]);
  }

  /** What has to be told by then; never, where the week is over before it can arrive. */
  function due(receiver: ReceiverName, by: number): number {
    return arrivesBy(receiver, by) <= plan.to ? by : Number.POSITIVE_INFINITY;
  }

  function failsOf(schedule: string): readonly Span[] {
    return plan.scansFail.filter((each) => each.schedule === schedule);
  }
}

/** Full hours. */
function hoursIn({ from, to }: Span): readonly number[] {
  const first = Math.ceil(from / hour) * hour;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / hour)) }, (_, index) => first + index * hour);
}

/** 2 o'clock in Berlin; 3 in the night that has no 2, and the first of two in the night that has two [Directive 2000/84/EC]. */
function nightsIn(at: number): boolean {
  const summer = at >= springs && at < falls;
  const hours = new Date(at).getUTCHours();
  return at === springs || (hours === (summer ? 0 : 1) && at !== falls);
}

const known: ReadonlySet<string> = new Set([
  ...playbooks.map(({ name }) => name),
  ...accounts.map(({ name }) => name),
  nightly.name,
]);

function keyOf({ illness, piece }: Ill): string {
  return `${piece.playbook} ${piece.component} ${illness}`;
}

function isTold(receiver: ReceiverName, ill: Ill): boolean {
  const severity = severityOf(ill);
  return severity !== undefined && (receiver === 'team' || severity !== 'medium');
}

/** Of each finding what came, by what people read. */
function storiesIn(arrivals: readonly Arrival[]): ReadonlyMap<string, Story> {
  const stories = new Map<string, Told[]>();
  const had = new Set<string>();
  for (const { at: arrivedAt, notice } of arrivals) {
    if (had.has(notice.id)) continue;
    had.add(notice.id);
    for (const { items, playbook } of notice.groups) {
      for (const { id, severity, state, text } of items) {
        const key = playbook === null ? `${text.split(':')[0] ?? ''} failed` : `${playbook} ${findingIn(text, id)}`;
        const story = stories.get(key) ?? [];
        stories.set(key, story);
        story.push({ at: Date.parse(notice.at), arrivedAt, state, severity, text });
      }
    }
  }
  for (const story of stories.values()) story.sort((left, right) => left.at - right.at);
  return stories;
}

function findingIn(text: string, id: string): string {
  if (text.includes(' cannot be seen in ')) return `blind ${id}`;
  const component = text.split(':')[0] ?? '';
  return `${component} ${/ is .*, wanted /.test(text) ? 'drifted' : 'missing'}`;
}

function lastTold(story: Story, by: number): Told | undefined {
  return story.findLast(({ at }) => at <= by);
}

function isStanding(told: Told | undefined): boolean {
  return told !== undefined && told.state !== 'resolved';
}

/** By then a scan began and was over, where nothing is in its way. */
function paceOf({ interval, jitter }: (typeof accounts)[number], from: number): number {
  return interval + longer(from, interval + alerts.after) + 2 * jitter + longestScan;
}

function longer(from: number, length: number): number {
  // Where clocks are set back, the pause between two times of a day is an hour longer.
  return falls >= from - length && falls < from + 2 * length ? hour : 0;
}

/** What passes makes scans of an account wait, and what comes last in them may not be reached. */
function slows({ kind, playbook, service }: Outage, account: string): boolean {
  if (kind === 'access-denied') return false;
  return playbooks.some(
    (each) =>
      each.account === account &&
      each.pieces.some((piece) => hides({ kind, playbook, service, from: 0, to: 0 }, piece)),
  );
}

/** The end of the first time of that length in which nothing is in the way. */
function freeEnd(from: number, length: number, obstacles: readonly Span[]): number {
  let begin = from;
  for (;;) {
    const span = { from: begin, to: begin + length };
    const next = obstacles.filter((each) => overlaps(each, span)).map(({ to }) => to);
    if (next.length === 0) return span.to;
    begin = Math.max(...next);
  }
}

function overlaps(left: Span, right: Span): boolean {
  return left.from < right.to && right.from < left.to;
}

function contains(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && outer.to >= inner.to;
}
