// A hundred thousand small worlds whose pieces have more than their playbook says: no recovery loses any of it in silence.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sum } from '../test/safety/settings/cases.ts';
import { tidy, type Row } from './table.ts';

const firstSeed = 5_092_016;
/** Each has a seed of its own, so that one that fails is soon played again. */
const casesOfPart = 1_000;

type Part = Sum & { readonly cpuSeconds: number; readonly failure?: string };

/** @param from so many whole parts of cases were played before: `20000` leaves out the first twenty */
export async function settingsStay(count = 100_000, from = 0): Promise<readonly Row[]> {
  const skipped = Math.floor(from / casesOfPart);
  const sizes = Array.from({ length: Math.ceil(count / casesOfPart) }, (_, index) =>
    Math.min(casesOfPart, count - index * casesOfPart),
  );
  const parts: Part[] = [];
  const waiting = sizes.entries();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const [index, size] of waiting) {
        const part = await played(firstSeed + skipped + index, size);
        parts.push(part);
        if (part.failure !== undefined) console.error(part.failure);
        const minutes = (performance.now() - began) / 60_000;
        console.error(`${tidy(total(parts, 'cases'))} of ${tidy(count)} cases, ${minutes.toFixed(1)} minutes`);
      }
    }),
  );
  const lost = parts.filter((each) => each.failure !== undefined).length;
  const sum = (field: keyof Sum | 'cpuSeconds'): string => tidy(total(parts, field));
  return [
    { what: 'settings that the playbook does not say, drawn by lot', figure: `${sum('cases')} cases` },
    { what: '  lost in a case, and no plan named them', figure: lost === 0 ? '0' : `in ${lost} parts`, ok: lost === 0 },
    { what: '  put by hand, refused by AWS', figure: `${sum('put')}, ${sum('refused')}` },
    { what: '  compared, lost as the plan said', figure: `${sum('compared')}, ${sum('named')}` },
    { what: '  changes sent, recoveries that came to their end', figure: `${sum('changes')}, ${sum('finished')}` },
    { what: '  CPU', figure: `${sum('cpuSeconds')} s` },
  ];
}

const script = fileURLToPath(new URL('settings-part.js', import.meta.url));

async function played(seed: number, size: number): Promise<Part> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(seed), String(size)]);
  return JSON.parse(stdout) as Part;
}

function total(parts: readonly Part[], field: keyof Sum | 'cpuSeconds'): number {
  return parts.reduce((sum, each) => sum + each[field], 0);
}
