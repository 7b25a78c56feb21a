// The security policies of secure listeners, by name and protocols ["Security policies for your Application Load Balancer",
// "SSL negotiation configurations"]; their ciphers are not told, since nothing in a sandbox negotiates one.
import { AwsError } from '../../model.ts';
import type { Input, Output } from '../../model.ts';
import { invalid, pageOf, textsOf } from './input.ts';
import { unverifiedTexts } from './unverified.ts';

const upTo12 = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];

const policies: Readonly<Record<string, readonly string[]>> = {
  'ELBSecurityPolicy-2016-08': upTo12,
  'ELBSecurityPolicy-TLS-1-0-2015-04': upTo12,
  'ELBSecurityPolicy-TLS-1-1-2017-01': ['TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-TLS-1-2-2017-01': ['TLSv1.2'],
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-2018-06': upTo12,
  'ELBSecurityPolicy-FS-1-1-2019-08': ['TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-2019-08': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-Res-2019-08': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': ['TLSv1.2'],
  'ELBSecurityPolicy-2015-05': upTo12,
  ...Object.fromEntries(
    ['', '-FIPS', '-PQ', '-FIPS-PQ'].flatMap((kind): [string, readonly string[]][] => {
      const month = kind.endsWith('PQ') ? '2025-09' : kind === '-FIPS' ? '2023-04' : '2021-06';
      return [
        [`ELBSecurityPolicy-TLS13-1-3${kind}-${month}`, ['TLSv1.3']],
        ...['-Res', '', '-Ext1', '-Ext2', ...(kind === '-FIPS' ? ['-Ext0'] : [])].map(
          (extent): [string, readonly string[]] => [
            `ELBSecurityPolicy-TLS13-1-2${extent}${kind}-${month}`,
            ['TLSv1.2', 'TLSv1.3'],
          ],
        ),
        [`ELBSecurityPolicy-TLS13-1-1${kind}-${month}`, ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
        [`ELBSecurityPolicy-TLS13-1-0${kind}-${month}`, [...upTo12, 'TLSv1.3']],
      ];
    }),
  ),
};

export function isSslPolicy(name: string): boolean {
  return Object.hasOwn(policies, name);
}

export function describeSslPolicies(input: Input): Output {
  const names = textsOf(input, 'Names') ?? [];
  for (const name of names) {
    if (!isSslPolicy(name)) throw new AwsError('SSLPolicyNotFound', unverifiedTexts.sslPolicyNotFound(name));
  }
  if (names.length > 20) throw invalid('A maximum of 20 policies can be specified');
  const asked = Object.entries(policies).filter(([name]) => names.length === 0 || names.includes(name));
  const page = pageOf(asked, ([name]) => name, input);
  return {
    SslPolicies: page.items.map(([Name, SslProtocols]) => ({
      Name,
      SslProtocols,
      Ciphers: [],
      SupportedLoadBalancerTypes: ['application', 'network'],
    })),
    NextMarker: page.next,
  };
}
