// What one region's load balancing holds. Plain JSON: instants instead of states, ARNs as keys, so that a state is always
// a question asked of an instant (health.ts, lookup.ts) and never a stored value that could be stale.
import type { RegionData } from '../../world-data.ts';
import type { AnswerChange } from './checks.ts';

export type LoadBalancerType = 'application' | 'network';

export interface Tag {
  Key: string;
  Value: string;
}

export interface LoadBalancerRecord {
  arn: string;
  name: string;
  type: LoadBalancerType;
  scheme: 'internet-facing' | 'internal';
  ipAddressType: string;
  dnsName: string;
  canonicalHostedZoneId: string;
  vpc: string;
  /** `address` as a subnet mapping asked for it. */
  subnets: { subnet: string; zone: string; address?: Record<string, string> }[];
  securityGroups: string[];
  createdAt: number;
  attributes: Record<string, string>;
  /** ARNs of its listeners. */
  listeners: string[];
  tags: Tag[];
  /** Members that are told as they were given; none in worlds of 0.1.0. */
  further?: Record<string, unknown>;
  /** Capacity units that are kept ready. */
  reserved?: number;
}

/** What a deleted load balancer leaves behind for a while. */
export interface ReleasedRecord {
  /** `app/<name>/<id>`. */
  balancer: string;
  type: LoadBalancerType;
  subnets: string[];
  securityGroups: string[];
  deletedAt: number;
}

export interface TargetRecord {
  id: string;
  port: number;
  availabilityZone: string | null;
  registeredAt: number;
  /** End of draining; null while registered. */
  drainedAt: number | null;
}

/** The settings of a target group that ModifyTargetGroup may change. */
export interface HealthCheckSettings {
  protocol: string;
  port: string;
  enabled: boolean;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** Null for TCP health checks. */
  path: string | null;
  matcher: { HttpCode?: string; GrpcCode?: string } | null;
}

export interface TargetGroupRecord {
  arn: string;
  name: string;
  protocol: string | null;
  protocolVersion: string | null;
  port: number | null;
  vpc: string | null;
  targetType: string;
  ipAddressType: string | null;
  healthCheck: HealthCheckSettings;
  createdAt: number;
  attributes: Record<string, string>;
  /** By `<id>:<port>`. */
  targets: Record<string, TargetRecord>;
  /** ARN of each listener or rule that forwards here, to its load balancer's ARN. */
  usedBy: Record<string, string>;
  /** When the first of `usedBy` came; null while there is none. */
  attachedAt: number | null;
  /** When the last of `usedBy` went; null if that never happened or it is in use again. */
  detachedAt: number | null;
  tags: Tag[];
}

/** What of a target group decides how its targets are checked. */
export type CheckedGroup = Pick<TargetGroupRecord, 'protocol' | 'protocolVersion' | 'targetType'>;

/** An action in the form AWS answers with, except that `Order` is null when none was given. */
export type ActionRecord =
  | {
      kind: 'forward';
      order: number | null;
      targetGroups: { arn: string; weight: number }[];
      stickiness: { enabled: boolean; durationSeconds: number | null };
    }
  | {
      kind: 'redirect';
      order: number | null;
      protocol: string;
      port: string;
      host: string;
      path: string;
      query: string;
      statusCode: 'HTTP_301' | 'HTTP_302';
    }
  | {
      kind: 'fixed-response';
      order: number | null;
      statusCode: string;
      contentType: string | null;
      messageBody: string | null;
    }
  | {
      /** What comes before the action that answers. */
      kind: 'authenticate-oidc' | 'authenticate-cognito' | 'jwt-validation';
      order: number | null;
      /** As it was given, with AWS's defaults; a client secret is kept and never told. */
      config: Record<string, unknown>;
    };

export type ConditionRecord =
  | {
      kind: 'host-header' | 'path-pattern' | 'http-request-method' | 'source-ip';
      values: string[];
      /** In place of values. */
      regex?: string[];
    }
  | { kind: 'http-header'; header: string; values: string[]; regex?: string[] }
  | { kind: 'query-string'; values: { key: string | null; value: string }[] };

export interface ListenerRecord {
  arn: string;
  loadBalancer: string;
  port: number;
  protocol: string;
  sslPolicy: string | null;
  certificates: string[];
  alpnPolicy: string[];
  mutualAuthentication: Record<string, string> | null;
  createdAt: number;
  /** The actions of the default rule, which every listener has, are the listener's default actions. */
  defaultRule: string;
  defaultActions: ActionRecord[];
  /** ARNs of the rules besides the default one. */
  rules: string[];
  tags: Tag[];
  /** Those that were changed; none in worlds of 0.1.0. */
  attributes?: Record<string, string>;
  /** Certificates beside the default one. */
  furtherCertificates?: string[];
}

export interface RuleRecord {
  arn: string;
  listener: string;
  /** Null for the default rule. */
  priority: number | null;
  conditions: ConditionRecord[];
  /** Empty for the default rule: see `ListenerRecord.defaultActions`. */
  actions: ActionRecord[];
  tags: Tag[];
  /** As they were given. */
  transforms?: Record<string, unknown>[];
}

/** Load balancers, target groups, listeners and rules of one region. */
export interface Elbv2Store {
  loadBalancers: Record<string, LoadBalancerRecord>;
  /** `<type>/<name>` to ARN. */
  loadBalancerNames: Record<string, string>;
  /** Lower-case DNS name to ARN. */
  dnsNames: Record<string, string>;
  targetGroups: Record<string, TargetGroupRecord>;
  targetGroupNames: Record<string, string>;
  listeners: Record<string, ListenerRecord>;
  rules: Record<string, RuleRecord>;
  /** By a target's id: when its answer to health checks became another one. Absent while none did. */
  answerChanges?: Record<string, AnswerChange[]>;
  /**
   * A load balancer of this name or ARN never leaves `provisioning` well, it ends `failed`: `fails` as long as a fault is
   * set, `failed` for good.
   */
  behaviours: Record<string, 'fails' | 'failed'>;
  /** Faults: how a target with this id answers, whoever stands behind it; an absent one answers as its task does. */
  targetBehaviours: Record<string, 'error' | 'timeout'>;
  /** Absent while there is nothing left behind. */
  released?: ReleasedRecord[];
}

export function emptyElbv2Store(): Elbv2Store {
  return {
    loadBalancers: {},
    loadBalancerNames: {},
    dnsNames: {},
    targetGroups: {},
    targetGroupNames: {},
    listeners: {},
    rules: {},
    behaviours: {},
    targetBehaviours: {},
  };
}

/** A region's load balancing. */
export function elbv2Of(local: RegionData): Elbv2Store {
  return local['elbv2'] as Elbv2Store;
}
