// What one region's ECR holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

export interface ImageRecord {
  readonly digest: string;
  /** A tag belongs to one image of its repository. */
  tags: string[];
  pushedAt: number;
}

export interface EcrStore {
  /** `<registry>/<repository>` to its images by digest. */
  repositories: Record<string, Record<string, ImageRecord>>;
}

export function emptyEcrStore(): EcrStore {
  return { repositories: {} };
}

/** A region's image repositories. */
export function ecrOf(local: RegionData): EcrStore {
  return local['ecr'] as EcrStore;
}

export interface ImageName {
  readonly registry: string;
  readonly region: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.2` or `..@sha256:<hex>`; undefined for an image of any other
 * registry. Without tag and digest it is `latest`.
 */
export function imageName(image: string): ImageName | undefined {
  const found =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws)\/([^:@]+)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    );
  const [, registry, region, repository, tag, digest] = found ?? [];
  if (registry === undefined || region === undefined || repository === undefined) return undefined;
  return { registry, region, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}
