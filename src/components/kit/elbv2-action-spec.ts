// What a listener and a rule do with a request, as a spec says it: what answers (`forwardTo`, `forward`, `fixedResponse`,
// `redirect`), what comes before that, or AWS's own list of actions.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { Need } from '../contract.ts';
import type { MembersData } from './members/data.ts';
import { isMap } from './members/maps.ts';
import type { ListKeys, Part } from './members/part.ts';
import { withMembers } from './members/schema.ts';
import { arn, hasReference, text } from './schema.ts';

/** AWS's list of actions: `DefaultActions` of a listener, `Actions` of a rule. */
export type ActionsWord = 'actions' | 'defaultActions';

/** What may come before the action that answers, by the spec's word. */
export const earlierKinds = {
  authenticateOidc: { type: 'authenticate-oidc', config: 'AuthenticateOidcConfig' },
  authenticateCognito: { type: 'authenticate-cognito', config: 'AuthenticateCognitoConfig' },
  jwtValidation: { type: 'jwt-validation', config: 'JwtValidationConfig' },
} as const satisfies Readonly<Record<string, { readonly type: Action['Type']; readonly config: keyof Action }>>;

export type EarlierWord = keyof typeof earlierKinds;

export const earlierWords = Object.keys(earlierKinds) as readonly EarlierWord[];

/** A spec has one of them; `forward` tells more of what `forwardTo` says. */
export const answerWords = ['forwardTo', 'forward', 'fixedResponse', 'redirect'] as const;

/** How the actions of a type are told in AWS's words. */
export interface ActionParts extends Readonly<Record<EarlierWord, Part>> {
  /** AWS's list of actions, as a member of the input that makes the piece. */
  readonly list: Part;
}

/**
 * @param data of the input that makes the piece
 * @param except AWS's names of all members of that input but the list of actions
 */
export function actionParts(data: MembersData, except: readonly string[]): ActionParts {
  return {
    // Never told by AWS, so neither read nor compared.
    authenticateOidc: {
      data,
      shape: 'AuthenticateOidcActionConfig',
      except: ['ClientSecret', 'UseExistingClientSecret'],
    },
    authenticateCognito: { data, shape: 'AuthenticateCognitoActionConfig', except: [] },
    jwtValidation: { data, shape: 'JwtValidationActionConfig', except: [] },
    list: { data, shape: data.roots[''] ?? '', except },
  };
}

/** By what items of lists below actions are told apart. A list of weighted target groups is said as a whole. */
export const actionKeys: ListKeys = {
  'jwtValidation.additionalClaims': ['name'],
  'jwtValidation.additionalClaims[*].values': [],
};

/** What a playbook says takes the place of another way to answer. */
export const actionAlternatives = [
  ['forwardTo', 'fixedResponse', 'redirect'],
  ['forward', 'fixedResponse', 'redirect'],
] as const;

/** All fields of a spec that say something of actions. */
export function actionWords(word: ActionsWord): readonly string[] {
  return [...answerWords, ...earlierWords, word];
}

/** What sounds like a secret, and is an address that browsers and load balancers ask [ELB API, AuthenticateOidcActionConfig]. */
export function actionPlaces(word: ActionsWord): readonly string[] {
  return ['authenticateOidc.tokenEndpoint', `${word}[*].authenticateOidcConfig.tokenEndpoint`];
}

/** What somebody is answered who has not signed in, where that is asked first [ELB guide, user authentication; JWT verification]. */
export function strangerStatus(spec: object): { readonly stranger?: number } {
  for (const word of earlierWords) {
    const said = (spec as Readonly<Record<string, unknown>>)[word];
    if (!isMap(said)) continue;
    const { onUnauthenticatedRequest: otherwise } = said;
    if (word === 'jwtValidation' || otherwise === 'deny') return { stranger: 401 };
    if (otherwise !== 'allow') return { stranger: 302 };
  }
  return {};
}

/** Where a redirect says nothing of a part, it stays as it was asked for [ELB API, RedirectActionConfig]. */
export function isUsualRedirect(path: string, value: unknown): boolean {
  return Object.entries(asAskedFor).some(([part, usual]) => path === `redirect.${part}` && value === usual);
}

const asAskedFor = {
  protocol: '#{protocol}',
  host: '#{host}',
  port: '#{port}',
  path: '/#{path}',
  query: '#{query}',
} as const;

/** Where nobody is to read what stands there. */
export function actionSecrets(word: ActionsWord): readonly string[] {
  return ['authenticateOidc.clientSecret', `${word}[*].authenticateOidcConfig.clientSecret`];
}

const forward = z
  .strictObject({
    targetGroups: z
      .array(
        z.strictObject({
          targetGroupArn: arn('elasticloadbalancing'),
          weight: z.number().int().min(0).max(999).optional().describe('1 unless told.'),
        }),
      )
      .min(1)
      .optional()
      .describe('All target groups that get requests, and in which proportion.'),
    targetGroupStickinessConfig: z
      .strictObject({
        enabled: z.boolean().optional(),
        durationSeconds: z.number().int().min(1).max(604_800).optional(),
      })
      .optional()
      .describe('Whether a client stays with its target group.'),
  })
  .describe('Forwards to several target groups, by weight, or keeps clients with theirs.');

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
    status: z.enum(['HTTP_301', 'HTTP_302']).optional().describe('HTTP_301 unless told.'),
    protocol: z.string().optional().describe('HTTP or HTTPS; as it was asked for unless told.'),
    host: z.string().optional(),
    port: z.string().optional().describe('Port, in quotes.'),
    path: z.string().optional(),
    query: z.string().optional(),
  })
  .describe('Redirects; what a new one leaves out stays as asked for.');

const order = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('Which comes first, where several come before the one that answers.');

/** The fields of a spec that say what becomes of a request; `oneAction` refuses more than one answer. */
export function actionFields({ authenticateCognito, authenticateOidc, jwtValidation }: ActionParts) {
  return {
    forwardTo: arn('elasticloadbalancing')
      .optional()
      .describe('ARN of the target group that gets the requests; weights beside others that were set for it stay.'),
    forward: forward.optional(),
    fixedResponse: fixedResponse.optional(),
    redirect: redirect.optional(),
    authenticateOidc: z
      .strictObject(
        withMembers(
          {
            order,
            clientSecret: text().optional().describe('Never told by AWS: needed to make the action again.'),
            useExistingClientSecret: z.boolean().optional(),
          },
          authenticateOidc,
        ),
      )
      .optional()
      .describe('Lets a user log in at an identity provider first; what is not said of it stays.'),
    authenticateCognito: z
      .strictObject(withMembers({ order }, authenticateCognito))
      .optional()
      .describe('Lets a user log in with Cognito first; what is not said of it stays.'),
    jwtValidation: z
      .strictObject(withMembers({ order }, jwtValidation))
      .optional()
      .describe('Checks the token of a request first; what is not said of it stays.'),
  };
}

export type ForwardSpec = z.infer<typeof forward>;

/** What comes before the action that answers: AWS's members by a spec's names. */
export type EarlierSpec = Readonly<Record<string, unknown>> & { readonly order?: number | undefined };

/** An action's part of a listener's or rule's spec. */
export interface ActionSpec {
  readonly forwardTo?: string | undefined;
  readonly forward?: ForwardSpec | undefined;
  readonly fixedResponse?: z.infer<typeof fixedResponse> | undefined;
  readonly redirect?: z.infer<typeof redirect> | undefined;
  readonly authenticateOidc?: EarlierSpec | undefined;
  readonly authenticateCognito?: EarlierSpec | undefined;
  readonly jwtValidation?: EarlierSpec | undefined;
}

/** For `refine`: at most one answer. That there is one at all is asked of owned pieces only. */
export function oneAction(spec: ActionSpec): boolean {
  const { fixedResponse: fixed, forward: weighted, forwardTo, redirect: moved } = spec;
  const answers = [forwardTo ?? weighted, fixed, moved].filter((each) => each !== undefined);
  const isListed = actionsSaid(spec, 'actions') ?? actionsSaid(spec, 'defaultActions');
  const all = [...answers, ...earlierWords.flatMap((word) => spec[word] ?? [])];
  return isListed === undefined ? answers.length <= 1 : all.length === 0;
}

export const oneActionError =
  'expected only one of forwardTo (with or without forward), fixedResponse and redirect, or a list of actions alone';

/** True when a spec says what answers requests. */
export function hasAction(spec: ActionSpec): boolean {
  const isListed = actionsSaid(spec, 'actions') ?? actionsSaid(spec, 'defaultActions');
  return isListed !== undefined || answerWords.some((word) => spec[word] !== undefined);
}

/** An action as AWS's list has it, under a spec's names. */
type SaidAction = Readonly<Record<string, unknown>>;

/** AWS's list of actions, where a spec says it. */
export function actionsSaid(spec: ActionSpec, word: ActionsWord): readonly SaidAction[] | undefined {
  const list = (spec as Readonly<Record<string, unknown>>)[word];
  return Array.isArray(list) ? list.filter(isMap) : undefined;
}

/** A spec whose list of actions is told field by field, as a description of the piece tells it. */
export function plainActions<Spec extends ActionSpec>(spec: Spec, word: ActionsWord): Spec {
  const list = actionsSaid(spec, word);
  if (list === undefined) return spec;
  const { [word]: listed, ...others } = spec as Spec & Readonly<Record<string, unknown>>;
  return listed === undefined ? spec : ({ ...others, ...fieldsOf(list) } as unknown as Spec);
}

/** The client secret of an OIDC action, where the spec does not say it: no look at AWS finds it [ELB API]. */
export function untoldNeeds(spec: ActionSpec, word: ActionsWord): readonly Need[] {
  const { authenticateOidc } = plainActions(spec, word);
  return authenticateOidc === undefined || authenticateOidc['clientSecret'] !== undefined
    ? []
    : [{ kind: 'untold', name: 'authenticateOidc.clientSecret' }];
}

function fieldsOf(list: readonly SaidAction[]): ActionSpec {
  const sorted = list.toSorted((left, right) => Number(left['order'] ?? 0) - Number(right['order'] ?? 0));
  const before = sorted.filter(({ type }) => earlierWords.some((word) => earlierKinds[word].type === type));
  const fields: Record<string, unknown> = {};
  for (const action of sorted) Object.assign(fields, answerOf(action));
  for (const [index, action] of before.entries()) {
    const word = earlierWords.find((each) => earlierKinds[each].type === action['type']);
    if (word === undefined) continue;
    const config = action[`${word}Config`];
    fields[word] = { ...(isMap(config) ? config : {}), ...(before.length > 1 ? { order: index + 1 } : {}) };
  }
  return fields;
}

function answerOf(action: SaidAction): ActionSpec {
  const { fixedResponseConfig: fixed, forwardConfig: weighted, redirectConfig: moved, targetGroupArn } = action;
  const said = (config: object): object =>
    Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  switch (action['type']) {
    case 'forward':
      return said({
        forwardTo: isMap(weighted) && weighted['targetGroups'] !== undefined ? undefined : targetGroupArn,
        forward: weighted,
      });
    case 'fixed-response': {
      const { contentType, messageBody: body, statusCode: status } = isMap(fixed) ? fixed : {};
      return { fixedResponse: said({ status, contentType, body }) } as ActionSpec;
    }
    case 'redirect': {
      const { statusCode: status, ...rest } = isMap(moved) ? moved : {};
      return { redirect: said({ status, ...rest }) };
    }
    default:
      return {};
  }
}

/** The target groups that a spec wants requests to be sent to, those that are known; none where it answers by itself. */
export function sendsTo(spec: ActionSpec): readonly string[] {
  return groupsIn(spec, (weight) => weight !== 0);
}

/** All target groups that a spec names, those that get nothing too: AWS wants each of them to be there. */
export function namedGroups(spec: ActionSpec): readonly string[] {
  return groupsIn(spec, () => true);
}

function groupsIn(spec: ActionSpec, counts: (weight: number | undefined) => boolean): readonly string[] {
  const { forward: weighted, forwardTo } = plainActions(plainActions(spec, 'actions'), 'defaultActions');
  const groups = (weighted?.targetGroups ?? [])
    .filter((each) => counts(each.weight))
    .map((each) => each.targetGroupArn);
  return [...new Set([...(forwardTo === undefined ? [] : [forwardTo]), ...groups])].filter(
    (each) => !hasReference(each),
  );
}
