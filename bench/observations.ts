// What AWS could have said of the estates of estate.ts, made by hand: one service is deployed in an embedded AWS, and its
// states are copied under every other service's names.
import type { Observation } from '../src/components/contract.ts';
import type { Observations } from '../src/observe/observe.ts';
import type { Playbook } from '../src/playbook/model.ts';
import { sharedPieces, servicePieces } from './estate.ts';
import { beginning, deployed, open, playbookOf } from './world.ts';
import { look } from '../src/engine.ts';

type States = ReadonlyMap<string, string>;

const model = 'svc-model';

/** States of each type as JSON text, in which `svc-model`, `cluster-model` and `table-model` are the names. */
export async function modelStates(head: string): Promise<States> {
  const text =
    head + sharedPieces('cluster-model', ['table-model']) + servicePieces(model, 'cluster-model', 'table-model');
  const playbook = playbookOf(text);
  const sandbox = await deployed(playbook);
  const { observations } = await look(await open(playbook, sandbox));
  const states = new Map<string, string>();
  for (const [id, component] of playbook.components) {
    states.set(
      component.type,
      JSON.stringify({ seen: observations.byId.get(id), outputs: observations.outputs.get(id) }),
    );
  }
  return states;
}

interface Copied {
  readonly seen: Observation<unknown>;
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

/** A observations in which what `isLost` is absent. */
export function observationsOf(playbook: Playbook, states: States, isLost: (id: string) => boolean): Observations {
  const observations = new Map<string, Observation<unknown>>();
  const outputs = new Map<string, Copied['outputs']>();
  for (const [id, component] of playbook.components) {
    const own = /^svc-\d+/.exec(id)?.[0] ?? id;
    const cluster = component.references.find((each) => each.component.startsWith('cluster-'))?.component;
    const table = component.references.find((each) => /^(table-|hub)/.test(each.component))?.component;
    const text = (states.get(component.type) ?? 'null')
      .replaceAll(model, own)
      .replaceAll('cluster-model', cluster ?? own)
      .replaceAll('table-model', table ?? own);
    const copied = JSON.parse(text) as Copied | null;
    if (copied === null) throw new Error(`no state for ${component.type}`);
    const lost = !component.shared && isLost(id);
    observations.set(id, lost ? { kind: 'absent', at: beginning } : copied.seen);
    outputs.set(id, lost ? {} : copied.outputs);
  }
  return { at: beginning, byId: observations, outputs, referrers: [], contents: new Map() };
}
