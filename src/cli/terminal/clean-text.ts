// The filter: every character for a terminal or a log goes through here, last of all. relight's own colours become escape
// codes; whatever else could steer a terminal or a CI service is shown as an escape. A structural rule of the linter holds
// that nothing else writes to stdout or stderr.
import { shownLines, withoutCommands } from '../../util/shown.ts';
import { withEscapeCodes } from '../../util/style.ts';

/** The text as it may be written. Line breaks stay: texts are put together so that no value holds one (`linesText`). */
export function cleanText(text: string): string {
  return withEscapeCodes(withoutCommands(shownLines(text)));
}
