// How each kind of receiver is sent a message.
import type { Clock } from '../../util/clock.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Reach } from '../config/secrets.ts';
import type { Notice } from '../notice.ts';
import type { Receiver } from '../receivers.ts';
import { pagerDutyEvent } from '../render/pagerduty.ts';
import { slackMessage } from '../render/slack.ts';
import { snsMessage, type SnsMessage } from '../render/sns.ts';
import { webhookBody, webhookHeaders } from '../render/webhook.ts';
import { runCommand, type CommandPorts } from './command.ts';
import { post } from './http.ts';
import type { Outcome } from './outcome.ts';

export interface Attempt {
  readonly receiver: Receiver;
  readonly reach: Reach;
  readonly notice: Notice;
  /** An earlier attempt may have arrived. */
  readonly repeated: boolean;
  /** Ends it; its reason is told. */
  readonly signal: AbortSignal;
}

/** Never rejects: what goes wrong is an outcome. */
export type Send = (attempt: Attempt) => Promise<Outcome>;

export interface SenderPorts extends Omit<CommandPorts, 'clock'> {
  /** Receivers compare it with their own. */
  readonly clock: Clock;
  /** Publishes to one topic; nothing else can be sent by it. */
  readonly publish: (message: SnsMessage, signal: AbortSignal) => Promise<Outcome>;
}

export function senderFor(ports: SenderPorts): Send {
  const now = (): number => ports.clock.now();
  const json = (url: string, body: unknown, signal: AbortSignal): Promise<Outcome> =>
    post({ url, body: JSON.stringify(body), headers: {} }, signal, now);
  return ({ notice, reach, receiver, repeated, signal }) => {
    switch (receiver.kind) {
      case 'slack':
        return json(as('slack', reach).url, slackMessage(notice, { repeated }), signal);
      case 'pagerduty': {
        const { routingKey, url } = as('pagerduty', reach);
        return json(url, pagerDutyEvent(notice, routingKey), signal);
      }
      case 'webhook': {
        const { keys, url } = as('webhook', reach);
        const body = webhookBody(notice);
        const headers = webhookHeaders(notice, body, Math.floor(now() / 1_000), keys);
        return post({ url, body, headers }, signal, now);
      }
      case 'sns':
        return ports.publish(snsMessage(notice, receiver.topic), signal);
      case 'command':
        return runCommand(receiver, `${webhookBody(notice)}\n`, signal, ports);
      default:
        return unreachable(receiver);
    }
  };
}

function as<Kind extends Reach['kind']>(kind: Kind, reach: Reach): Extract<Reach, { readonly kind: Kind }> {
  if (reach.kind !== kind) throw new Error(`Internal error: a receiver of kind ${kind} is reached as ${reach.kind}`);
  return reach as Extract<Reach, { readonly kind: Kind }>;
}
