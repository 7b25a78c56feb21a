// A hundred thousand small worlds whose pieces have more than their playbook says: no recovery loses any of it in silence.
import { playCases } from '../test/safety/settings/cases.ts';
import { tidy, type Row } from './table.ts';

const seed = 5_092_016;

export async function settingsStay(count = 100_000): Promise<readonly Row[]> {
  const before = process.cpuUsage();
  const { failure, sum } = await playCases({ seed, numRuns: count });
  if (failure !== undefined) console.error(failure);
  const { system, user } = process.cpuUsage(before);
  return [
    { what: 'settings that the playbook does not say, drawn by lot', figure: `${tidy(sum.cases)} cases` },
    {
      what: '  lost in a case, and no plan named them',
      figure: failure === undefined ? '0' : 'some',
      ok: failure === undefined,
    },
    { what: '  put by hand, refused by AWS', figure: `${tidy(sum.put)}, ${tidy(sum.refused)}` },
    { what: '  compared, lost as the plan said', figure: `${tidy(sum.compared)}, ${tidy(sum.named)}` },
    {
      what: '  changes sent, recoveries that came to their end',
      figure: `${tidy(sum.changes)}, ${tidy(sum.finished)}`,
    },
    { what: '  CPU', figure: `${Math.round((user + system) / 1e6)} s` },
  ];
}
