// Who can be told, as a file says it. What is secret stands here as where it is found, never as itself.
import type { About, Severity } from './notice.ts';

/** Where a secret is: in a variable of the environment, or in a file. */
export type SecretPlace =
  { readonly kind: 'env'; readonly name: string } | { readonly kind: 'file'; readonly path: string };

interface Named {
  /** As the file names it. */
  readonly name: string;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
}

/** Slack, and what takes what Slack takes (Mattermost, Rocket.Chat, Discord's `/slack`). Its address is its secret. */
export interface SlackReceiver extends Named {
  readonly kind: 'slack';
  readonly url: SecretPlace;
}

/** Signed as Standard Webhooks says. */
export interface WebhookReceiver extends Named {
  readonly kind: 'webhook';
  readonly url: string | SecretPlace;
  readonly secret: SecretPlace;
  /** The one before it, while receivers change over. */
  readonly previousSecret: SecretPlace | undefined;
}

export interface PagerDutyReceiver extends Named {
  readonly kind: 'pagerduty';
  readonly url: string;
  readonly routingKey: SecretPlace;
  /** An alert for each finding, which its end resolves; or one for each notice, which nothing resolves. */
  readonly alerts: 'finding' | 'notice';
}

export interface SnsReceiver extends Named {
  readonly kind: 'sns';
  /** `arn:aws:sns:eu-west-1:123456789012:alarms` */
  readonly topic: string;
}

export interface CommandReceiver extends Named {
  readonly kind: 'command';
  /** Program and arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Variables that it gets beside the few that every program needs. */
  readonly env: readonly string[];
  /** The folder that it runs in: that of the file. */
  readonly folder: string;
}

export type Receiver = SlackReceiver | WebhookReceiver | PagerDutyReceiver | SnsReceiver | CommandReceiver;

/** What goes to whom. All that it says must hold. */
export interface Route {
  readonly to: readonly string[];
  /** At least as grave. */
  readonly severity: Severity;
  /** Ids or aliases; all unless told. */
  readonly accounts: readonly string[] | undefined;
  /** Names, with `*` for any letters; all unless told. */
  readonly playbooks: readonly string[] | undefined;
  readonly about: readonly About['kind'][] | undefined;
  /** `changes` leaves out what was told before and is as it was. */
  readonly tell: 'changes' | 'all';
}

/** What a file of receivers says. */
export interface NotifyConfig {
  readonly file: string;
  readonly receivers: readonly Receiver[];
  readonly routes: readonly Route[];
  /** Address of a report, with `{id}`, `{playbook}`, `{account}` and `{region}`. */
  readonly link: string | undefined;
  /** Milliseconds after which a notice that did not arrive is given up, and told so. */
  readonly giveUpAfter: number;
}
