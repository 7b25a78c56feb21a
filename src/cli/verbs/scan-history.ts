// relight scan history: what earlier scans saw of a playbook. Asks nothing of AWS.
import { table } from '../../report/paint.ts';
import type { ScanRecord } from '../../scan/record.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { readPlaybook } from '../place/session.ts';
import { memoryPlace, type MemoryOptions } from '../scan/memory-place.ts';
import { paintFor, type Io } from '../terminal/io.ts';

export type HistoryOptions = GlobalOptions & Pick<MemoryOptions, 'memory'> & { readonly last: number };

export async function scanHistory(file: string, options: HistoryOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const { account, region } = playbook.target;
  const { name } = playbook.metadata;
  const place = await memoryPlace(options, io);
  const records = await place.records();
  place.close();
  const rows = records
    .flatMap((record) => {
      const own = record.playbooks.find(
        (each) => each.playbook === name && each.account === account && each.region === region,
      );
      return own === undefined ? [] : [{ record, own }];
    })
    .slice(0, options.last);
  if (options.json === true) {
    const scans = rows.map(({ own, record: { endedAt, ended, result, scan, startedAt } }) => {
      return { scan, startedAt, endedAt, result, ended, ...own };
    });
    io.out(jsonText({ version: 1, playbook: name, account, region, scans }));
    return exitCodes.fine;
  }
  if (rows.length === 0) {
    io.out(linesText([`no scan of ${name} in ${account} ${region} is remembered here`]));
    return exitCodes.fine;
  }
  const paint = paintFor(io, options.color, io.outIsTerminal);
  const lines = rows.flatMap(({ own, record }, index) => {
    const before = rows[index + 1]?.own;
    const known = new Set(before?.findings.map(({ id }) => id));
    const fresh = before === undefined ? [] : own.findings.filter(({ id }) => !known.has(id));
    return [
      { cells: [record.startedAt, wordsFor(own, record), record.scan], under: [] as readonly string[] },
      ...fresh.map((each) => ({
        cells: undefined,
        under: [`  ${paint.bad('+')} ${each.severity} ${each.component}: ${each.what}`],
      })),
      ...own.resolved.map((each) => ({
        cells: undefined,
        under: [`  ${paint.good('-')} ${each.component}: ${each.what}`],
      })),
    ];
  });
  const heads = table(lines.flatMap(({ cells }) => (cells === undefined ? [] : [cells])));
  let next = 0;
  io.out(linesText(lines.flatMap(({ cells, under }) => (cells === undefined ? under : [heads[next++] ?? '']))));
  return exitCodes.fine;
}

function wordsFor({ findings, pieces, seen }: ScanRecord['playbooks'][number], { ended }: ScanRecord): string {
  const unseen = seen === pieces ? '' : `, ${pieces - seen} of ${pieces} pieces not seen`;
  const found =
    findings.length === 0 ? (seen === pieces ? 'all well' : 'nothing found') : count(findings.length, 'finding');
  return `${found}${unseen}${ended === 'complete' ? '' : ` (${ended})`}`;
}
