// What an address says of an image in ECR.

export interface ImageName {
  /** The account that has it. */
  readonly registry: string;
  readonly region: string;
  readonly repository: string;
  /** A digest goes before a tag, as whoever fetches it does [OCI distribution]. */
  readonly id: { readonly imageTag: string } | { readonly imageDigest: string };
}

const host = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws)\/(.+)$/;

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.2`; undefined for an image of any other registry. */
export function ecrImage(image: string): ImageName | undefined {
  const [, registry, region, rest = ''] = host.exec(image) ?? [];
  const [, repository, tag, digest] = /^([^:@]+)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(rest) ?? [];
  if (registry === undefined || region === undefined || repository === undefined) return undefined;
  return {
    registry,
    region,
    repository,
    id: digest === undefined ? { imageTag: tag ?? 'latest' } : { imageDigest: digest },
  };
}
