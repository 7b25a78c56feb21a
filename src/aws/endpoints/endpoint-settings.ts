// What environment, profile and command line say about endpoints, with the precedence of AWS's SDKs: the variable of a
// service, the variable for all, the `services` section of the profile, the profile [SDKs and Tools Reference Guide,
// "Service-specific endpoints"; checked against getEndpointFromConfig of the SDK for JavaScript]. The SDK takes the profile
// from AWS_PROFILE alone; here it is the one that is in use, and what it would pass over in silence is told.
import { everywhere, type EndpointSettings, type NamedEndpoint } from './endpoints.ts';
import { awsServices } from '../services/index.ts';
import type { AwsService } from '../services/service.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EndpointRequest {
  /** For all services, before all else. */
  readonly endpointUrl?: string | undefined;
  readonly endpointSource?: string;
  /** The profile in use; AWS_PROFILE, or `default`, unless told. */
  readonly profile?: string | undefined;
  /** The process's own unless told. */
  readonly env?: Environment | undefined;
  /** Those that are spoken to; relight's own unless told. */
  readonly services?: readonly AwsService[] | undefined;
}

type Section = Readonly<Record<string, string | undefined>>;

export async function readEndpointSettings(request: EndpointRequest): Promise<EndpointSettings> {
  const env = request.env ?? (await processEnvironment());
  const name = request.profile ?? nonEmpty(env['AWS_PROFILE']) ?? 'default';
  const configFilepath = nonEmpty(env['AWS_CONFIG_FILE']);
  const filepath = nonEmpty(env['AWS_SHARED_CREDENTIALS_FILE']);
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(configFilepath === undefined ? {} : { configFilepath }),
    ...(filepath === undefined ? {} : { filepath }),
    ignoreCache: true,
  });
  const profile: Section = { ...sectionIn(credentialsFile, name), ...sectionIn(configFile, name) };
  const mistakes: string[] = [];
  const flag = (variable: string, key: string): boolean => {
    for (const [text, place] of [
      [nonEmpty(env[variable]), variable],
      [nonEmpty(profile[key]), `${key} of profile ${name}`],
    ] as const) {
      if (text === undefined) continue;
      if (!/^(true|false)$/i.test(text)) mistakes.push(`${place} ${text}: expected true or false`);
      return /^true$/i.test(text);
    }
    return false;
  };
  const fips = flag('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint');
  const dualStack = flag('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint');
  const { endpointUrl, endpointSource = '--endpoint-url', services: spokenTo = awsServices } = request;
  const common = { fips, dualStack, mistakes };
  if (endpointUrl !== undefined) return { named: everywhere(endpointUrl, endpointSource, spokenTo), ...common };
  if (flag('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls')) return { named: {}, ...common };
  const called = nonEmpty(profile['services']);
  const services = called === undefined ? undefined : sectionIn(configFile, `services.${called}`);
  if (called !== undefined && services === undefined) {
    mistakes.push(`profile ${name} names the services section ${called}, and there is none in the configuration file`);
  }
  const named = spokenTo.flatMap((service): readonly (readonly [string, NamedEndpoint])[] => {
    const id = service.settingsName;
    const variable = `AWS_ENDPOINT_URL_${id.toUpperCase()}`;
    const candidates = [
      [env[variable], variable],
      [env['AWS_ENDPOINT_URL'], 'AWS_ENDPOINT_URL'],
      [services?.[`${id}.endpoint_url`], `services section ${called ?? ''}, ${id}`],
      [profile['endpoint_url'], `endpoint_url of profile ${name}`],
    ] as const;
    const found = candidates.find(([url]) => nonEmpty(url) !== undefined);
    return found?.[0] === undefined ? [] : [[service.name, { url: found[0], source: found[1] }]];
  });
  return { named: Object.fromEntries(named), ...common };
}

function sectionIn(file: Readonly<Record<string, Section>>, name: string): Section | undefined {
  return Object.hasOwn(file, name) ? file[name] : undefined;
}

/** As the SDK sees it. */
async function processEnvironment(): Promise<Environment> {
  const { loadConfig } = await import('@smithy/core/config');
  return loadConfig<Environment>({
    environmentVariableSelector: (env) => ({ ...env }),
    configFileSelector: () => undefined,
    default: {},
  })();
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
