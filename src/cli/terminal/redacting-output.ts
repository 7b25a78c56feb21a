// The terminal behind its filter. Two things pass nowhere else: secrets are taken out once more (what is written is redacted
// where it is made; this catches what nobody thought of), and what could steer a terminal is made visible.
import { createRedactor, nothingToRedact, scrubUrls, type Redactor } from '../../util/redact.ts';
import { shown } from '../../util/shown.ts';
import { workflowCommandText, type WorkflowCommand } from '../../util/workflow-command.ts';
import { cleanText } from './clean-text.ts';
import type { Io } from './io.ts';

/**
 * The same terminal; `hide` adds secret values from the moment that they are known.
 *
 * @param given the words of the command line: quoted in a message, they stay on its line
 * @param onOut told that a result is being written
 */
export function redactingOutput(io: Io, given: readonly string[] = [], onOut: () => void = () => undefined): Io {
  const own = credentialsOf(io.env);
  let redactors: readonly Redactor[] =
    own.length === 0 ? [] : [createRedactor(() => ({ strong: own, implied: [], open: [] }))];
  const broken = wordsOfSeveralLines(given, io.env);
  // The URL of an endpoint or a proxy may carry a password; nothing else that looks like one is printed by relight.
  const quiet = (text: string): string => redactors.reduce((rest, each) => each.text(rest), scrubUrls(text));
  const clean = (text: string): string =>
    cleanText(broken.reduce((rest, word) => rest.replaceAll(word, shown(word)), quiet(text)));
  // A question, or a line of the block: one line, whatever is named in it.
  const cleanLine = (text: string): string => cleanText(shown(quiet(text)));
  return {
    ...io,
    // Asked anew each time, since windows are resized.
    get columns() {
      return io.columns;
    },
    get rows() {
      return io.rows;
    },
    out: (text) => {
      onOut();
      io.out(clean(text));
    },
    err: (text) => {
      io.err(clean(text));
    },
    block: (lines) => {
      io.block(lines.map(cleanLine));
    },
    ask: (question, takenBack) => io.ask(cleanLine(question), takenBack),
    outCommands: (commands) => {
      onOut();
      for (const each of commands) {
        const properties = Object.entries(each.properties).map(([name, value]) => [
          name,
          typeof value === 'string' ? quiet(value) : value,
        ]);
        const said = { ...each, message: quiet(each.message), properties: Object.fromEntries(properties) as object };
        io.out(workflowCommandText(said as WorkflowCommand));
      }
    },
    hide: (redactor) => {
      if (redactor !== nothingToRedact) redactors = [...redactors, redactor];
    },
  };
}

/**
 * Words of the command line and of AWS's variables that hold line breaks: a folder or a profile may be named by somebody
 * else, and messages quote them (those of the option parser and of the SDK included). Longest first.
 */
function wordsOfSeveralLines(given: readonly string[], env: Io['env']): readonly string[] {
  const words = [
    ...given.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]),
    ...Object.entries(env)
      .filter(([name]) => /^(AWS_|RELIGHT_|HTTPS?_PROXY$|NO_PROXY$)/i.test(name))
      .map(([, value]) => value ?? ''),
  ];
  return [...new Set(words)]
    .filter((word) => /\S[\n\r]+\S/.test(word))
    .toSorted((left, right) => right.length - left.length);
}

/** Real ones have 40 characters and more; `sandbox` and the like are none. */
const shortestCredential = 16;

function credentialsOf(env: Io['env']): readonly string[] {
  return [
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_SECURITY_TOKEN',
    'AWS_BEARER_TOKEN',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN',
    'RELIGHT_PLAN_KEY',
  ]
    .map((name) => env[name] ?? '')
    .filter((value) => value.length >= shortestCredential);
}
