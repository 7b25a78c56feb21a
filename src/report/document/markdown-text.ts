// Words from outside in Markdown: nothing in them is taken for Markdown or HTML, nobody is mentioned, nothing is linked.
import { shown } from '../../util/shown.ts';

/**
 * GitHub and GitLab look for mentions, issues and addresses in what is left when Markdown and entities are gone: a backslash
 * does not keep them from it, a comment between the characters does.
 */
const apart = '<!-- -->';
const mention = /(?<![\p{L}\p{N}_])@(?=[\p{L}\p{N}_])|@(?=[\p{L}\p{N}_-]+\.[\p{L}\p{N}_])/gu;
const issue = /(\\#|GH-)(?=\d)/gi;
const address = /((?:https?|ftp|mailto|xmpp):)(?=\S)|(\bwww\.)(?=\S)/gi;

/** On one line, as text. */
export function markdownText(text: string): string {
  return markdownEscaped(text).trim();
}

/** The same for a part of a line: a space at its beginning or end stays. */
export function markdownEscaped(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~#$]/g, (character) => `\\${character}`)
    .replaceAll(issue, `$&${apart}`)
    .replaceAll(mention, `@${apart}`)
    .replaceAll(address, `$&${apart}`);
}

/** A backtick would end it, and a bar would end its cell. */
export function markdownCode(text: string): string {
  return `\`${oneLine(text).trim().replaceAll('`', "'").replaceAll('|', '¦')}\``;
}

/** A block of lines, whatever fences are in them. */
export function markdownBlock(lines: readonly string[], language: string): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines.map(shown), fence];
}

function oneLine(text: string): string {
  return shown(text.replaceAll(/[ \t\n\r]+/g, ' '));
}
