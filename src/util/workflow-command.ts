// Commands to GitHub Actions in its log, `::error file=a.yaml,line=3::text` [Workflow commands]. Nothing that stands in one ends
// it or begins another.
import { shown, shownLines, withoutCommands } from './shown.ts';

export interface WorkflowCommand {
  readonly command: 'error' | 'warning' | 'notice';
  readonly properties: Readonly<Record<string, string | number>>;
  /** May have several lines. */
  readonly message: string;
}

/** One line, with its end. */
export function workflowCommandText({ command, message, properties }: WorkflowCommand): string {
  const said = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${command}${said.length === 0 ? '' : ` ${said.join(',')}`}::${data(withoutCommands(shownLines(message)))}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(withoutCommands(shown(text)))
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
}
