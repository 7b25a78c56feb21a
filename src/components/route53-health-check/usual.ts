// What a health check has of which nothing is said: AWS fills it in [Route 53 API, HealthCheckConfig].
interface Usual {
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly interval?: 30;
  readonly failureThreshold?: number;
  readonly measureLatency?: boolean;
  readonly port?: number;
  readonly enableSni?: boolean;
  readonly insufficientDataHealthStatus?: string;
}

/** By the word of a spec; nothing for what AWS does not fill in. */
export function usualOf(protocol: string): Usual {
  const every = { inverted: false, disabled: false } as const;
  switch (protocol) {
    case 'HTTP':
      return { ...every, ...endpoint, port: 80, enableSni: false };
    case 'HTTPS':
      return { ...every, ...endpoint, port: 443, enableSni: true };
    case 'TCP':
      return { ...every, ...endpoint, enableSni: false };
    case 'CLOUDWATCH_METRIC':
      return { ...every, insufficientDataHealthStatus: 'LastKnownStatus' };
    default:
      return every;
  }
}

const endpoint = { interval: 30, failureThreshold: 3, measureLatency: false } as const;
