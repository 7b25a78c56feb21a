// The frame of every page: title, headline, sections. One file: no script, no font, no picture from elsewhere.
import { markup, type Markup } from './markup.ts';
import { style } from './style.ts';

export interface Section {
  readonly title: string;
  /** What links on the page call it: letters, digits and hyphens. */
  readonly id?: string;
  readonly body: Markup;
}

export interface PageParts {
  /** Of the window and the file. */
  readonly title: string;
  /** A few words above the headline: what kind of page it is. */
  readonly kicker: string;
  readonly headline: Markup;
  /** Below the headline, before the first section. */
  readonly opening: Markup;
  readonly sections: readonly Section[];
  readonly footer: Markup;
}

/** A whole page as text, ready to be written to a file. */
export function page({ title, kicker, headline, opening, sections, footer }: PageParts): string {
  const body = sections.map(
    (section) => markup`<section${section.id === undefined ? '' : markup` id="${section.id}"`}>
<h2>${section.title}</h2>
${section.body}
</section>
`,
  );
  // The policy holds even if something slipped through: nothing is loaded, no script runs.
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="referrer" content="no-referrer"/>
<title>${title}</title>
<style>${rawStyle}</style>
</head>
<body>
<header class="top">
<div class="kicker">${kicker}</div>
<h1>${headline}</h1>
${opening}
</header>
<main>
${body}</main>
<footer>${footer}</footer>
</body>
</html>
`.markup;
}

/** Our own text, in which nothing ends the element. */
const rawStyle: Markup = { markup: `\n${style}\n` };
