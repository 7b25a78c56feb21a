// What a listener and a rule do with a request: forward it, answer it, or redirect it. One spec form for both.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { Difference } from '../contract.ts';
import { differsBelow } from './changing.ts';
import { field, sameJson, toJson } from './compare.ts';
import { arn } from './schema.ts';

const fixedResponse = z
  .strictObject({
    status: z
      .string()
      .regex(/^[245]\d\d$/, { error: 'expected a status code of 2xx, 4xx or 5xx, in quotes' })
      .describe('HTTP status code, such as "503".'),
    contentType: z
      .string()
      .optional()
      .describe('text/plain, text/css, text/html, application/javascript or application/json.'),
    body: z.string().max(1024).optional().describe('Body of the answer.'),
  })
  .describe('Answers by itself.');

// An omitted part of the URL stays as it was asked for [ELB API, RedirectActionConfig].
const redirect = z
  .strictObject({
    status: z.enum(['HTTP_301', 'HTTP_302']).default('HTTP_301'),
    protocol: z.string().default('#{protocol}').describe('HTTP or HTTPS.'),
    host: z.string().default('#{host}'),
    port: z.string().default('#{port}').describe('Port, in quotes.'),
    path: z.string().default('/#{path}'),
    query: z.string().default('#{query}'),
  })
  .describe('Redirects; what is left out stays as asked for.');

/** The three forms of an action in a spec; `oneAction` refuses more than one. */
export const actionFields = {
  forwardTo: arn('elasticloadbalancing').optional().describe('ARN of the target group that gets the requests.'),
  fixedResponse: fixedResponse.optional(),
  redirect: redirect.optional(),
};

/** A spec has one of them. */
export const actionForms = ['forwardTo', 'fixedResponse', 'redirect'] as const;

/** An action's part of a listener's or rule's spec. */
export interface ActionSpec {
  readonly forwardTo?: string | undefined;
  readonly fixedResponse?: z.infer<typeof fixedResponse> | undefined;
  readonly redirect?: z.infer<typeof redirect> | undefined;
}

/** For `refine`: at most one form of action. That there is one at all is asked of owned pieces only. */
export function oneAction(spec: ActionSpec): boolean {
  return actionForms.filter((form) => spec[form] !== undefined).length <= 1;
}

/** True when a spec says what to do with requests. */
export function hasAction(spec: ActionSpec): boolean {
  return actionForms.some((form) => spec[form] !== undefined);
}

export const oneActionError = 'expected only one of forwardTo, fixedResponse and redirect';

/** The action that decides: the last one; an authentication may come before it [ELB API, Action.Order]. */
function decidingAction(actions: readonly Action[]): Action | undefined {
  return [...actions].sort((left, right) => (left.Order ?? 0) - (right.Order ?? 0)).at(-1);
}

/**
 * The target groups that an action sends requests to. One of weight 0 gets none: a blue/green deployment keeps the idle
 * group in the action so. A single group may be told in either form [captured: AWS answers with both].
 */
export function forwardedTo(actions: readonly Action[]): readonly string[] {
  const action = decidingAction(actions);
  if (action?.Type !== 'forward') return [];
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }];
  const taking = groups.length === 1 ? groups : groups.filter((group) => group.Weight !== 0);
  return taking.map((group) => group.TargetGroupArn ?? '').sort();
}

/** What AWS does with a request, in the form of a spec. */
function actualForms(actions: readonly Action[]): Record<(typeof actionForms)[number], unknown> {
  const action = decidingAction(actions);
  const groups = forwardedTo(actions);
  const fixed = action?.FixedResponseConfig;
  const to = action?.RedirectConfig;
  return {
    forwardTo: groups.length > 1 ? groups : groups[0],
    fixedResponse:
      fixed && toJson({ status: fixed.StatusCode, contentType: fixed.ContentType, body: fixed.MessageBody }),
    redirect:
      to &&
      toJson({
        status: to.StatusCode,
        protocol: to.Protocol ?? '#{protocol}',
        host: to.Host ?? '#{host}',
        port: to.Port ?? '#{port}',
        path: to.Path ?? '/#{path}',
        query: to.Query ?? '#{query}',
      }),
  };
}

/** What AWS does with a request, as a spec would say it; nothing where a spec has no word for it. */
export function actionInSpec(actions: readonly Action[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(actualForms(actions)).filter(([, form]) => form !== undefined && !Array.isArray(form)),
  );
}

/** What a listener's or rule's actions have and a spec has no word for. */
export function actionBeyondSpec(actions: readonly Action[]): readonly string[] {
  const { ForwardConfig: forward } = decidingAction(actions) ?? {};
  const groups = forward?.TargetGroups?.length ?? 1;
  return [
    ...(actions.some((action) => action.Type?.startsWith('authenticate-') === true) ? ['authentication'] : []),
    ...(actions.length > 0 && Object.keys(actionInSpec(actions)).length === 0 ? ['its action'] : []),
    ...(groups > 1 ? ['forwarding to several target groups'] : []),
    ...(forward?.TargetGroupStickinessConfig?.Enabled === true ? ['stickiness among target groups'] : []),
  ];
}

/** Nothing when the spec names no action. */
export function actionDifferences(spec: ActionSpec, actions: readonly Action[]): readonly Difference[] {
  if (actionForms.every((form) => spec[form] === undefined)) return [];
  const actual = actualForms(actions);
  return actionForms.flatMap((form) => {
    const desired = spec[form];
    if (desired === undefined) {
      return actual[form] === undefined ? [] : [{ path: form, desired: undefined, actual: toJson(actual[form]) }];
    }
    // AWS fills in a content type that was not asked for, so only what the spec says is compared.
    if (form === 'fixedResponse' && typeof desired === 'object' && typeof actual[form] === 'object') {
      return Object.entries(desired).flatMap(([key, value]) =>
        field(`${form}.${key}`, value, (actual[form] as Record<string, unknown>)[key]),
      );
    }
    return sameJson(toJson(desired), actual[form]) ? [] : field(form, desired, actual[form]);
  });
}

/** Whether an update is about what is done with a request. */
export function actionsDiffer(differences: readonly Difference[]): boolean {
  return actionForms.some((form) => differsBelow(differences, form));
}

/** The spec's action in AWS's form, after the authentications that are there already: a spec does not speak of those. */
export function toAwsActions(spec: ActionSpec, existing: readonly Action[] = []): Action[] | undefined {
  const deciding = decidingActionOf(spec);
  if (deciding === undefined) return undefined;
  const kept = existing.filter((action) => action.Type?.startsWith('authenticate-') === true).map(withKeptSecret);
  return kept.length === 0 ? [deciding] : [...kept, { ...deciding, Order: kept.length + 1 }];
}

function decidingActionOf(spec: ActionSpec): Action | undefined {
  if (spec.forwardTo !== undefined) return { Type: 'forward', TargetGroupArn: spec.forwardTo };
  if (spec.fixedResponse !== undefined) {
    const { status, contentType, body } = spec.fixedResponse;
    return {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: status, ContentType: contentType, MessageBody: body },
    };
  }
  if (spec.redirect === undefined) return undefined;
  const { status, protocol, host, port, path, query } = spec.redirect;
  return {
    Type: 'redirect',
    RedirectConfig: { StatusCode: status, Protocol: protocol, Host: host, Port: port, Path: path, Query: query },
  };
}

/** AWS never tells a client secret, and keeps the one it has when asked to [ELB API, AuthenticateOidcActionConfig]. */
function withKeptSecret(action: Action, index: number): Action {
  const { AuthenticateOidcConfig: oidc } = action;
  return {
    ...action,
    Order: index + 1,
    ...(oidc === undefined ? {} : { AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } }),
  };
}

/** A few words: `forwards to deployer-api`. */
export function describeAction(actions: readonly Action[]): string {
  const action = decidingAction(actions);
  if (action?.Type !== 'forward') return action?.Type ?? 'no action';
  // arn:aws:elasticloadbalancing:region:account:targetgroup/<name>/<id>
  return `forwards to ${forwardedTo(actions)
    .map((group) => group.split('/').at(-2) ?? group)
    .join(' and ')}`;
}

/** True for protocols that need a certificate. */
export function isSecure(protocol: string | undefined): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}
