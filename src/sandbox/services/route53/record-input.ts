// A resource record set as a request carries it: read, checked against the schema and the rules of which members go
// together, and made canonical. Whether it fits the zone is looked at in batch.ts.
import type { Input } from '../../model.ts';
import * as read from './input.ts';
import { canonicalTarget, parseName } from './names.ts';
import { isRecordType } from './rdata.ts';
import type { AliasTarget, GeoLocation, GeoProximity, RecordSet } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export type Action = 'CREATE' | 'UPSERT' | 'DELETE';

export interface RequestedChange {
  readonly action: Action;
  readonly record: RecordSet;
  /** Why the name is none, as it stands in an `InvalidChangeBatch`; the record's name is then the given text. */
  readonly nameFault?: string;
}

/** The policies that AWS names in its own error text, by the member that makes a record set one of them. */
const policyMembers = [
  'Weight',
  'Region',
  'Failover',
  'GeoLocation',
  'GeoProximityLocation',
  'MultiValueAnswer',
] as const;

/** Members of routing policies that need resources which the sandbox does not have. */
const absentPolicies = ['CidrRoutingConfig', 'TrafficPolicyInstanceId'] as const;

/** @throws AwsError `InvalidInput` when the change is malformed, whatever the zone holds */
export function readChange(change: Input): RequestedChange {
  const action = read.oneOf(change, 'Action', ['CREATE', 'UPSERT', 'DELETE']);
  if (action === undefined) throw read.invalidInput(unverifiedTexts.missing('action'));
  const set = read.requiredStructure(change, 'ResourceRecordSet');
  const given = read.requiredText(set, 'Name', 1024);
  const type = read.requiredText(set, 'Type', 32);
  if (!isRecordType(type)) {
    throw read.invalidInput(unverifiedTexts.constraint(type, 'type', 'satisfy enum value set of RRType'));
  }
  const parsed = parseName(given);
  const name = parsed.kind === 'name' ? parsed.name : given;
  const setIdentifier = read.optionalText(set, 'SetIdentifier', 128);
  const where = `in Change with [Action=${action}, Name=${name}, Type=${type}, SetIdentifier=${setIdentifier ?? 'null'}]`;

  checkPolicy(set, setIdentifier, where);
  const data = readData(set, where);
  const healthCheckId = read.optionalText(set, 'HealthCheckId', 64);
  const record: RecordSet = {
    name,
    type,
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    ...readPolicy(set),
    ...data,
    ...(healthCheckId === undefined ? {} : { healthCheckId }),
  };
  return { action, record, ...(parsed.kind === 'fault' ? { nameFault: parsed.message } : {}) };
}

function checkPolicy(set: Input, setIdentifier: string | undefined, where: string): void {
  for (const member of absentPolicies) {
    if (set[member] !== undefined) {
      throw read.invalidInput(`Invalid request: the sandbox has no ${member} ${where}`);
    }
  }
  const given = policyMembers.filter(
    (member) => set[member] !== undefined && !(member === 'MultiValueAnswer' && read.flag(set, member) === false),
  );
  if (setIdentifier === undefined) {
    if (given.length > 0) throw read.invalidInput(`Invalid request: Missing field 'SetIdentifier' ${where}`);
    return;
  }
  if (given.length === 1) return;
  const found = given.length === 0 ? 'found none' : 'found more than one';
  throw read.invalidInput(
    `Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], but ${found} ${where}`,
  );
}

function readPolicy(set: Input): Partial<RecordSet> {
  const weight = read.integer(set, 'Weight', 0, 255);
  const region = read.optionalText(set, 'Region', 64);
  const failover = read.oneOf(set, 'Failover', ['PRIMARY', 'SECONDARY']);
  const geoLocation = read.structure(set, 'GeoLocation');
  const geoProximity = read.structure(set, 'GeoProximityLocation');
  const multiValueAnswer = read.flag(set, 'MultiValueAnswer');
  return {
    ...(weight === undefined ? {} : { weight }),
    ...(region === undefined ? {} : { region }),
    ...(failover === undefined ? {} : { failover }),
    ...(geoLocation === undefined ? {} : { geoLocation: readGeoLocation(geoLocation) }),
    ...(geoProximity === undefined ? {} : { geoProximity: readGeoProximity(geoProximity) }),
    ...(multiValueAnswer === undefined ? {} : { multiValueAnswer }),
  };
}

function readGeoProximity(input: Input): GeoProximity {
  const region = read.optionalText(input, 'AWSRegion', 64);
  const localZoneGroup = read.optionalText(input, 'LocalZoneGroup', 64);
  const coordinates = read.structure(input, 'Coordinates');
  const bias = read.integer(input, 'Bias', -99, 99);
  const places = [region, localZoneGroup, coordinates].filter((each) => each !== undefined);
  if (places.length !== 1) throw read.invalidInput(unverifiedTexts.wrongProximity);
  return {
    ...(region === undefined ? {} : { region }),
    ...(localZoneGroup === undefined ? {} : { localZoneGroup }),
    ...(coordinates === undefined
      ? {}
      : {
          latitude: read.requiredText(coordinates, 'Latitude', 6),
          longitude: read.requiredText(coordinates, 'Longitude', 7),
        }),
    ...(bias === undefined ? {} : { bias }),
  };
}

function readGeoLocation(input: Input): GeoLocation {
  const continentCode = read.optionalText(input, 'ContinentCode', 2);
  const countryCode = read.optionalText(input, 'CountryCode', 2);
  const subdivisionCode = read.optionalText(input, 'SubdivisionCode', 3);
  const fault = locationFault(continentCode, countryCode, subdivisionCode);
  if (fault !== undefined) throw read.invalidInput(unverifiedTexts.wrongLocation(fault));
  return {
    ...(continentCode === undefined ? {} : { continentCode }),
    ...(countryCode === undefined ? {} : { countryCode }),
    ...(subdivisionCode === undefined ? {} : { subdivisionCode }),
  };
}

const continents: readonly string[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];

/** "Constraint: Specifying ContinentCode with either CountryCode or SubdivisionCode returns an InvalidInput error." */
function locationFault(
  continent: string | undefined,
  country: string | undefined,
  subdivision: string | undefined,
): string | undefined {
  if (continent !== undefined) {
    if (country !== undefined || subdivision !== undefined) return 'has a continent beside a country or subdivision';
    return continents.includes(continent) ? undefined : `names no continent: ${continent}`;
  }
  if (country === undefined) return 'names neither a continent nor a country';
  if (!/^([A-Z]{2}|\*)$/.test(country)) return `names no country: ${country}`;
  // "Amazon Route 53 uses the two-letter abbreviations of ... states of the United States"; of Ukraine its oblasts.
  return subdivision !== undefined && !['US', 'UA'].includes(country)
    ? 'has a subdivision outside US and UA'
    : undefined;
}

function readData(set: Input, where: string): Pick<RecordSet, 'ttl' | 'values' | 'alias'> {
  const ttl = read.integer(set, 'TTL', 0, 2_147_483_647);
  const records = read.structures(set, 'ResourceRecords');
  const alias = read.structure(set, 'AliasTarget');
  const plain = ttl !== undefined && records !== undefined && records.length > 0;
  if (alias === undefined ? !plain : ttl !== undefined || (records !== undefined && records.length > 0)) {
    const found = alias === undefined ? 'found none' : 'found more than one';
    throw read.invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but ${found} ${where}`,
    );
  }
  if (alias !== undefined) return { alias: readAlias(alias) };
  return {
    ...(ttl === undefined ? {} : { ttl }),
    values: (records ?? []).map((record) => {
      const value = read.text(record, 'Value');
      if (value === undefined) throw read.invalidInput(unverifiedTexts.missing('value'));
      if (value.length > 4000) {
        throw read.invalidInput(unverifiedTexts.constraint(value, 'value', 'have length less than or equal to 4000'));
      }
      return value;
    }),
  };
}

function readAlias(alias: Input): AliasTarget {
  const hostedZoneId = read.bareId(read.requiredText(alias, 'HostedZoneId', 64));
  if (hostedZoneId.length > 32) {
    throw read.invalidInput(
      unverifiedTexts.constraint(hostedZoneId, 'hostedZoneId', 'have length less than or equal to 32'),
    );
  }
  const evaluateTargetHealth = read.flag(alias, 'EvaluateTargetHealth');
  if (evaluateTargetHealth === undefined) throw read.invalidInput(unverifiedTexts.missing('evaluateTargetHealth'));
  const dnsName = canonicalTarget(read.requiredText(alias, 'DNSName', 1024));
  return { hostedZoneId, dnsName, evaluateTargetHealth };
}
