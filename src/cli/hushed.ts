// The terminal behind a last net: no secret value of the playbook at hand, and no credential of the environment, passes.
// What is written is redacted where it is made; this catches what nobody thought of.
import { createRedactor, nothingToRedact, scrubUrls, type Redactor } from '../util/redact.ts';
import type { Io } from './io.ts';

/**
 * The same terminal; `hide` adds secret values from the moment that they are known.
 *
 * @param onOut told that a result is being written
 */
export function hushed(io: Io, onOut: () => void = () => undefined): Io {
  const own = credentialsOf(io.env);
  let redactors: readonly Redactor[] =
    own.length === 0 ? [] : [createRedactor(() => ({ strong: own, implied: [], open: [] }))];
  // The URL of an endpoint or a proxy may carry a password; nothing else that looks like one is printed by relight.
  const clean = (text: string): string => redactors.reduce((rest, each) => each.text(rest), scrubUrls(text));
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
      io.block(lines.map(clean));
    },
    ask: (question, takenBack) => io.ask(clean(question), takenBack),
    hide: (redactor) => {
      if (redactor !== nothingToRedact) redactors = [...redactors, redactor];
    },
  };
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
  ]
    .map((name) => env[name] ?? '')
    .filter((value) => value.length >= shortestCredential);
}
