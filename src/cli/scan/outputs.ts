// Where the report of a scan goes: one form to stdout, others to files, as many as are asked for.
import { scanEndings, scanFormats, type ScanFormat } from '../../scan/report/format-names.ts';
import { scanFile } from '../../scan/report/formats.ts';
import { isWrittenScan } from '../../scan/report/written.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { outFileOf, writeOut, type OutFile, type OutRules } from '../terminal/out-file.ts';

export interface OutputOptions {
  readonly format?: string;
  readonly json?: boolean;
  /** `scan.sarif`, or `junit=results.txt` where the name does not tell the form. */
  readonly out: readonly string[];
}

export interface ScanOutputs {
  readonly format: ScanFormat;
  readonly files: readonly { readonly format: ScanFormat; readonly file: OutFile }[];
}

/**
 * @param inputs what the scan reads: never written to
 * @throws UserError before anything is asked of AWS
 */
export function outputsOf(options: OutputOptions, inputs: readonly string[], io: Io): ScanOutputs {
  const { format = options.json === true ? 'json' : 'text', out } = options;
  const known = formatNamed(format);
  if (known === undefined) throw new UserError(`--format ${format}: expected ${scanFormats.join(', ')}`);
  if (options.json === true && known !== 'json') throw new UserError(`--json and --format ${format}: choose one`);
  const files = out.map((word) => {
    const { file, format: wanted } = outWord(word);
    return { format: wanted, file: outFileOf(file, rulesFor(wanted, inputs), io) };
  });
  const paths = files.filter(({ file }) => !file.into).map(({ file }) => file.path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new UserError(`--out ${twice}: is named twice`);
  return { format: known, files };
}

/** It takes the place of an earlier report of its form, and of nothing else. */
function rulesFor(format: ScanFormat, inputs: readonly string[]): OutRules {
  return { inputs, only: { what: `report of a scan as ${format}`, is: (text) => isWrittenScan(text, format) } };
}

function outWord(word: string): { readonly file: string; readonly format: ScanFormat } {
  const [, name = '', rest = ''] = /^([a-z]+)=(.+)$/s.exec(word) ?? [];
  const named = formatNamed(name);
  if (named !== undefined) return { file: rest, format: named };
  const ending = scanEndings.find(([each]) => word.toLowerCase().endsWith(each));
  if (ending !== undefined) return { file: word, format: ending[1] };
  const endings = scanEndings.map(([each]) => each).join(', ');
  throw new UserError(
    `--out ${word}: its name does not tell the form; end it in ${endings}, or write <format>=<file> with ${scanFormats.join(', ')}`,
  );
}

function formatNamed(word: string): ScanFormat | undefined {
  return scanFormats.find((each) => each === word);
}

export function writeOutputs({ files }: ScanOutputs, report: ScanReport): void {
  for (const { file, format } of files) writeOut(file, scanFile(report, format), 0o600);
}
