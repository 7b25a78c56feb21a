// The text of a playbook as it may be shown beside a mistake: secret values become as many `*`, so that every line and
// column stays where it is.
import type { Redactor } from '../../util/redact.ts';
import { soundsSecret } from '../../util/secrets.ts';
import type { Source } from '../yaml/source.ts';
import type { Path, Span } from '../yaml/found.ts';

/** Masks what stands at the paths, and every other copy of the secrets. */
export function maskedText(
  { text, span }: Pick<Source, 'text' | 'span'>,
  paths: readonly Path[],
  redactor: Redactor,
): string {
  const masked = maskSpans(text, paths.map(span));
  return redactor.masked(masked);
}

function maskSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let done = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (to <= done) continue;
    result += text.slice(done, Math.max(done, from)) + stars(text.slice(Math.max(done, from), to));
    done = to;
  }
  return result + text.slice(done);
}

/** Blanks stay: they make the shape of a text of several lines. */
function stars(text: string): string {
  return text.replaceAll(/\S/g, '*');
}

/**
 * Masks the text of a file that is not valid YAML, of which nobody knows what stands where: whatever follows a key that
 * promises a secret, or that somebody marks as sensitive, on its line and on the deeper ones below.
 */
export function maskedUnparsed(text: string): string {
  const marked = markedNames(text);
  const secret = (name: string): boolean =>
    soundsSecret(name) || /^(environment|headers)$/i.test(name) || secretHeaders.test(name) || marked.has(name);
  /** Indentation of the key whose value goes on; undefined outside of one. */
  let inside: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line;
      const indent = line.search(/\S/);
      // An item of a list may stand in the column of its key.
      const goesOn = inside !== undefined && (indent > inside || (indent === inside && line.startsWith('- ', indent)));
      if (inside !== undefined && goesOn) return maskValues(line);
      inside = undefined;
      for (const { name, end } of keysOf(line)) {
        if (!secret(name)) continue;
        inside = indent;
        return hideUrls(line.slice(0, end)) + stars(line.slice(end));
      }
      return hideUrls(line);
    })
    .join('\n');
}

const secretHeaders = /^(authorization|cookie|x-api-key)$/i;

/**
 * Every key on a line that may be no YAML at all, and where its colon ends. Each character is looked at a fixed number of
 * times: a hostile line of a million characters must not take longer than a decent one.
 */
function* keysOf(line: string): Generator<{ readonly name: string; readonly end: number }> {
  for (const { index } of line.matchAll(/:(?=\s|$)/g)) {
    const before = line.slice(Math.max(0, index - longestKey), index).trimEnd();
    const quote = before.at(-1);
    const name =
      quote === '"' || quote === "'"
        ? before.slice(before.lastIndexOf(quote, -2 + before.length) + 1, -1)
        : (/^[-?\s]*(.*)$/s.exec(before.slice(lastSpecial(before) + 1))?.[1] ?? '');
    if (name !== '') yield { name, end: index + 1 };
  }
}

/** YAML's own limit for a key that stands on the line of its value. */
const longestKey = 1024;

/** Where the last character stands that no plain key has. */
function lastSpecial(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && !`"'{}[],#:`.includes(text.charAt(at))) at -= 1;
  return at;
}

/** Below a secret key: keys stay, as far as a line begins with one. */
function maskValues(line: string): string {
  const [head = ''] = /^\s*(?:- )*(?:[A-Za-z_][\w.-]*:(?=\s|$))?/.exec(line) ?? [];
  return head + stars(line.slice(head.length));
}

/** The run before the `@` is matched once, and looked into afterwards: two open-ended parts would take the square. */
function hideUrls(line: string): string {
  return line.replaceAll(/(:\/\/)([^\s/"'@]*)(?=@)/g, (whole, head: string, login: string) =>
    /^[^?#:]*:/.test(login) ? head + stars(login) : whole,
  );
}

/** Last names of paths in `sensitive: [...]`, and `default` and `enum` where some parameter is marked. */
function markedNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  if (/sensitive["']?\s*:\s*true\b/.test(text)) for (const each of ['default', 'enum']) names.add(each);
  for (const [, flow = '', block = ''] of text.matchAll(
    /\bsensitive["']? *:[ \t]*(?:\[([^\]\n]*)|((?:\n[ \t]*- .*)+))/g,
  )) {
    for (const path of `${flow},${block}`.split(/[,\n]/)) {
      const name = path
        .replaceAll(/["']|^\s*-\s*|\[[^\]]*\]?/g, '')
        .trim()
        .split('.')
        .at(-1);
      if (name !== undefined && name !== '' && name !== '*') names.add(name);
    }
  }
  return names;
}
