// A service that plain clients made is captured, and its playbook is held against what it came from.
import { captured, type CaptureRequest } from '../../src/capture/capture.ts';
import { composed, type Composed } from '../../src/capture/compose.ts';
import { playbookText } from '../../src/capture/document.ts';
import type { Captured } from '../../src/capture/model.ts';
import type { MayWrite } from '../../src/capture/shorten.ts';
import { componentTypes } from '../../src/components/index.ts';
import { openPlainPlace } from '../../src/engine.ts';
import type { ObserveContext } from '../../src/observe/context.ts';
import { headingOf, openIn, type Open } from '../../src/cli/capture/heading.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { playbookOf, type Rig } from '../helpers/rig.ts';

export interface Asked extends Partial<CaptureRequest> {
  readonly mayWrite?: MayWrite;
  /** Which of several services is meant; nobody says unless told. */
  readonly choose?: (all: readonly string[]) => Promise<string | undefined>;
}

export interface Taken {
  readonly found: Captured;
  readonly made: Composed;
  readonly open: Open;
  readonly text: string;
  readonly playbook: Playbook;
  /** What the sandbox was asked meanwhile, in order. */
  readonly wire: readonly ObservedCall[];
  readonly ms: number;
  /** The same world, seen through the captured playbook. */
  readonly rig: Rig;
}

/** The way into a place of which no playbook speaks. */
export async function contextIn(rig: Rig): Promise<ObserveContext> {
  const opened = await openPlainPlace(rig.access('read'), componentTypes, undefined);
  if (opened.kind !== 'open') throw new Error(`no place: ${JSON.stringify(opened)}`);
  return opened.observeContext;
}

export function service(words: string): CaptureRequest['start'] {
  return { kind: 'service', words };
}

/** As `relight capture` does, but for the file. */
export async function take(rig: Rig, start: CaptureRequest['start'], asked: Asked = {}): Promise<Taken> {
  const from = rig.wire.length;
  const began = performance.now();
  const context = await contextIn(rig);
  const { choose = () => Promise.resolve(undefined), mayWrite = () => false, names = [], tables = [] } = asked;
  const found = await captured(context, { start, names, tables }, { tell: () => undefined, choose });
  const made = composed(found, { name: undefined, scope: context.scope, mayWrite });
  const open = openIn(found, made);
  const comments = headingOf(found, open, { date: '2016-09-05', place: '123456789012 eu-west-1' });
  const text = playbookText(made, {
    account: context.scope.account,
    alias: null,
    region: context.scope.region,
    environment: 'production',
    comments,
  });
  const ms = performance.now() - began;
  const wire = rig.wire.slice(from);
  const playbook = playbookOf(text);
  return { found, made, open, text, playbook, wire, ms, rig: rig.withPlaybook(playbook) };
}
