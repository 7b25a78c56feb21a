// The outcome of a proof as one value that every renderer works from, and that `--json` prints: version 1 of an
// interface.
import type { Graph } from '../../graph/graph.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { Disaster } from '../../rehearse/disaster/disaster.ts';
import type { CannotDeploy } from '../../rehearse/world/environment.ts';
import { variationText } from '../cases/case.ts';
import type { Certificate } from '../certificate/certificate-schema.ts';
import { summaryOf, type ProofSummary } from '../certificate/summary.ts';
import { explain, explainUndeployable, type Explanation } from '../promises/explain.ts';
import type { PromiseId } from '../promises/promises.ts';
import type { Proof } from '../prove.ts';
import type { CounterExample } from '../cases/shrink.ts';

export interface ProvedExample extends Explanation {
  readonly promise: PromiseId;
  /** The components that it is about, the first one foremost. */
  readonly components: readonly string[];
  /** Component to state; null when the playbook cannot even be deployed. */
  readonly pieces: Disaster | null;
  readonly strategy: 'repair' | 'rebuild';
  /** What else went wrong, during the recovery. */
  readonly twist: string | null;
  readonly accepted: readonly string[];
  /** How many of the recoveries that were played show it; 0 where none could be played. */
  readonly recoveries: number;
  /** A rehearsal file, as it was named on the command line or under the state directory; null when none was written. */
  readonly file: string | null;
  /** The command that plays it again. */
  readonly replay: string;
}

export interface ProofReport {
  readonly version: 1;
  /** `undeployable`: not even where nothing is in its way; nothing else was played then. */
  readonly result: 'proved' | 'broken' | 'undeployable';
  readonly playbook: { readonly name: string; readonly file: string; readonly digest: string };
  /** Less than all was played: there is no certificate. */
  readonly quick: boolean;
  /** Null when the playbook cannot be deployed. */
  readonly summary: ProofSummary | null;
  readonly counterExamples: readonly ProvedExample[];
  /** Null when there is none. */
  readonly certificate: {
    readonly file: string;
    readonly page: string;
    readonly provedAt: string;
    readonly validUntil: string;
    readonly seal: string;
  } | null;
}

/** Where things were written. */
export interface Written {
  readonly certificate: { readonly value: Certificate; readonly file: string; readonly page: string } | undefined;
  /** In the order of the counter-examples. */
  readonly examples: readonly { readonly file: string; readonly replay: string }[];
}

export function proofReport(proof: Proof, graph: Graph, written: Written): ProofReport {
  const { counterExamples, playbook, quick } = proof;
  const { certificate } = written;
  return {
    version: 1,
    result: counterExamples.length === 0 ? 'proved' : 'broken',
    playbook: nameOf(playbook),
    quick,
    summary: summaryOf(proof),
    counterExamples: counterExamples.map((each, index) => ({
      ...provedExample(each, playbook, graph),
      file: written.examples[index]?.file ?? null,
      replay: written.examples[index]?.replay ?? '',
    })),
    certificate:
      certificate === undefined
        ? null
        : {
            file: certificate.file,
            page: certificate.page,
            provedAt: certificate.value.provedAt,
            validUntil: certificate.value.validUntil,
            seal: certificate.value.seal,
          },
  };
}

export function undeployableReport(
  error: CannotDeploy,
  playbook: Playbook,
  graph: Graph,
  { quick, replay }: Pick<ProofReport, 'quick'> & Pick<ProvedExample, 'replay'>,
): ProofReport {
  const { components, explanation } = explainUndeployable(error, playbook, graph);
  return {
    version: 1,
    result: 'undeployable',
    playbook: nameOf(playbook),
    quick,
    summary: null,
    counterExamples: [
      {
        ...explanation,
        promise: 'heals',
        components,
        pieces: null,
        strategy: 'repair',
        twist: null,
        accepted: [],
        recoveries: 0,
        file: null,
        replay,
      },
    ],
    certificate: null,
  };
}

function nameOf({ digest, file, metadata }: Playbook): ProofReport['playbook'] {
  return { name: metadata.name, file, digest };
}

function provedExample(
  example: CounterExample,
  playbook: Playbook,
  graph: Graph,
): Omit<ProvedExample, 'file' | 'replay'> {
  const { promise, tried } = example;
  return {
    ...explain(example, playbook, graph),
    promise: promise.promise,
    components: promise.components,
    pieces: tried.disaster,
    strategy: tried.strategy,
    twist: variationText(tried.variation) ?? null,
    accepted: tried.accepted,
    recoveries: example.recoveries,
  };
}
