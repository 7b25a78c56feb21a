// What the DNS names that AWS gives to load balancers tell of them.

/** What a load balancer's own name begins with: `<name>-<number>.<region>.elb.amazonaws.com` [ELB guide, DNS names]. */
const balancerNames = [
  /^(?:internal-)?([a-z0-9-]+)-\d+\.([a-z0-9-]+)\.elb\.amazonaws\.com(?:\.cn)?$/,
  /^(?:internal-)?([a-z0-9-]+)-[0-9a-f]{16}\.elb\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/,
];

/** The name and region of the load balancer that has this DNS name; undefined when it is none of AWS's making. */
export function balancerIn(dnsName: string): { readonly name: string; readonly region: string } | undefined {
  for (const each of balancerNames) {
    const [, name, region] = each.exec(dnsName) ?? [];
    if (name !== undefined && region !== undefined) return { name, region };
  }
  return undefined;
}
