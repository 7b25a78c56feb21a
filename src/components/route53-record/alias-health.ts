// Whether Route 53 looks at the health of what an alias leads to.

interface Target {
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

/** CloudFront's own zone, and that of its distributions in China [AWS General Reference, "Amazon CloudFront endpoints"]. */
const cloudFrontZones: readonly string[] = ['Z2FDTNDATAQYW2', 'Z3RFFRIM2A3IF5'];

/** "You can't set EvaluateTargetHealth to true when the alias target is a CloudFront distribution" [API reference "AliasTarget"]. */
export function mayEvaluate({ dnsName, hostedZoneId }: Target): boolean {
  return !cloudFrontZones.includes(hostedZoneId) && !/\.cloudfront\.(net|cn)\.?$/i.test(dnsName);
}

/** What is written where a playbook does not say: true wherever AWS takes it. */
export function evaluatesUnlessTold(target: Target): boolean {
  return mayEvaluate(target);
}
