// Every member of AWS's input can be said in a playbook, is sent, and is read back. One row a type.
import { CreateTableInput$ } from '@aws-sdk/client-dynamodb';
import {
  CreateListenerInput$,
  CreateLoadBalancerInput$,
  CreateRuleInput$,
  CreateTargetGroupInput$,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHealthCheckCommand, HealthCheckConfig$, ResourceRecordSet$ } from '@aws-sdk/client-route-53';
import { PutParameterRequest$ } from '@aws-sdk/client-ssm';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { route53 } from '../../src/aws/services/route53.ts';
import { componentTypes } from '../../src/components/index.ts';
import { plainJsonSchema } from '../../src/playbook/json-schema.ts';
import { presume, route53Of } from '../../src/sandbox/index.ts';
import { bench, establish, reading, type Bench } from '../helpers/aws.ts';
import { establishLoadBalancer, establishTargetGroup } from '../helpers/elbv2.ts';

interface Row {
  /** The SDK's own schema of the input. */
  readonly input: Parameters<typeof NormalizedSchema.of>[0];
  /** What a spec calls otherwise: paths in the input to paths in the spec. */
  readonly words: Readonly<Record<string, string>>;
  /** What a spec does not say, and why; nothing below it is asked for. */
  readonly unsaid: Readonly<Record<string, string>>;
  /** A spec in which every member has a value. */
  readonly full: (where: Bench) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  /** Further specs of kinds that exclude each other, each by what it is about. */
  readonly others?: Readonly<Record<string, Row['full']>>;
  /** What has to be there before. */
  readonly prepare?: (where: Bench) => Promise<void> | void;
  /** What of it the sandbox does not keep: top-level fields of the spec. */
  readonly dropped: readonly string[];
}

const rows: Readonly<Record<string, Row>> = {
  'route53/record': {
    input: ResourceRecordSet$,
    words: {
      ResourceRecords: 'values',
      AliasTarget: 'alias',
      HealthCheckId: 'healthCheck',
    },
    unsaid: {
      'ResourceRecords[].Value': 'an item of a list',
      TrafficPolicyInstanceId: 'AWS makes such a record with a traffic policy',
    },
    prepare: (where) => {
      presume(where.world, [{ kind: 'hosted-zone', name: 'wonderland.example' }]);
    },
    full: () => ({ ...routed, ttl: 60, values: ['192.0.2.1', '192.0.2.2'], weight: 0 }),
    others: {
      'by failover': () => ({ ...routed, ...content, failover: 'SECONDARY' }),
      'by latency': () => ({ ...routed, ...content, region: 'eu-west-1' }),
      'by place': () => ({ ...routed, ...content, geoLocation: { countryCode: 'US', subdivisionCode: 'CA' } }),
      'by place, a continent': () => ({ ...routed, ...content, geoLocation: { continentCode: 'EU' } }),
      'by several values': () => ({ ...routed, ...content, multiValueAnswer: true }),
      alias: () => ({
        ...{ zone: 'wonderland.example', name: 'wonderland.example', type: 'A' },
        alias: { dnsName: 'd1.cloudfront.net', hostedZoneId: 'Z2FDTNDATAQYW2', evaluateTargetHealth: false },
      }),
    },
    dropped: [],
  },

  'route53/health-check': {
    input: HealthCheckConfig$,
    words: {
      Type: 'protocol',
      ResourcePath: 'path',
      FullyQualifiedDomainName: 'fqdn',
      RequestInterval: 'interval',
    },
    unsaid: {},
    prepare: async (where) => {
      for (const id of ['one', 'two']) {
        await where.aws.client(route53).send(
          new CreateHealthCheckCommand({
            CallerReference: id,
            HealthCheckConfig: { Type: 'HTTP', FullyQualifiedDomainName: `${id}.example` },
          }),
        );
      }
      children = Object.keys(route53Of(where.world.data).healthChecks);
    },
    full: () => ({
      protocol: 'HTTPS',
      fqdn: 'api.wonderland.example',
      ipAddress: '198.51.100.7',
      port: 8443,
      path: '/health',
      searchString: 'well',
      interval: 10,
      failureThreshold: 4,
      measureLatency: true,
      enableSni: false,
      inverted: true,
      disabled: true,
      regions: ['eu-west-1', 'us-east-1', 'us-west-2'],
    }),
    others: {
      calculated: () => ({ protocol: 'CALCULATED', healthThreshold: 1, childHealthChecks: children, inverted: true }),
      'of an alarm': () => ({
        protocol: 'CLOUDWATCH_METRIC',
        alarmIdentifier: { region: 'eu-west-1', name: 'too slow' },
        insufficientDataHealthStatus: 'Unhealthy',
      }),
      'of a routing control': () => ({
        protocol: 'RECOVERY_CONTROL',
        routingControlArn: 'arn:aws:route53-recovery-control::123456789012:controlpanel/a/routingcontrol/b',
      }),
      'of a port': () => ({ protocol: 'TCP', ipAddress: '198.51.100.7', port: 53 }),
    },
    dropped: [],
  },

  'dynamodb/table': {
    input: CreateTableInput$,
    words: {
      TableName: 'name',
      DeletionProtectionEnabled: 'deletionProtection',
    },
    unsaid: {
      Tags: 'a component has tags beside its spec',
      KeySchema: 'hashKey and rangeKey',
      ProvisionedThroughput: 'readCapacity and writeCapacity',
    },
    full: () => ({
      ...keyed,
      ...indexes({ provisionedThroughput: { readCapacityUnits: 2, writeCapacityUnits: 1 } }),
      billingMode: 'PROVISIONED',
      readCapacity: 7,
      writeCapacity: 3,
      deletionProtection: true,
      streamSpecification: { streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' },
      sseSpecification: { enabled: true, sseType: 'KMS', kmsMasterKeyId: key },
      tableClass: 'STANDARD_INFREQUENT_ACCESS',
      timeToLive: { enabled: true, attributeName: 'expires' },
      pointInTimeRecovery: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 9 },
      contributorInsights: { enabled: true, mode: 'THROTTLED_KEYS' },
      resourcePolicy: '{"Statement":[]}',
    }),
    others: {
      'by request': () => ({
        ...keyed,
        ...indexes({ onDemandThroughput: { maxReadRequestUnits: 20, maxWriteRequestUnits: 10 } }),
        billingMode: 'PAY_PER_REQUEST',
        onDemandThroughput: { maxReadRequestUnits: 200, maxWriteRequestUnits: 100 },
      }),
    },
    dropped: [],
  },

  'ssm/parameter': {
    input: PutParameterRequest$,
    words: {},
    unsaid: {
      Overwrite: 'how it is sent',
      Tags: 'a map',
      Policies: 'a list of policies, which AWS takes as JSON in one text',
    },
    full: () => ({
      name: '/api/level',
      type: 'StringList',
      value: 'a,b',
      tier: 'Advanced',
      description: 'how loud',
      allowedPattern: '^[a-z,]+$',
      dataType: 'text',
      policies: [{ type: 'Expiration', version: '1.0', attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } }],
      tags: { team: 'wonderland' },
    }),
    others: {
      secret: () => ({
        name: '/api/key',
        type: 'SecureString',
        secretValue: 'correct-horse-17',
        keyId: '11111111-2222-3333-4444-555555555555',
        tier: 'Standard',
      }),
    },
    dropped: [],
  },

  'elbv2/load-balancer': {
    input: CreateLoadBalancerInput$,
    words: {},
    unsaid: { Tags: 'a component has tags beside its spec' },
    full: (where) => {
      presume(where.world, [
        { kind: 'subnet', id: 'subnet-a1', vpc: 'vpc-1' },
        { kind: 'subnet', id: 'subnet-b1', vpc: 'vpc-1' },
        { kind: 'security-group', id: 'sg-web', vpc: 'vpc-1' },
      ]);
      return {
        name: 'all-members',
        type: 'network',
        scheme: 'internal',
        subnets: ['subnet-a1', 'subnet-b1'],
        subnetMappings: [{ subnetId: 'subnet-a1', privateIPv4Address: '10.0.0.7' }],
        securityGroups: ['sg-web'],
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
        ipAddressType: 'dualstack',
        enablePrefixForIpv6SourceNat: 'on',
        customerOwnedIpv4Pool: 'ipv4pool-coip-1',
        ipamPools: { ipv4IpamPoolId: 'ipam-pool-1' },
        minimumLoadBalancerCapacity: { capacityUnits: 100 },
        attributes: { 'deletion_protection.enabled': 'true' },
      };
    },
    dropped: [],
  },

  'elbv2/target-group': {
    input: CreateTargetGroupInput$,
    words: {
      VpcId: 'vpc',
      HealthCheckEnabled: 'healthCheck.enabled',
      HealthCheckPath: 'healthCheck.path',
      HealthCheckPort: 'healthCheck.port',
      HealthCheckProtocol: 'healthCheck.protocol',
      HealthCheckIntervalSeconds: 'healthCheck.interval',
      HealthCheckTimeoutSeconds: 'healthCheck.timeout',
      HealthyThresholdCount: 'healthCheck.healthyThreshold',
      UnhealthyThresholdCount: 'healthCheck.unhealthyThreshold',
      Matcher: 'healthCheck.matcher',
      'Matcher.HttpCode': 'healthCheck.matcher',
      'Matcher.GrpcCode': 'healthCheck.matcher',
    },
    unsaid: { Tags: 'a component has tags beside its spec' },
    full: (where) => {
      presume(where.world, [{ kind: 'vpc', id: 'vpc-1' }]);
      return {
        name: 'all-members',
        port: 9090,
        protocol: 'HTTP',
        protocolVersion: 'GRPC',
        targetType: 'instance',
        ipAddressType: 'ipv6',
        vpc: 'vpc-1',
        healthCheck: {
          enabled: true,
          path: '/up',
          port: 9091,
          protocol: 'HTTPS',
          interval: 20,
          timeout: 7,
          healthyThreshold: 4,
          unhealthyThreshold: 6,
          matcher: '0-12',
        },
        attributes: { 'stickiness.enabled': 'true' },
      };
    },
    dropped: [],
  },

  'elbv2/listener': {
    input: CreateListenerInput$,
    words: { LoadBalancerArn: 'loadBalancer' },
    unsaid: {
      Tags: 'a component has tags beside its spec',
      'Certificates[].CertificateArn': 'the item of certificates itself, and certificate',
      'Certificates[].IsDefault': 'certificate is the default one, certificates are the others',
    },
    full: async (where) => {
      const certificates = [1, 2].map((each) => `arn:aws:acm:eu-west-1:123456789012:certificate/${each}`);
      presume(
        where.world,
        certificates.map((arn) => ({ kind: 'certificate', arn })),
      );
      return {
        loadBalancer: await establishLoadBalancer('api', where),
        port: 443,
        protocol: 'HTTPS',
        certificate: certificates[0],
        certificates: certificates.slice(1),
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        mutualAuthentication: { mode: 'passthrough' },
        attributes: { 'routing.http.response.x_frame_options.header_value': 'DENY' },
        ...(await everyAction(where)),
      };
    },
    dropped: [],
  },

  'elbv2/listener-rule': {
    input: CreateRuleInput$,
    words: {
      ListenerArn: 'listener',
      'Conditions[].PathPatternConfig': 'conditions.pathPattern',
      'Conditions[].PathPatternConfig.Values': 'conditions.pathPattern',
      'Conditions[].PathPatternConfig.RegexValues': 'conditions.pathPatternRegex',
      'Conditions[].HostHeaderConfig': 'conditions.hostHeader',
      'Conditions[].HostHeaderConfig.Values': 'conditions.hostHeader',
      'Conditions[].HostHeaderConfig.RegexValues': 'conditions.hostHeaderRegex',
      'Conditions[].HttpRequestMethodConfig': 'conditions.httpRequestMethod',
      'Conditions[].HttpRequestMethodConfig.Values': 'conditions.httpRequestMethod',
      'Conditions[].SourceIpConfig': 'conditions.sourceIp',
      'Conditions[].SourceIpConfig.Values': 'conditions.sourceIp',
      'Conditions[].SourceIpConfig.IpAddressType': 'conditions.sourceIpAddressType',
      'Conditions[].HttpHeaderConfig': 'conditions.httpHeader',
      'Conditions[].HttpHeaderConfig.HttpHeaderName': 'conditions.httpHeader[].name',
      'Conditions[].HttpHeaderConfig.Values': 'conditions.httpHeader[].values',
      'Conditions[].HttpHeaderConfig.RegexValues': 'conditions.httpHeader[].regexValues',
      'Conditions[].QueryStringConfig': 'conditions.queryString',
    },
    unsaid: {
      Tags: 'a component has tags beside its spec',
      'Conditions[].Field': 'the key of a map',
      'Conditions[].Values': 'the older form of what the condition of the field says',
      'Conditions[].RegexValues': 'the older form of what the condition of the field says',
      'Conditions[].QueryStringConfig.Values': 'the items of queryString, one list or several',
    },
    full: async (where) => {
      const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
      presume(where.world, [{ kind: 'certificate', arn: certificate }]);
      const loadBalancer = await establishLoadBalancer('api', where);
      const type = componentTypes.get('elbv2/listener');
      if (type === undefined) throw new Error('no listeners');
      const raw = { loadBalancer, port: 443, protocol: 'HTTPS', certificate, fixedResponse: { status: '404' } };
      const front = await establish(type, { id: 'front', spec: type.traits.schema.parse(raw) }, where);
      return {
        listener: (front as { readonly arn: string }).arn,
        priority: 10,
        conditions: {
          pathPattern: ['/a'],
          hostHeaderRegex: ['^api'],
          httpRequestMethod: ['GET'],
          httpHeader: [{ name: 'X-Tier', regexValues: ['^gold'] }],
          queryString: [{ key: 'v', value: '2' }],
        },
        transforms: [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: '^/v2', replace: '/' }] } }],
        ...(await everyAction(where)),
      };
    },
    dropped: [],
  },
};

const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const routed = { zone: 'wonderland.example', name: 'api.wonderland.example', type: 'A', setIdentifier: 'one' } as const;
const content = { ttl: 30, values: ['192.0.2.1'] } as const;
let children: readonly string[] = [];

const keyed = {
  name: 'all-members',
  hashKey: { name: 'tenant', type: 'B' },
  rangeKey: { name: 'at', type: 'N' },
  attributeDefinitions: [{ attributeName: 'status', attributeType: 'S' }],
} as const;

function indexes(throughput: object): object {
  const [HASH, RANGE] = ['HASH', 'RANGE'] as const;
  return {
    globalSecondaryIndexes: [
      {
        indexName: 'by-status',
        keySchema: [
          { attributeName: 'status', keyType: HASH },
          { attributeName: 'at', keyType: RANGE },
        ],
        projection: { projectionType: 'INCLUDE', nonKeyAttributes: ['owner'] },
        ...throughput,
      },
    ],
    localSecondaryIndexes: [
      {
        indexName: 'in-tenant',
        keySchema: [
          { attributeName: 'tenant', keyType: HASH },
          { attributeName: 'status', keyType: RANGE },
        ],
        projection: { projectionType: 'ALL' },
      },
    ],
  };
}

/** All that can stand together; AWS never tells what an OIDC action needs (test/recovery/load-balancing.test.ts). */
async function everyAction(where: Bench): Promise<Readonly<Record<string, unknown>>> {
  const groups = [await establishTargetGroup('blue', where), await establishTargetGroup('green', where)];
  return {
    authenticateCognito: {
      order: 1,
      userPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_1',
      userPoolClientId: 'client',
      userPoolDomain: 'login',
      sessionCookieName: 'cookie',
      scope: 'openid email',
      sessionTimeout: 3600,
      authenticationRequestExtraParams: { prompt: 'login' },
      onUnauthenticatedRequest: 'deny',
    },
    jwtValidation: {
      order: 2,
      jwksEndpoint: 'https://login.example/keys',
      issuer: 'https://login.example',
      additionalClaims: [{ format: 'string-array', name: 'roles', values: ['buyer'] }],
    },
    forward: {
      targetGroups: groups.map((targetGroupArn, index) => ({ targetGroupArn, weight: index + 1 })),
      targetGroupStickinessConfig: { enabled: true, durationSeconds: 60 },
    },
  };
}

describe.each(Object.entries(rows))('%s', (name, { dropped, full, input, others = {}, prepare, unsaid, words }) => {
  const type = componentTypes.get(name);
  if (type === undefined) throw new Error(`no component type ${name}`);

  it('can say every member of its input', () => {
    const schema: JsonShape = plainJsonSchema(type.traits.schema);
    const met = new Set<string>();
    const missing = pathsIn(NormalizedSchema.of(input), '', (path) => {
      const isUnsaid = path in unsaid;
      if (isUnsaid || path in words) met.add(path);
      return isUnsaid;
    }).filter((path) => !isSayable(schema, specPath(path, words)));
    expect(missing).toEqual([]);
    // A list of what is not there hides what is missing.
    expect([...met].sort()).toEqual([...Object.keys(unsaid), ...Object.keys(words)].sort());
  });

  const pieces = Object.entries({ 'every member': full, ...others });

  it.each(pieces)('is sent and read back with %s', async (_about, said) => {
    const where = bench();
    await prepare?.(where);
    const wanted = await said(where);
    const spec = type.traits.schema.parse(wanted);
    const target = { id: 'piece', spec };
    const state = await establish(type, target, where);
    const captured = await type.undo.capture?.(target, state, reading(where), true);
    const back = type.undo.specOf(spec, state, captured);
    const kept = Object.fromEntries(Object.entries(wanted).filter(([field]) => !dropped.includes(field)));
    expect(back.spec).toMatchObject(kept);
    expect(back.notRepresented).toEqual([]);
    expect(type.diff(spec, state).map(({ path }) => path.split(/[.[]/)[0])).toEqual(dropped);
    expect(type.traits.schema.safeParse(back.spec).success).toBe(true);
  });
});

/** Paths of all members of an input: `containerDefinitions[].name`. */
function pathsIn(schema: NormalizedSchema, base: string, stop: (path: string) => boolean): readonly string[] {
  if (schema.isListSchema()) return pathsIn(schema.getValueSchema(), `${base}[]`, stop);
  if (!schema.isStructSchema()) return [];
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const path = base === '' ? name : `${base}.${name}`;
    return stop(path) ? [] : [path, ...pathsIn(member, path, stop)];
  });
}

/** The longest beginning that a spec calls otherwise, replaced. */
function specPath(path: string, words: Row['words']): string {
  const begun = Object.keys(words)
    .filter((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`))
    .toSorted((a, b) => b.length - a.length)[0];
  return begun === undefined ? path : `${words[begun] ?? ''}${path.slice(begun.length)}`;
}

interface JsonShape {
  readonly properties?: Readonly<Record<string, JsonShape>>;
  readonly items?: JsonShape;
}

/** Names are AWS's but for the case of their first letters, which is small in a spec. */
function isSayable(schema: JsonShape, path: string): boolean {
  let at = schema;
  for (const part of path.split('.')) {
    const name = part.replaceAll('[]', '');
    const word: string | undefined = Object.keys(at.properties ?? {}).find(
      (each) => each.toLowerCase() === name.toLowerCase() && /^[a-z]/.test(each),
    );
    const member: JsonShape | undefined = word === undefined ? undefined : at.properties?.[word];
    const next = part.endsWith('[]') ? member?.items : member;
    if (next === undefined) return false;
    at = next;
  }
  return true;
}
