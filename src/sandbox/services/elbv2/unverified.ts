// Texts and limits that no capture or public paste proves: the one place to correct when AWS turns out to say it
// otherwise. Codes are those that the service's model lists for the operation.

/** Error texts by situation. */
export const unverifiedTexts = {
  /** By analogy with the captured text for load balancers asked for by name. */
  targetGroupsByName: (names: readonly string[]) => `Target groups '[${names.join(', ')}]' not found`,
  ruleNotFound: 'One or more rules not found',
  /** By analogy with the pasted text for its characters. */
  nameTooLong: (name: string) => `The load balancer name '${name}' cannot be longer than '32' characters`,
  nameHyphen: (name: string) => `The load balancer name '${name}' cannot begin or end with '-'`,
  nameInternal: (name: string) => `The load balancer name '${name}' cannot begin with 'internal-'`,
  subnetNotFound: (id: string) => `The subnet ID '${id}' does not exist`,
  subnetVpc: 'All subnets must belong to the same VPC',
  securityGroupNotFound: (id: string) => `The security group '${id}' does not exist`,
  vpcNotFound: (id: string) => `The VPC ID '${id}' is not found`,
  sslPolicyNotFound: (name: string) => `SSL policy '${name}' not found`,
  alpnProtocol: (protocol: string) => `An ALPN policy cannot be specified for ${protocol} listeners`,
  mutualProtocol: (protocol: string) => `Mutual authentication cannot be specified for ${protocol} listeners`,
  subnetsTwice: 'You can specify either subnets or subnet mappings, not both',
  addressOfApplication: 'Addresses cannot be specified for subnets of application load balancers',
  groupsOfNetwork: 'Security groups cannot be added to a network load balancer that was created without any',
  redirectToPlain: 'A redirect cannot go from HTTPS to HTTP',
  redirectMember: (member: string, value: string) => `The redirect ${member} '${value}' is not valid`,
  contentType: (type: string) => `The content type '${type}' of a fixed response is not valid`,
  foreignMember: (member: string, type: string) => `'${member}' cannot be specified for actions of type '${type}'`,
  targetGroupProtocol: (protocol: string, listener: string) =>
    `Target group protocol '${protocol}' is incompatible with listener protocol '${listener}'`,
  targetGroupVpc: (arn: string) =>
    `The following target groups do not belong to the same VPC as the load balancer: ${arn}`,
  attributeKey: (kind: string, key: string) => `${kind} attribute key '${key}' is not recognized`,
  attributeValue: (kind: string, key: string, value: string) =>
    `${kind} attribute value '${value}' of key '${key}' is not valid`,
  healthCheckOverTcp: 'The TCP protocol is not supported for health checks of this target group',
  healthCheckNeeded: (targetType: string) =>
    `Health checks of target groups with target type '${targetType}' cannot be disabled`,
  matcherEmpty: 'Health check matcher gRPC code cannot be empty',
  matcherOfOther: (kind: string, version: string) =>
    `Health check matchers with ${kind} codes are not supported for protocol version '${version}'`,
  matcherCode: (kind: string, codes: string, range: string) =>
    `Health check matcher ${kind} code '${codes}' must be within '${range}'`,
  notForLambda: (member: string) => `${member} cannot be specified for target groups with target type 'lambda'`,
  albProtocol: (protocol: string) => `Protocol '${protocol}' is not supported for target type 'alb'`,
  protocolVersion: (version: string) => `Protocol version '${version}' must be one of 'GRPC, HTTP1, HTTP2'`,
  versionOfOther: (protocol: string) =>
    `A protocol version cannot be specified for target groups with protocol '${protocol}'`,
  stickinessDuration: 'A duration must be specified when target group stickiness is enabled',
  logBucket: (key: string) => `'${key}' must be specified when these logs are enabled`,
  /** By analogy with those that moto's tests assert. */
  configNeeded: (config: string, field: string) => `A '${config}' must be specified with '${field}'`,
  conditionValue: (field: string, value: string) => `Condition value '${value}' is not valid for field '${field}'`,
  valuesAndRegex: 'A condition cannot have both values and regular expressions',
  transformTwice: 'A rule can have only one transform of each type',
  lastAction: "The last action must be of type 'forward', 'redirect' or 'fixed-response'",
  actionOrder: 'Actions of a rule must have different orders',
  authenticationNeedsHttps: (type: string) => `Actions of type '${type}' need an HTTPS listener`,
  capacityOrReset: 'Either MinimumLoadBalancerCapacity or ResetCapacityReservation must be specified',
  certificateIsDefault: (arn: string) => `Certificate '${arn}' is the default certificate of the listener`,
  conditionNeeded: 'A condition must be specified',
  actionNeeded: 'An action must be specified',
  clientSecretNeeded: 'A client secret must be specified',
  tooMany: (what: string, most: number) => `The maximum number of ${what} (${String(most)}) has been reached`,
  loadBalancerFailed: 'Internal error',
};
