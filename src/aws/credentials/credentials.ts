// Where credentials come from, and what to do when they have run out. Read anew each time, past every cache of the SDK:
// whoever has renewed them outside must be believed.
import { ClassifiedError } from '../classified-error.ts';
import { silent } from './quiet.ts';

/** What signs a call. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Credentials as they were found. */
export interface Found {
  readonly keys: Keys;
  /** For people: `profile ops (AWS IAM Identity Center)`. */
  readonly origin: string;
  /** What to do when they have run out: a command to type, or what else. */
  readonly remedy: string;
  /** Nobody can renew them while this process runs: waiting for fresh ones is in vain. */
  readonly fixed: boolean;
}

/** Reads the credentials, past every cache. Rejects when there are none. */
export type CredentialSource = () => Promise<Found>;

/** The provider chain of the AWS SDK: environment, single sign-on, profiles, processes, web identity, instance metadata. */
export function providerChain(profile: string | undefined, region: string): CredentialSource {
  return async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    const keys = await defaultProvider({
      ignoreCache: true,
      clientConfig: { region },
      // It would warn that a profile and keys are both set. The header says as whom relight acts, and the guard compares it.
      logger: silent,
      ...(profile === undefined ? {} : { profile }),
    })();
    const { $source } = keys as { readonly $source?: Readonly<Record<string, unknown>> };
    const words = wordsFor(Object.keys($source ?? {}), profile);
    insistOnUsableKeys(keys, words.origin);
    return { keys, ...words };
  };
}

/**
 * A line break that was copied along cannot stand in a header, and makes every signature wrong: no call is worth trying.
 *
 * @throws ClassifiedError `denied`
 */
export function insistOnUsableKeys(keys: Keys, origin: string): void {
  const parts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['access key id', keys.accessKeyId],
    ['secret access key', keys.secretAccessKey],
    ['session token', keys.sessionToken],
  ];
  for (const [name, value] of parts) {
    if (value === undefined || /^[!-~]+$/.test(value)) continue;
    throw new ClassifiedError(
      'denied',
      `the ${name} from ${origin} holds a blank, a line break or another character that no key has; set it again`,
      { code: 'UnusableCredentials' },
    );
  }
}

/** Keys that are given once and for all, such as those of a sandbox. */
export function fixedSource(keys: Keys, origin: string): CredentialSource {
  const found: Found = { keys, origin, remedy: 'run the command again with fresh credentials', fixed: true };
  return async () => found;
}

/** The SDK says how it came by credentials [SDK for JavaScript, AwsSdkCredentialsFeatures]. */
function wordsFor(features: readonly string[], profile: string | undefined): Omit<Found, 'keys'> {
  const name = profile === undefined ? 'the default profile' : `profile ${profile}`;
  const flag = profile === undefined ? '' : ` --profile ${profile}`;
  const has = (pattern: RegExp): boolean => features.some((each) => pattern.test(each));
  if (has(/^CREDENTIALS_ENV_VARS$/)) {
    return {
      origin: 'environment variables (AWS_ACCESS_KEY_ID)',
      remedy: 'export fresh credentials, or name a profile that can be renewed, and run the same command again',
      fixed: true,
    };
  }
  if (has(/SSO/)) {
    return { origin: `${name} (single sign-on)`, remedy: `type: aws sso login${flag}`, fixed: false };
  }
  if (has(/LOGIN/)) return { origin: `${name} (aws login)`, remedy: `type: aws login${flag}`, fixed: false };
  if (has(/PROCESS$/)) {
    return { origin: `${name} (credential_process)`, remedy: 'renew what its credential_process needs', fixed: false };
  }
  if (has(/ASSUME_ROLE|SOURCE_PROFILE|NAMED_PROVIDER/)) {
    return {
      origin: `${name} (an assumed role)`,
      remedy: `renew its source profile: aws sso login${flag}`,
      fixed: false,
    };
  }
  if (has(/WEB_ID_TOKEN|WEB_ID$/))
    return { origin: 'a web identity token', remedy: 'renew the token file', fixed: false };
  if (has(/IMDS|HTTP/)) {
    return { origin: 'instance or container metadata', remedy: 'AWS renews them; check the role', fixed: false };
  }
  return {
    origin: name,
    remedy: `put fresh credentials into ${name} (~/.aws/credentials), or type: aws sso login${flag}`,
    fixed: false,
  };
}
