// Texts and limits that no capture or public paste proves: the one place to correct when AWS turns out to say it
// otherwise. Codes are those that the service's model lists for the operation.

/** Error texts by situation. */
export const unverifiedTexts = {
  /** By analogy with the captured text for load balancers asked for by name. */
  targetGroupsByName: (names: readonly string[]) => `Target groups '[${names.join(', ')}]' not found`,
  ruleNotFound: 'One or more rules not found',
  nameTooLong: (kind: string, name: string) => `${kind} name '${name}' cannot be longer than '32' characters`,
  nameCharacters: (kind: string, name: string) =>
    `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
  nameHyphen: (kind: string, name: string) => `${kind} name '${name}' cannot begin or end with '-'`,
  nameInternal: (name: string) => `Load balancer name '${name}' cannot begin with 'internal-'`,
  subnetNotFound: (id: string) => `The subnet ID '${id}' does not exist`,
  oneSubnetPerZone: 'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
  subnetVpc: 'All subnets must belong to the same VPC',
  securityGroupNotFound: (id: string) => `The security group '${id}' does not exist`,
  securityGroupVpc: (id: string, vpc: string) => `The security group '${id}' does not belong to VPC '${vpc}'`,
  vpcNotFound: (id: string) => `The VPC ID '${id}' is not found`,
  sslPolicyNotFound: (name: string) => `SSL policy '${name}' not found`,
  certificateNeeded: 'A certificate must be specified for HTTPS listeners',
  listenerProtocol: (protocol: string, type: string) =>
    `Protocol '${protocol}' is not supported for listeners of ${type} load balancers`,
  targetGroupProtocol: (protocol: string, listener: string) =>
    `Target group protocol '${protocol}' is incompatible with listener protocol '${listener}'`,
  targetGroupVpc: (arn: string) =>
    `The following target groups do not belong to the same VPC as the load balancer: ${arn}`,
  attributeKey: (kind: string, key: string) => `${kind} attribute key '${key}' is not recognized`,
  attributeValue: (kind: string, key: string, value: string) =>
    `${kind} attribute value '${value}' of key '${key}' is not valid`,
  timeoutBelowInterval: (interval: number) =>
    `Health check timeout must be smaller than the interval (${String(interval)} seconds)`,
  valuesAndRegex: 'A condition cannot have both values and regular expressions',
  transformTwice: 'A rule can have only one transform of each type',
  lastAction: "The last action must be of type 'forward', 'redirect' or 'fixed-response'",
  actionOrder: 'Actions of a rule must have different orders',
  authenticationNeedsHttps: (type: string) => `Actions of type '${type}' need an HTTPS listener`,
  certificateIsDefault: (arn: string) => `Certificate '${arn}' is the default certificate of the listener`,
  conditionNeeded: 'A condition must be specified',
  actionNeeded: 'An action must be specified',
  tooMany: (what: string, most: number) => `The maximum number of ${what} (${String(most)}) has been reached`,
  loadBalancerFailed: 'Internal error',
};
