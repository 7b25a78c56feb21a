// A recovery whose process dies at a chosen instant, in process: from then on its calls reach nobody, its sleeps never
// end and its journal takes no line. What it left on disk is all that the next one gets.
import type { AccessOptions } from '../../src/aws/access.ts';
import { execute, look, openSession, planChange, type PlanRequest } from '../../src/engine.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import { sandboxNameOf } from '../../src/rehearse/world/sandbox.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { BeforeImage, RunEvent } from '../../src/run/journal/events.ts';
import { createMemoryJournal, type Journal } from '../../src/run/journal/journal.ts';
import { recalledFrom } from '../../src/run/journal/recalled.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { sandboxClientConfig, type ObservedCall } from '../../src/sandbox/index.ts';
import type { Clock } from '../../src/util/clock.ts';
import type { Rig } from '../helpers/rig.ts';

/** When the process dies. Calls and records count from 1, from its start. */
export type Death =
  | { readonly kind: 'before-call'; readonly nth: number }
  /** AWS has applied it; the answer does not arrive. */
  | { readonly kind: 'after-call'; readonly nth: number }
  | { readonly kind: 'after-record'; readonly nth: number }
  /** In the middle of writing it. */
  | { readonly kind: 'torn-record'; readonly nth: number };

export interface Life {
  /** The journal as it is on disk. */
  readonly journal: string;
  /** Each call that reached AWS, in order. */
  readonly calls: readonly ObservedCall[];
  /** Undefined when the process died. */
  readonly report: RunReport | undefined;
  /** What it had written down of pieces before it changed them, and what those it went on with had. By component. */
  readonly images: ReadonlyMap<string, BeforeImage>;
}

/** Runs one recovery to its end or its death; goes on with the run of `left`, if that was one to go on with. */
export async function live(rig: Rig, kind: PlanKind, death?: Death, left?: Life): Promise<Life> {
  const images = new Map(left?.images);
  const state = { dead: false, calls: 0, records: 0 };
  let tellDeath: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    tellDeath = resolve;
  });
  const isDead = (): boolean => state.dead;
  const die = (): void => {
    state.dead = true;
    tellDeath();
  };
  const clock: Clock = {
    now: () => rig.clock.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        rig.clock.sleep(ms, signal).then(
          () => {
            if (!state.dead) resolve();
          },
          (error: unknown) => {
            if (!state.dead) reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
      }),
  };
  const calls: ObservedCall[] = [];
  const { region } = rig.playbook.target;
  const transport: NonNullable<AccessOptions['transport']> = (service) => {
    const name = sandboxNameOf(service);
    const config = sandboxClientConfig(rig.world, name, region, { onCall: (call) => calls.push(call) });
    const { requestHandler } = config;
    return {
      ...config,
      requestHandler: {
        ...requestHandler,
        handle: async (...request: Parameters<typeof requestHandler.handle>) => {
          if (state.dead) return never();
          state.calls += 1;
          const mine = state.calls;
          if (death?.kind === 'before-call' && death.nth === mine) {
            die();
            return never();
          }
          const answer = await requestHandler.handle(...request);
          if (death?.kind === 'after-call' && death.nth === mine) die();
          return isDead() ? never() : answer;
        },
      },
    };
  };
  let text = '';
  const written = (journal: Journal): Journal => ({
    ...journal,
    saveBeforeImage: (image) => {
      if (state.dead) throw new Error('dead');
      // What a create finds there is what it has made itself.
      const isOwn = image.step === `${image.component}.create`;
      if (!isOwn && !images.has(image.component)) images.set(image.component, image);
      return journal.saveBeforeImage(image);
    },
    record: (event: RunEvent) => {
      if (state.dead) throw new Error('dead');
      state.records += 1;
      const line = `${JSON.stringify({ seq: state.records, at: new Date(clock.now()).toISOString(), ...event })}\n`;
      if (death?.kind === 'torn-record' && death.nth === state.records) {
        text += line.slice(0, line.length / 2);
        die();
        throw new Error('dead');
      }
      text += line;
      if (death?.kind === 'after-record' && death.nth === state.records) {
        die();
        throw new Error('dead');
      }
      journal.record(event);
    },
  });
  const work = async (): Promise<RunReport> => {
    const opened = await openSession(rig.playbook, { region, mode: 'change', clock, transport });
    if (opened.kind !== 'open') throw new Error(`no session: ${JSON.stringify(opened)}`);
    const { session } = opened;
    const assessed = await look(session);
    const memory = recalledFrom(images, session.types, session.observeContext.scope);
    const planned = await planChange(session, assessed, requestFrom(kind, left?.journal ?? ''), memory);
    return execute(session, planned.assessed, planned.plan, {
      openJournal: (sink) => written(createMemoryJournal(`run-${clock.now()}`, clock, sink)),
      prober: rig.sandbox.prober,
      verify: true,
      stop: new AbortController().signal,
    });
  };
  let report: RunReport | undefined;
  await Promise.race([
    died,
    work().then(
      (value) => {
        report = value;
      },
      (error: unknown) => {
        if (!state.dead) throw error;
      },
    ),
  ]);
  return { journal: text, calls, report: state.dead ? undefined : report, images };
}

/** What `relight recover` asks for after a crash. */
function requestFrom(kind: PlanKind, left: string): PlanRequest {
  const read = readJournal(left);
  if (read.kind === 'damaged') throw new Error(`damaged: line ${read.line}: ${read.reason}`);
  const run = read.kind === 'sound' ? unfinishedRun(read.records) : undefined;
  return { kind, allowDowntime: true, ...(run === undefined ? {} : { resumes: run.resumption }) };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
