// The names that a service provides and that its recovery needs, parameters filled in.
import type { Json } from '../../components/contract.ts';
import { readNamed, readProduct, type Named } from '../../util/leads.ts';
import type { namedEntry, needEntry, NamedEntry } from '../names.ts';
import type { Path } from '../yaml/found.ts';
import { fillTexts, judgeFilled, type EntryContext } from './entries.ts';
import { explainIssues } from './issues.ts';

/** An entry with its parameters filled in. */
export interface ReadName {
  readonly path: Path;
  readonly named: Named;
  readonly because: string | undefined;
}

/** Reads the entries that are sound, and tells of those that are not once their parameters are filled in. */
export function readNames(
  declared: Json | undefined,
  base: Path,
  entry: typeof namedEntry | typeof needEntry,
  context: EntryContext,
): readonly ReadName[] {
  if (!Array.isArray(declared)) return [];
  return (declared as readonly Json[]).flatMap((each, index): readonly ReadName[] => {
    const path = [...base, index];
    const asWritten = entry.safeParse(each);
    // Told with the shape of the document.
    if (!asWritten.success) return [];
    const filled = fillTexts(each, path, context);
    for (const { encounter } of filled.references) {
      context.report({
        path: encounter.path,
        at: 'value',
        part: { text: encounter.raw, occurrence: encounter.occurrence },
        code: 'reference-in-name',
        message: `${encounter.raw} is known only once its component is there, and others need the name before`,
        expected: 'a name, or a parameter: ${params.name}',
      });
    }
    if (filled.tainted.length > 0) {
      context.report({
        path,
        at: 'value',
        code: 'secret-name',
        message: 'a sensitive parameter stands in a name, and names are shown',
        expected: 'a name that may be read',
      });
    }
    const parsed = entry.safeParse(filled.value);
    if (!parsed.success)
      judgeFilled(explainIssues(parsed.error.issues, entry, filled.value, path), filled, context.report);
    const named =
      parsed.success && filled.references.length + filled.tainted.length === 0 ? namedOf(parsed.data) : undefined;
    if (named === undefined) return [];
    const said = parsed.data;
    return [{ path, named, because: typeof said === 'object' && 'because' in said ? said.because : undefined }];
  });
}

function namedOf(entry: NamedEntry): Named | undefined {
  if (typeof entry === 'string') return readNamed(entry);
  return 'product' in entry ? readProduct(entry.product) : readNamed(entry.name);
}
