// What Route 53 keeps: zones with their records, changes under way, health checks. Plain JSON; every state is derived
// from these instants when it is asked for, so nothing here has to be brought up to date.
import type { WorldData } from '../../world-data.ts';

/** A resource record set as it was submitted: the name canonical, the values verbatim. */
export interface RecordSet {
  /** Lower-case, with trailing dot, unusual characters as octal escapes: `\052.example.com.` */
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string;
  readonly weight?: number;
  /** Of latency-based routing. */
  readonly region?: string;
  readonly failover?: string;
  readonly geoLocation?: GeoLocation;
  readonly geoProximity?: GeoProximity;
  readonly multiValueAnswer?: boolean;
  readonly ttl?: number;
  readonly values?: readonly string[];
  readonly alias?: AliasTarget;
  readonly healthCheckId?: string;
}

export interface GeoLocation {
  readonly continentCode?: string;
  readonly countryCode?: string;
  readonly subdivisionCode?: string;
}

/** Of the region, the local zone group or the coordinates one; texts as they were given. */
export interface GeoProximity {
  readonly region?: string;
  readonly localZoneGroup?: string;
  readonly latitude?: string;
  readonly longitude?: string;
  readonly bias?: number;
}

export interface AliasTarget {
  readonly hostedZoneId: string;
  /** Canonical like a record's name. */
  readonly dnsName: string;
  readonly evaluateTargetHealth: boolean;
}

/** What one change made of a record set; null: deleted. */
export interface RecordVersion {
  readonly record: RecordSet | null;
  /** The change, whose INSYNC instant is the one from which DNS answers so. */
  readonly change: string;
}

/** Oldest first. The last version is what the API shows; the latest INSYNC one is what DNS answers. */
export type RecordHistory = RecordVersion[];

export interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  comment?: string;
  readonly privateZone: boolean;
  /** That may ask it; none of a public zone. */
  readonly vpcs: { readonly region: string; readonly id: string }[];
  /** Without trailing dot; none for a private zone. */
  readonly nameServers: readonly string[];
  /** By name, then by type and set identifier (`recordKey`). */
  readonly names: Record<string, Record<string, RecordHistory>>;
  /** Record sets that the API shows. */
  recordCount: number;
  /** Histories of more than one version, by name and key, in the order of their changes: they are cut once INSYNC. */
  unsettled: { readonly name: string; readonly key: string; readonly change: string }[];
  /** Instant of the latest accepted batch, if any. */
  lastBatchAt: number | null;
}

export interface Change {
  readonly zone: string;
  readonly submittedAt: number;
  readonly comment?: string;
  /** Set to play a change that never becomes INSYNC. */
  stuck?: boolean;
}

/** Members as in the API's `HealthCheckConfig`, defaults filled in. */
export interface HealthCheckConfig {
  readonly type: string;
  readonly ipAddress?: string;
  readonly port?: number;
  readonly resourcePath?: string;
  readonly fullyQualifiedDomainName?: string;
  readonly searchString?: string;
  readonly requestInterval?: number;
  readonly failureThreshold?: number;
  readonly measureLatency?: boolean;
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly healthThreshold?: number;
  readonly childHealthChecks?: readonly string[];
  readonly enableSni?: boolean;
  readonly regions?: readonly string[];
  readonly alarmIdentifier?: { readonly region: string; readonly name: string };
  readonly insufficientDataHealthStatus?: string;
  readonly routingControlArn?: string;
}

export interface HealthCheck {
  readonly id: string;
  readonly callerReference: string;
  readonly createdAt: number;
  /** As created, to tell a repeated request from a conflicting one. */
  readonly created: HealthCheckConfig;
  config: HealthCheckConfig;
  version: number;
  /** What its checkers have found; absent before there is enough of it. */
  checked?: {
    /** Instant of the last check. */
    at: number;
    /** What Route 53 holds the endpoint for. */
    healthy: boolean;
    /** Checks in a row that found the opposite. */
    against: number;
  };
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Hosted zones, changes and health checks of the account; Route 53 is global. */
export interface Route53Store {
  zones: Record<string, HostedZone>;
  /** Ids of the zones of one name, oldest first. */
  zoneIdsByName: Record<string, string[]>;
  /** Caller references of all zones ever created (`referenceKey`), as AWS asks for a new one with each request. */
  zoneReferences: Record<string, string>;
  /** Without the prefix `/change/`. */
  changes: Record<string, Change>;
  healthChecks: Record<string, HealthCheck>;
  /** Caller references of all health checks ever created (`referenceKey`), also of deleted ones. */
  healthCheckReferences: Record<string, string>;
  /** Tags by `<resource type>/<id>`. */
  tags: Record<string, Tag[]>;
  /** Names of zones, without trailing dot, whose new changes never become INSYNC; `*` stands for all. */
  stuckZones?: string[];
}

export function emptyRoute53Store(): Route53Store {
  return {
    zones: {},
    zoneIdsByName: {},
    zoneReferences: {},
    changes: {},
    healthChecks: {},
    healthCheckReferences: {},
    tags: {},
  };
}

/** Identifies a record set among those of its name. */
export function recordKey(type: string, setIdentifier: string | undefined): string {
  return `${type} ${setIdentifier ?? ''}`;
}

/** Keys that users choose freely get a prefix, so that none of them is a property that every object has. */
export function referenceKey(callerReference: string): string {
  return `=${callerReference}`;
}

/** The account's Route 53. */
export function route53Of(data: WorldData): Route53Store {
  return data['route53'] as Route53Store;
}
