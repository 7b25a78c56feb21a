// How a service is deployed: bounds, circuit breaker, alarms, strategy.
import type { Input } from '../../model.ts';
import { copyOf, integerOf, invalidParameter, recordOf, recordsOf, textOf } from './input.ts';
import type { DeploymentSpec, Json, ServiceRecord } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

type Settings = Pick<
  ServiceRecord,
  'deploymentConfiguration' | 'maximumPercent' | 'minimumHealthyPercent' | 'circuitBreaker'
>;

interface Kind {
  readonly schedulingStrategy: string;
  readonly deploymentController: string;
}

/** A day [API reference "DeploymentConfiguration"]. */
const longestBake = 1440;

/** The members of a service that follow from `deploymentConfiguration`. */
export function deploymentSettings(input: Input, kind: Kind, current?: Json): Settings {
  const given = recordOf(input, 'deploymentConfiguration');
  const daemon = kind.schedulingStrategy === 'DAEMON';
  if (given !== undefined) checkController(given, kind.deploymentController);
  const breaker: Json = {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
    ...recordOf(current ?? {}, 'deploymentCircuitBreaker'),
    ...recordOf(given ?? {}, 'deploymentCircuitBreaker'),
  };
  const configuration: Json = {
    maximumPercent: daemon ? 100 : 200,
    minimumHealthyPercent: daemon ? 0 : 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...current,
    ...copyOf(given ?? {}),
    deploymentCircuitBreaker: copyOf(breaker),
  };
  const maximumPercent = integerOf(configuration, 'maximumPercent') ?? 200;
  const minimumHealthyPercent = integerOf(configuration, 'minimumHealthyPercent') ?? 100;
  if (daemon && maximumPercent > 100) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
    );
  }
  if (maximumPercent < 100 || maximumPercent > 200 || minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter('The specified deployment configuration is invalid.');
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter('The specified deployment configuration leaves no room to replace a task.');
  }
  checkStrategy(configuration);
  return {
    deploymentConfiguration: configuration,
    maximumPercent,
    minimumHealthyPercent,
    circuitBreaker: { enable: breaker['enable'] === true, rollback: breaker['rollback'] === true },
  };
}

/** Circuit breaker, alarms and strategies are those of ECS's own deployments. */
function checkController(given: Json, controller: string): void {
  if (controller === 'ECS') return;
  if (recordOf(given, 'deploymentCircuitBreaker')?.['enable'] === true) throw invalidParameter(texts.breakerController);
  if (recordOf(given, 'alarms')?.['enable'] === true) throw invalidParameter(texts.alarmsController);
  if ((textOf(given, 'strategy') ?? 'ROLLING') !== 'ROLLING') throw invalidParameter(texts.strategyController);
}

function checkStrategy(configuration: Json): void {
  const strategy = textOf(configuration, 'strategy') ?? 'ROLLING';
  const bake = integerOf(configuration, 'bakeTimeInMinutes') ?? 0;
  if (bake < 0 || bake > longestBake) throw invalidParameter(texts.bakeTime);
  const canary = recordOf(configuration, 'canaryConfiguration');
  if (canary !== undefined) {
    if (strategy !== 'CANARY') throw invalidParameter(texts.strategyMember('canaryConfiguration', 'CANARY'));
    checkShift(canary, 'canaryPercent', 0.1, 'canaryBakeTimeInMinutes');
  }
  const linear = recordOf(configuration, 'linearConfiguration');
  if (linear !== undefined) {
    if (strategy !== 'LINEAR') throw invalidParameter(texts.strategyMember('linearConfiguration', 'LINEAR'));
    checkShift(linear, 'stepPercent', 3, 'stepBakeTimeInMinutes');
  }
}

function checkShift(shift: Json, percent: string, least: number, bake: string): void {
  const share = shift[percent];
  if (typeof share === 'number' && (share < least || share > 100)) throw invalidParameter(texts.shiftPercent(percent));
  const minutes = integerOf(shift, bake) ?? 0;
  if (minutes < 0 || minutes > longestBake) throw invalidParameter(texts.bakeTime);
}

/** What must be there for traffic to shift [API reference "AdvancedConfiguration"]. */
export function checkShiftable(configuration: Json, spec: DeploymentSpec): void {
  const shifts = (textOf(configuration, 'strategy') ?? 'ROLLING') !== 'ROLLING';
  const needs = ['alternateTargetGroupArn', 'productionListenerRule', 'roleArn'];
  for (const { advancedConfiguration: advanced } of spec.loadBalancers) {
    if (shifts && needs.some((member) => advanced?.[member] === undefined)) {
      throw invalidParameter(texts.advancedNeeded);
    }
  }
  for (const hook of recordsOf(configuration, 'lifecycleHooks') ?? []) {
    if (hook['hookTargetArn'] !== undefined && hook['roleArn'] === undefined) throw invalidParameter(texts.hookRole);
  }
}
