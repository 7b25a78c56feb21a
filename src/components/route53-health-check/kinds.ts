// What each kind of health check needs, and what it cannot have [Route 53 API, HealthCheckConfig].

/** What is asked of an endpoint. */
const endpointWords = ['fqdn', 'ipAddress', 'port', 'path', 'searchString', 'regions'] as const;

const ownWords = {
  CALCULATED: ['childHealthChecks', 'healthThreshold'],
  CLOUDWATCH_METRIC: ['alarmIdentifier', 'insufficientDataHealthStatus'],
  RECOVERY_CONTROL: ['routingControlArn'],
} as const;

const required: Readonly<Record<string, readonly string[]>> = {
  CALCULATED: ['childHealthChecks', 'healthThreshold'],
  CLOUDWATCH_METRIC: ['alarmIdentifier'],
  RECOVERY_CONTROL: ['routingControlArn'],
};

/** HTTP, HTTPS and TCP: a check of an endpoint, by Route 53's own checkers. */
export function asksEndpoint(protocol: string): boolean {
  return !(protocol in ownWords);
}

export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What a spec lacks for its kind, and what it says of another kind. */
export function faultsOf(spec: { readonly protocol: string }): readonly Fault[] {
  const { protocol } = spec;
  const said = spec as Readonly<Record<string, unknown>>;
  const isSaid = (word: string): boolean => said[word] !== undefined;
  const lacking = (required[protocol] ?? []).filter((word) => !isSaid(word));
  const others = Object.entries(ownWords).flatMap(([kind, words]) => (kind === protocol ? [] : words));
  const alien = [...others, ...(asksEndpoint(protocol) ? [] : endpointWords)].filter(isSaid);
  return [
    ...lacking.map((word) => ({ path: word, message: `expected ${word}, as the protocol is ${protocol}` })),
    ...alien.map((word) => ({ path: word, message: `expected no ${word}, as the protocol is ${protocol}` })),
    ...(asksEndpoint(protocol) && !isSaid('fqdn') && !isSaid('ipAddress')
      ? [{ path: 'fqdn', message: 'expected fqdn or ipAddress' }]
      : []),
    ...(protocol === 'TCP' ? tcpFaults(isSaid) : []),
  ];
}

function tcpFaults(isSaid: (word: string) => boolean): readonly Fault[] {
  return [
    ...(isSaid('port') ? [] : [{ path: 'port', message: 'expected a port, as the protocol is TCP' }]),
    ...(isSaid('path') || isSaid('searchString')
      ? [{ path: 'path', message: 'expected neither path nor searchString, as the protocol is TCP' }]
      : []),
    ...(isSaid('fqdn') && isSaid('ipAddress')
      ? [{ path: 'ipAddress', message: 'expected fqdn or ipAddress, not both, as the protocol is TCP' }]
      : []),
  ];
}
