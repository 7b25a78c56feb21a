// What was not foreseen, told so that it can be reported.
import { linesText } from '../../util/shown.ts';

/** The message on one line, whatever is quoted in it, and where it was thrown. */
export function bugText(error: unknown): string {
  const told = error instanceof Error ? error : new Error(String(error));
  const frames = (told.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  return linesText(['relight: this is a bug, please report it:', `${told.name}: ${told.message}`, ...frames]);
}
