// What was accepted although something spoke against it, in words.
import { readConsentWord } from '../plan/consent.ts';
import type { Plan } from '../plan/plan.ts';

/** `dns (ownership), table (cascade, loss)`; undefined where nothing was accepted. */
export function acceptedText(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const reasons = new Map<string, string[]>();
  for (const text of words) {
    const word = readConsentWord(text);
    const own = reasons.get(word.component) ?? [];
    reasons.set(word.component, own);
    // Journals of version 0.1.0 name the component alone.
    own.push(word.kind === 'bare' ? 'it does not say what' : text.slice(word.component.length + 1));
  }
  return [...reasons].map(([component, own]) => `${component} (${own.join(', ')})`).join(', ');
}

/** Each doubt that was lifted, as it was shown: component with reason, and what was found. */
export function acceptedRows({ components }: Plan): readonly (readonly [string, string])[] {
  return components.flatMap(({ consents = [], id }) =>
    consents.filter((each) => each.given).map(({ reason, what }) => [`${id} (${reason})`, what] as const),
  );
}
