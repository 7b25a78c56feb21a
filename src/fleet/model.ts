// A fleet: the accounts that scans enter, the playbooks that they look at, when they do, and whom they tell. Read from a
// file of its own, relight-fleet.yaml, of which no recovery needs anything.
import type { Position } from '../playbook/model.ts';

export const fleetSeverities = ['critical', 'high', 'medium', 'low'] as const;
export type FleetSeverity = (typeof fleetSeverities)[number];

export interface FleetAccount {
  /** 12 digits. */
  readonly id: string;
  readonly alias: string | undefined;
  readonly environment: string | undefined;
  /** Whom to ask. */
  readonly owner: string | undefined;
  /** Those of the fleet unless it has its own. */
  readonly regions: readonly string[];
  /** The role that a scan assumes there; undefined: the credentials of whoever scans, or of the profile, are that account's. */
  readonly role: { readonly arn: string; readonly externalId: string | undefined } | undefined;
  readonly profile: string | undefined;
  /**
   * `complete`: all load balancers of its regions are looked at, so that a name that leads to none of the fleet's is known to
   * lead nowhere.
   */
  readonly inventory: 'complete' | 'partial';
  readonly position: Position;
}

export interface FleetSchedule {
  readonly name: string;
  /** Five or six fields, as cron has them. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Milliseconds by which a start may be late, so that not all of a fleet's scans begin at once. */
  readonly jitter: number;
  /** Milliseconds after which a scan is given up. */
  readonly deadline: number;
  /** Ids; all unless told. */
  readonly accounts: readonly string[] | undefined;
  /** What stands in the accounts is listed too, or is not; undefined: as whoever scans says. */
  readonly beyond: boolean | undefined;
  /** `once`: what was missed while nobody watched is made up for by one scan. */
  readonly catchUp: 'once' | 'none';
  /** Where somebody outside is told of start, success and failure: one URL for all, or one for each. */
  readonly ping: string | PingUrls | undefined;
  readonly position: Position;
}

/** URLs, perhaps with `${env:NAME}` in them. */
export interface PingUrls {
  readonly start?: string | undefined;
  readonly success: string;
  readonly fail?: string | undefined;
}

/** Two services that are to be alike: playbooks by their files, as seen from the fleet file's folder, or by their names. */
export interface FleetPair {
  readonly left: string;
  readonly right: string;
  readonly position: Position;
}

export interface Fleet {
  readonly file: string;
  readonly name: string;
  readonly owner: string | undefined;
  readonly accounts: readonly FleetAccount[];
  /** Files and globs, as seen from the fleet file's folder; `!glob` leaves out. */
  readonly playbooks: readonly string[];
  /** Names outside of AWS that records may lead to: `*.vendor.example`. */
  readonly external: readonly string[];
  readonly compare: readonly FleetPair[];
  /** Of each of AWS's request rates, what scans take: the rest is left to others. */
  readonly share: number;
  /** Milliseconds. */
  readonly deadline: number;
  readonly schedules: readonly FleetSchedule[];
  readonly alerts: FleetAlerts;
  /** `dynamodb://relight`, in the first region: where a team remembers what scans found; undefined: the state directory alone. */
  readonly memory: string | undefined;
  /** A file of receivers, as seen from the fleet file's folder; undefined: nobody is told. */
  readonly notify: string | undefined;
}

export interface FleetAlerts {
  /** What is less severe is in reports and alarms nobody. */
  readonly severity: FleetSeverity;
  /** Milliseconds that a finding has to last. */
  readonly after: number;
  /** Milliseconds after which what has not gone is told again; undefined: never. */
  readonly remind: number | undefined;
}
