// What of an AWS call may be written down for others to read: no account, no caller, no secret and no name of one. Pure.
import type { AwsExchange } from '../../aws/access.ts';
import type { Json } from '../../util/json.ts';
import { toJson } from '../../util/json.ts';
import type { Redactor } from '../../util/redact.ts';
import { changedList, changedMap, hiddenValue, isList, withSecretMembersHidden } from '../../util/secrets.ts';

/** In the order in which accounts are met: the caller's own is the first. */
const standIns = ['123456789012', '210987654321', '345678901234', '432109876543', '567890123456'];

/** Places of accounts in texts: between the colons of an ARN, before the host of a registry, by themselves. */
const accountPlaces = [/(?<=:)\d{12}(?=[:/])/g, /(?<![\w-])\d{12}(?=\.dkr\.ecr\.)/g, /^\d{12}$/g];

/** Ids of keys and of who they belong to [IAM user guide, "Unique identifiers"]. */
const keyIds = /\b(AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{12,}/g;

/** Members that hold a secret, the name of one or whoever calls, whatever they are called in other places. */
const hiddenMembers: ReadonlySet<string> = new Set([
  ...['valueFrom', 'credentialsParameter', 'credentialSpecs', 'Credentials', 'UserId', 'clientToken', 'ClientToken'],
  ...['SecretString', 'SecretBinary', 'Passphrase', 'AccountAliases', 'AssumedRoleUser'],
]);

/** Lists of pairs whose values are read by programs: an environment variable may be a secret whatever its name. */
const valuesHidden: ReadonlySet<string> = new Set(['environment']);

/** Makes lines of exchanges. One for each file: the same account has the same stand-in in all of its lines. */
export function lineMaker(redactor: Redactor): (exchange: AwsExchange) => string {
  const accounts = new Map<string, string>();
  const learn = (value: Json): void => {
    if (typeof value === 'string') {
      for (const place of accountPlaces) {
        for (const [account] of value.matchAll(place)) {
          if (!accounts.has(account)) accounts.set(account, standInFor(accounts.size));
        }
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) learn(each);
    }
  };
  const withoutAccounts = (text: string): string => {
    let clean = text.replaceAll(keyIds, hiddenValue);
    // Wherever it stands once it is known: names of buckets and tables hold it as well.
    for (const [account, standIn] of accounts) clean = clean.replaceAll(account, () => standIn);
    return clean;
  };
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return withoutAccounts(value);
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return changedList(value, clean);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [withoutAccounts(name), clean(each)]));
  };
  let first: number | undefined;
  return ({ service, operation, at, input, output, error }) => {
    first ??= at;
    const isParameter = service === 'ssm';
    const asked = hidden(plain(input), isParameter);
    const answered = hidden(plain(output), isParameter);
    // Before anything is written: an account may stand by itself first, and in the midst of a name before that.
    for (const each of [asked, answered, error?.message ?? '']) learn(each);
    const safe = (value: Json): Json => {
      const json = redactor.json(withSecretMembersHidden(value));
      return clean(service === 'sts' ? withoutCaller(json) : json);
    };
    const told =
      error === undefined
        ? { output: safe(answered) }
        : { error: error.code, message: clean(redactor.text(error.message)) };
    const seconds = Math.round((at - first) / 1000);
    return `${JSON.stringify({ service, operation, at: seconds, input: safe(asked), ...told })}\n`;
  };
}

/** An account beyond those with a name of their own gets a number that no account has: they do not begin with zeros. */
function standInFor(index: number): string {
  return standIns[index] ?? String(index).padStart(12, '0');
}

/** As JSON, without what the SDK adds. */
function plain(value: unknown): Json {
  return toJson(JSON.parse(JSON.stringify({ ...(value ?? {}), $metadata: undefined })));
}

function hidden(value: Json, isParameter: boolean): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return changedList(value, (each) => hidden(each, isParameter));
  return changedMap(value, (member, name) => {
    if (hiddenMembers.has(name) || (isParameter && name === 'Value')) return hiddenValue;
    if (valuesHidden.has(name) && isList(member)) return changedList(member, withoutValue);
    return hidden(member, isParameter);
  });
}

function withoutValue(pair: Json): Json {
  if (typeof pair !== 'object' || pair === null || isList(pair)) return pair;
  return changedMap(pair, (member, name) => (name === 'value' ? hiddenValue : member));
}

/** The name of a session is often that of a person. */
function withoutCaller(value: Json): Json {
  if (typeof value !== 'object' || value === null || isList(value)) return value;
  return changedMap(value, (member, name) => {
    const account = /^arn:[\w-]+:\w+::(\d{12}):/.exec(typeof member === 'string' ? member : '')?.[1];
    return name === 'Arn' ? `arn:aws:iam::${account ?? standInFor(0)}:user/somebody` : member;
  });
}
