// What can be stuck, as plain data: worlds remember it, files and requests name it.

/** When a state holds, in milliseconds; from now on until it is released unless told. */
interface Span {
  /** It begins this long after it was set. */
  readonly afterMs?: number | undefined;
  /** It is released this long after it began. */
  readonly forMs?: number | undefined;
}

interface Named extends Span {
  readonly resource: string;
  /** eu-west-1 unless told; a rehearsal takes its playbook's. */
  readonly region?: string | undefined;
}

/** What is stuck, and its name. What is set before the thing exists holds from its beginning. */
export type StuckState =
  /** A load balancer that becomes `failed` instead of `active`; one that was active fails too. */
  | (Named & { readonly kind: 'load-balancer-fails' })
  /** An ECS service whose tasks stop while they start, so that it never gets steady. */
  | (Named & { readonly kind: 'service-never-steady' })
  /** An ECS service whose targets fail their health checks, so that their tasks are replaced again and again. */
  | (Named & { readonly kind: 'targets-unhealthy' })
  /** A deleted ECS service that stays DRAINING. */
  | (Named & { readonly kind: 'service-drains-forever' })
  /** Changes that stay PENDING: those of the zone of this name, or all. */
  | (Span & { readonly kind: 'change-never-in-sync'; readonly resource?: string | undefined });

export const stuckKinds = [
  'load-balancer-fails',
  'service-never-steady',
  'targets-unhealthy',
  'service-drains-forever',
  'change-never-in-sync',
] as const satisfies readonly StuckState['kind'][];

/** A state that begins or ends later: worlds keep time by comparing instants. */
export interface StuckLater {
  at: number;
  on: boolean;
  state: StuckState;
}
