// Is it still the same caller? Pure.

/** As whom a call is made. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly arn: string;
}

/**
 * True when two identities are the same caller. Of an assumed role the session's name counts as well: with AWS's single
 * sign-on it is the person. Only a name that an SDK makes up for each session (`aws-sdk-js-1700000000000`,
 * `botocore-session-1700000000`) tells nobody, and may differ.
 */
export function isSameCaller(one: Caller, other: Caller): boolean {
  if (one.account !== other.account) return false;
  if (one.arn === other.arn) return true;
  const role = roleWithMadeUpSession(one.arn);
  return role !== undefined && role === roleWithMadeUpSession(other.arn);
}

const assumed = /^(arn:[a-z-]+:sts::\d+:assumed-role\/[^/]+)\/(.+)$/;
/** Default session names [AWS SDKs for JavaScript, Python, Go and Java]. */
const madeUp = /^(aws-sdk-js(-session)?|botocore-session|aws-go-sdk|aws-sdk-java)-\d{9,}$/;

/** `arn:aws:sts::123456789012:assumed-role/ops` where the session's name is made up; undefined for all other callers. */
function roleWithMadeUpSession(arn: string): string | undefined {
  const [, role, session = ''] = assumed.exec(arn) ?? [];
  return madeUp.test(session) ? role : undefined;
}
