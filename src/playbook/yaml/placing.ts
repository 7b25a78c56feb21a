// Findings to diagnostics: each gets its place in the text, its suggestion, and the remedies that the text calls for.
import type { Diagnostic } from '../diagnostic.ts';
import { pathText, type Finding } from '../checks/issues.ts';
import { createSuggest } from '../checks/nearest.ts';
import type { Source } from './source.ts';
import type { Path } from './found.ts';

/**
 * Places and suggestions are worked out here and nowhere earlier: only mistakes pay for them.
 *
 * @param expressions false for a file in which `${...}` is no expression of a playbook
 */
export function placeFindings(
  findings: readonly Finding[],
  source: Source,
  { expressions = true } = {},
): readonly Diagnostic[] {
  const suggest = createSuggest();
  const suggested = findings.map((finding) => ({
    finding,
    suggestion: finding.near === undefined ? undefined : suggest(finding.near.word, finding.near.candidates),
  }));
  // A key that is misspelt is also missing under its right name; once is enough.
  const misspelt = new Set(
    suggested
      .filter(({ finding, suggestion }) => finding.code === 'unknown-key' && suggestion !== undefined)
      .map(({ finding, suggestion }) => pathText([...finding.path.slice(0, -1), suggestion ?? ''])),
  );
  return suggested
    .filter(({ finding }) => finding.missing?.some((key) => misspelt.has(pathText([...finding.path, key]))) !== true)
    .map(({ finding, suggestion }) => place(finding, suggestion, source, expressions));
}

function place(finding: Finding, suggestion: string | undefined, source: Source, expressions: boolean): Diagnostic {
  const { severity = 'error', path, at, part, code, message } = finding;
  const where = part === undefined ? source.locate(path, at) : source.locateText(path, part.text, part.occurrence);
  const written = at === 'value' ? source.written(path) : undefined;
  const expected =
    finding.quote === true && written !== undefined
      ? `${finding.expected ?? 'text'}; put it in quotes: "${written}"`
      : finding.expected;
  const misplaced =
    expressions && code !== 'unknown-component' && written?.includes('${') === true && !takesExpressions(path);
  const notes = misplaced
    ? ['expressions are filled in only in component specs and in verify', ...(finding.notes ?? [])]
    : finding.notes;
  return {
    severity,
    code,
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(notes === undefined ? {} : { notes }),
    file: source.file,
    ...where,
  };
}

function takesExpressions([part, name, field]: Path): boolean {
  const inNames = part === 'provides' || (part === 'recovery' && name === 'needs');
  return inNames || part === 'verify' || (part === 'components' && field === 'spec');
}
