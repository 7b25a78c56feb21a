// Texts and rules that AWS documentation does not give and that no capture confirms: the one place to correct them.

export const unverifiedTexts = {
  /** That it is refused is documented [SSM API, PutParameter: Value]. */
  nested: 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
  tooDeep: 'A hierarchy can have a maximum of 15 levels.',
  typeChange:
    "Parameter Store doesn't support changing a parameter type in a hierarchy. You must create a new, unique parameter.",
  keyOfNoSecret: 'KeyId is required for SecureString type parameter only.',
  tooLong: 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
  policiesOfStandard: 'Parameter policies are supported by the advanced-parameter tier only.',
  badPolicies: 'Invalid policies input.',
  badPattern: 'The regular expression is not valid.',
  resourceType: "The resource type isn't valid.",
  resourceId: "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
  tooManyTags: 'The Targets parameter includes too many tags. Remove one or more tags and try the command again.',
  nextToken: "The specified token isn't valid.",
} as const;

/** Its first sentence is asserted by moto's tests. */
export const tooManyLabels =
  'A parameter version can have maximum 10 labels. Move one or more labels to another version and try again.';

export function notMatching(pattern: string): string {
  return `Parameter value, cannot be validated against allowedPattern: ${pattern}`;
}

export function disabledKey(keyId: string): string {
  return `${keyId} is disabled.`;
}

/** Parameters on a page of DescribeParameters that asks for no number. */
export const usualPage = 10;
