// Health checks: their life. What their checkers find is in health-status.ts.
import { AwsError } from '../../model.ts';
import type { Operation, Output } from '../../model.ts';
import { healthCheckOf } from './errors.ts';
import { configOutput, readNewConfig, readUpdatedConfig } from './health-check-config.ts';
import * as read from './input.ts';
import { pageFrom } from './listing.ts';
import { referenceKey, route53Of, type HealthCheck } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedTexts } from './unverified.ts';

/** Route 53 quota: 200 active health checks of an account. */
export const mostHealthChecks = 200;
const mostOfPage = 100;

/**
 * The caller reference decides: known and with the same settings, the answer is the existing check; known otherwise, also
 * from a check deleted since, the request is refused (API reference, CreateHealthCheckRequest). AWS forgets the
 * references of deleted checks after "a number of days"; here they are kept.
 */
export const createHealthCheck: Operation = (input, context) => {
  const request = read.body(input);
  const callerReference = read.requiredText(request, 'CallerReference', 64);
  const config = readNewConfig(read.requiredStructure(request, 'HealthCheckConfig'));
  const { now, world } = context;
  const store = route53Of(world.data);
  const known = own(store.healthCheckReferences, referenceKey(callerReference));
  if (known !== undefined) {
    const existing = own(store.healthChecks, known);
    if (existing !== undefined && sameConfig(existing, config)) return created(existing);
    throw new AwsError(
      'HealthCheckAlreadyExists',
      'A different health check has already been created with the specified caller reference.',
      409,
    );
  }
  if (Object.keys(store.healthChecks).length >= mostHealthChecks) {
    throw new AwsError('TooManyHealthChecks', unverifiedTexts.tooManyHealthChecks);
  }
  for (const child of config.childHealthChecks ?? []) healthCheckOf(context, child);
  const hex = world.hex(32);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const check: HealthCheck = { id, callerReference, createdAt: now, created: config, config, version: 1 };
  store.healthChecks[id] = check;
  store.healthCheckReferences[referenceKey(callerReference)] = id;
  return created(check);
};

function sameConfig(existing: HealthCheck, config: HealthCheck['config']): boolean {
  return JSON.stringify(configOutput(existing.created)) === JSON.stringify(configOutput(config));
}

function created(check: HealthCheck): Output {
  return {
    HealthCheck: checkOutput(check),
    $headers: { Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}` },
  };
}

function checkOutput(check: HealthCheck): Output {
  return {
    Id: check.id,
    CallerReference: check.callerReference,
    HealthCheckConfig: configOutput(check.config),
    HealthCheckVersion: check.version,
  };
}

export const getHealthCheck: Operation = (input, context) => ({
  HealthCheck: checkOutput(healthCheckOf(context, read.requiredText(input, 'HealthCheckId', 64))),
});

/** In the order of creation; the marker is the id of the next page's first check. */
export const listHealthChecks: Operation = (input, context) => {
  const most = read.pageSize(input, mostOfPage);
  const marker = read.optionalText(input, 'marker', 64);
  const { page, next } = pageFrom(Object.values(route53Of(context.world.data).healthChecks), marker, most);
  return {
    HealthChecks: page.map(checkOutput),
    // A required member of the answer, empty on the first page.
    Marker: marker ?? '',
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: most,
  };
};

/** The version given is an optimistic lock; without one the last writer wins. */
export const updateHealthCheck: Operation = (input, context) => {
  const check = healthCheckOf(context, read.requiredText(input, 'HealthCheckId', 64));
  const request = read.body(input);
  const version = read.integer(request, 'HealthCheckVersion', 1, Number.MAX_SAFE_INTEGER);
  if (version !== undefined && version !== check.version) {
    throw new AwsError(
      'HealthCheckVersionMismatch',
      unverifiedTexts.healthCheckVersionMismatch(version, check.version),
      409,
    );
  }
  const config = readUpdatedConfig(check.config, request);
  for (const child of config.childHealthChecks ?? []) healthCheckOf(context, child);
  check.config = config;
  check.version += 1;
  return { HealthCheck: checkOutput(check) };
};

/** Never refused for the records that name it: they keep an id that leads nowhere. */
export const deleteHealthCheck: Operation = (input, context) => {
  const check = healthCheckOf(context, read.requiredText(input, 'HealthCheckId', 64));
  const store = route53Of(context.world.data);
  Reflect.deleteProperty(store.healthChecks, check.id);
  Reflect.deleteProperty(store.tags, `healthcheck/${check.id}`);
  return {};
};
