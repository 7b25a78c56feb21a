// The ARNs of what a call acts on, as policies name them ["Service Authorization Reference"]: those that its input says, and
// those that follow from the names in it. Where neither is known the resource is `*`.
import type { Input, PlacedAction } from '../../model.ts';

/** @returns one at least */
export function resourcesOf(call: PlacedAction): readonly string[] {
  const { account, input, operation, region, service } = call;
  const own = (kind: string, name: unknown): readonly string[] =>
    typeof name !== 'string'
      ? []
      : name.startsWith('arn:')
        ? [name]
        : [`arn:aws:${service}:${region}:${account}:${kind}${name}`];
  const found = (namers[service] ?? said)(input, own, operation);
  return found.length === 0 ? ['*'] : [...new Set(found)];
}

type Own = (kind: string, name: unknown) => readonly string[];
type Namer = (input: Input, own: Own, operation: string) => readonly string[];

const said: Namer = (input) => arnsIn(input, 3);

const namers: Readonly<Record<string, Namer>> = {
  dynamodb: (input, own) => {
    const tables = own('table/', input['TableName']);
    const index = input['IndexName'];
    if (tables.length > 0) return typeof index === 'string' ? tables.map((each) => `${each}/index/${index}`) : tables;
    const items = input['RequestItems'];
    return typeof items === 'object' && items !== null
      ? Object.keys(items).flatMap((name) => own('table/', name))
      : arnsIn(input, 3);
  },
  ecs: (input, own, operation) => {
    const cluster = typeof input['cluster'] === 'string' ? lastOf(input['cluster']) : 'default';
    const service = input['service'] ?? input['serviceName'];
    if (typeof service === 'string') return own(`service/${cluster}/`, service);
    const services = input['services'];
    if (Array.isArray(services)) return services.flatMap((each) => own(`service/${cluster}/`, each));
    if (/Clusters?$/.test(operation)) {
      const names: readonly unknown[] = Array.isArray(input['clusters'])
        ? input['clusters']
        : [input['cluster'] ?? input['clusterName']];
      return names.flatMap((each) => own('cluster/', each));
    }
    return own('task-definition/', input['taskDefinition'] ?? input['family']);
  },
  route53: (input) => {
    const zones = [input['Id'], input['HostedZoneId'], input['hostedzoneid']].filter((id) => typeof id === 'string');
    if (typeof input['HealthCheckId'] === 'string') return [`arn:aws:route53:::healthcheck/${input['HealthCheckId']}`];
    if (typeof input['ResourceId'] === 'string') {
      return [`arn:aws:route53:::${String(input['ResourceType'])}/${input['ResourceId']}`];
    }
    return zones.map((id) => `arn:aws:route53:::${/^C[0-9]/.test(id) ? 'change' : 'hostedzone'}/${lastOf(id)}`);
  },
  ssm: (input, own) => {
    const names: readonly unknown[] = Array.isArray(input['Names']) ? input['Names'] : [input['Name'] ?? input['Path']];
    return names.flatMap((name) => own('parameter/', typeof name === 'string' ? name.replace(/^\//, '') : undefined));
  },
};

/** ARNs among the values of an input, as deep as services put them: a list of them, tags of one. */
function arnsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return /^arn:[^:]*:[^:]+:[^:]*:\d*:./.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((each) => arnsIn(each, depth - 1));
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
