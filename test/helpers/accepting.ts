// Consents for tests, as they are typed: `accepting('dns:ownership')`.
import { consentsIn, readConsentWord, type Consents } from '../../src/plan/consent.ts';

export function accepting(...words: readonly string[]): Consents {
  const wrong = words.find((each) => readConsentWord(each).kind !== 'consent');
  if (wrong !== undefined) throw new Error(`${wrong} is no consent`);
  return consentsIn(words);
}
