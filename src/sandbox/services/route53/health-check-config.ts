// The settings of a health check: read, completed with defaults, checked by type.
import { BlockList, isIP } from 'node:net';
import type { Input, Output } from '../../model.ts';
import * as read from './input.ts';
import type { HealthCheckConfig } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const types = [
  'HTTP',
  'HTTPS',
  'HTTP_STR_MATCH',
  'HTTPS_STR_MATCH',
  'TCP',
  'CALCULATED',
  'CLOUDWATCH_METRIC',
  'RECOVERY_CONTROL',
] as const;
type HealthCheckType = (typeof types)[number];

const regions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

/** Settings that an update may change, as the request carries them; undefined: not given. */
type Given = Omit<Partial<HealthCheckConfig>, 'type' | 'requestInterval' | 'measureLatency' | 'routingControlArn'>;

/** @throws AwsError `InvalidInput` */
export function readNewConfig(input: Input): HealthCheckConfig {
  const type = read.oneOf(input, 'Type', types);
  if (type === undefined) throw read.invalidInput(unverifiedTexts.missing('healthCheckConfig.type'));
  const requestInterval = read.integer(input, 'RequestInterval', 10, 30);
  if (requestInterval !== undefined && requestInterval !== 10 && requestInterval !== 30) {
    throw read.invalidInput(unverifiedTexts.constraint(String(requestInterval), 'requestInterval', 'be 10 or 30'));
  }
  const measureLatency = read.flag(input, 'MeasureLatency');
  const routingControlArn = read.optionalText(input, 'RoutingControlArn', 255);
  const config: HealthCheckConfig = {
    type,
    inverted: false,
    disabled: false,
    ...defaultsOf(type),
    ...readGiven(input),
    ...(requestInterval === undefined ? {} : { requestInterval }),
    ...(measureLatency === undefined ? {} : { measureLatency }),
    ...(routingControlArn === undefined ? {} : { routingControlArn }),
  };
  check(config);
  return config;
}

/** As captured answers show them. */
function defaultsOf(type: HealthCheckType): Partial<HealthCheckConfig> {
  const endpoint = { requestInterval: 30, failureThreshold: 3, measureLatency: false };
  switch (type) {
    case 'HTTP':
    case 'HTTP_STR_MATCH':
      return { ...endpoint, port: 80, enableSni: false };
    case 'HTTPS':
    case 'HTTPS_STR_MATCH':
      return { ...endpoint, port: 443, enableSni: true };
    case 'TCP':
      return { ...endpoint, enableSni: false };
    case 'CALCULATED':
    case 'RECOVERY_CONTROL':
      return {};
    case 'CLOUDWATCH_METRIC':
      return { insufficientDataHealthStatus: 'LastKnownStatus' };
  }
}

const immutable = ['Type', 'RequestInterval', 'MeasureLatency', 'RoutingControlArn'] as const;
const resettable = ['ChildHealthChecks', 'FullyQualifiedDomainName', 'Regions', 'ResourcePath'] as const;

/** @throws AwsError `InvalidInput` */
export function readUpdatedConfig(before: HealthCheckConfig, input: Input): HealthCheckConfig {
  for (const member of immutable) {
    if (input[member] !== undefined) throw read.invalidInput(unverifiedTexts.immutable(member));
  }
  const kept: HealthCheckConfig = { ...before };
  for (const element of read.texts(input, 'ResetElements') ?? []) {
    const member = read.oneOf({ ResetElements: element }, 'ResetElements', resettable);
    if (member !== undefined) Reflect.deleteProperty(kept, memberNames[member]);
  }
  const config: HealthCheckConfig = { ...kept, ...readGiven(input) };
  check(config);
  return config;
}

const memberNames = {
  ChildHealthChecks: 'childHealthChecks',
  FullyQualifiedDomainName: 'fullyQualifiedDomainName',
  Regions: 'regions',
  ResourcePath: 'resourcePath',
} as const satisfies Record<(typeof resettable)[number], keyof HealthCheckConfig>;

function readGiven(input: Input): Given {
  const alarm = read.structure(input, 'AlarmIdentifier');
  const given = {
    ipAddress: read.optionalText(input, 'IPAddress', 45),
    port: read.integer(input, 'Port', 1, 65_535),
    resourcePath: read.optionalText(input, 'ResourcePath', 255),
    fullyQualifiedDomainName: read.optionalText(input, 'FullyQualifiedDomainName', 255),
    searchString: read.optionalText(input, 'SearchString', 255),
    failureThreshold: read.integer(input, 'FailureThreshold', 1, 10),
    inverted: read.flag(input, 'Inverted'),
    disabled: read.flag(input, 'Disabled'),
    healthThreshold: read.integer(input, 'HealthThreshold', 0, 256),
    childHealthChecks: read.texts(input, 'ChildHealthChecks'),
    enableSni: read.flag(input, 'EnableSNI'),
    regions: readRegions(input),
    alarmIdentifier: alarm && {
      region: read.requiredText(alarm, 'Region', 64),
      name: read.requiredText(alarm, 'Name', 256),
    },
    insufficientDataHealthStatus: read.oneOf(input, 'InsufficientDataHealthStatus', [
      'Healthy',
      'Unhealthy',
      'LastKnownStatus',
    ]),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function readRegions(input: Input): readonly string[] | undefined {
  const given = read.texts(input, 'Regions');
  if (given === undefined || given.length === 0) return undefined;
  if (given.length < 3) {
    const rule = 'have length greater than or equal to 3';
    throw read.invalidInput(unverifiedTexts.constraint(`[${given.join(', ')}]`, 'regions', rule));
  }
  for (const Region of given) read.oneOf({ Region }, 'Region', regions);
  return given;
}

function check(config: HealthCheckConfig): void {
  const fault = faultOf(config);
  if (fault !== undefined) throw read.invalidInput(fault);
}

function faultOf(config: HealthCheckConfig): string | undefined {
  switch (config.type) {
    case 'CALCULATED':
      if (config.healthThreshold === undefined || (config.childHealthChecks ?? []).length === 0) {
        return unverifiedTexts.childrenMissing;
      }
      return endpointFault(config);
    case 'CLOUDWATCH_METRIC':
      return config.alarmIdentifier === undefined ? unverifiedTexts.alarmMissing : endpointFault(config);
    case 'RECOVERY_CONTROL':
      return config.routingControlArn === undefined ? unverifiedTexts.routingControlMissing : endpointFault(config);
    default:
      return basicFault(config);
  }
}

/** Checks without an endpoint of their own. */
function endpointFault({
  type,
  ipAddress,
  fullyQualifiedDomainName,
  resourcePath,
}: HealthCheckConfig): string | undefined {
  const given = ipAddress ?? fullyQualifiedDomainName ?? resourcePath;
  return given === undefined ? undefined : unverifiedTexts.endpointUnexpected(type);
}

/**
 * "Route 53 can't check the health of endpoints for which the IP address is in local, private, non-routable, or multicast
 * ranges" [API reference, HealthCheckConfig, with RFC 5735, 6598 and 5156]. 198.18.0.0/15 is where the load balancers of the
 * sandbox are.
 */
const uncheckable = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  uncheckable.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  uncheckable.addSubnet(net, bits, 'ipv6');

function isUncheckable(address: string): boolean {
  return uncheckable.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function basicFault(config: HealthCheckConfig): string | undefined {
  const { type, ipAddress, fullyQualifiedDomainName, searchString } = config;
  // The three texts without a home in unverified.ts are AWS's own (aws-sdk-php issues 1527 and 1528, octodns-route53 39).
  if (config.alarmIdentifier !== undefined) {
    return 'Invalid parameter : Basic health checks must not have an metric region specified.';
  }
  if ((config.childHealthChecks ?? []).length > 0 || config.healthThreshold !== undefined) {
    return unverifiedTexts.childrenUnexpected;
  }
  if (ipAddress === undefined && fullyQualifiedDomainName === undefined) return unverifiedTexts.endpointMissing;
  if (ipAddress !== undefined && isIP(ipAddress) === 0) {
    return unverifiedTexts.constraint(ipAddress, 'ipAddress', 'be an IPv4 or IPv6 address');
  }
  if (ipAddress !== undefined && isUncheckable(ipAddress)) return unverifiedTexts.addressNotChecked(ipAddress);
  if (type === 'TCP') {
    if (ipAddress !== undefined && fullyQualifiedDomainName !== undefined) {
      return 'TCP health checks that have IP address must not have a fully qualified domain name specified.';
    }
    if (config.resourcePath !== undefined) return 'TCP health checks must not have a resource path specificed.';
    if (config.port === undefined) return unverifiedTexts.portMissing;
  }
  if (type.endsWith('_STR_MATCH')) return searchString === undefined ? unverifiedTexts.searchStringMissing : undefined;
  return searchString === undefined ? undefined : unverifiedTexts.searchStringUnexpected;
}

export function configOutput(config: HealthCheckConfig): Output {
  return {
    IPAddress: config.ipAddress,
    Port: config.port,
    Type: config.type,
    ResourcePath: config.resourcePath,
    FullyQualifiedDomainName: config.fullyQualifiedDomainName,
    SearchString: config.searchString,
    RequestInterval: config.requestInterval,
    FailureThreshold: config.failureThreshold,
    MeasureLatency: config.measureLatency,
    Inverted: config.inverted,
    Disabled: config.disabled,
    HealthThreshold: config.healthThreshold,
    ChildHealthChecks: config.childHealthChecks,
    EnableSNI: config.enableSni,
    Regions: config.regions,
    AlarmIdentifier: config.alarmIdentifier && {
      Region: config.alarmIdentifier.region,
      Name: config.alarmIdentifier.name,
    },
    InsufficientDataHealthStatus: config.insufficientDataHealthStatus,
    RoutingControlArn: config.routingControlArn,
  };
}
