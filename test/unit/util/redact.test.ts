import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, scrubCredentials, scrubUrls } from '../../../src/util/redact.ts';
import { conceal, hideBehind, pathMaskOf } from '../../../src/util/path-mask.ts';

const redactor = (strong: readonly string[], implied: readonly string[] = [], open: readonly string[] = []) =>
  createRedactor(() => ({ strong, implied, open }));

describe('a redactor', () => {
  it('finds a value in each form in which it may come back', () => {
    const secret = 'pä"ss <1> & more';
    const { text } = redactor([secret]);
    const inJson = JSON.stringify(secret);
    const forms = [
      secret,
      inJson,
      JSON.stringify(inJson),
      encodeURIComponent(secret),
      'pä&#34;ss &lt;1&gt; &amp; more',
    ];
    for (const form of forms) expect(text(`before ${form} after`)).toMatch(/^before [\\"]*\(hidden\)[\\"]* after$/);
    for (const before of ['', 'a', 'ab', 'abc']) {
      const encoded = Buffer.from(`${before}${secret}xyz`).toString('base64');
      expect(text(encoded)).toContain('(hidden)');
    }
  });

  it('never lets a value through, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }), { minLength: 1, maxLength: 5 }),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (secrets, before, after) => {
          fc.pre(secrets.every((each) => !/^\d+$/.test(each) && !'(hidden)'.includes(each) && each !== 'true'));
          const { text, masked } = redactor(secrets);
          for (const secret of secrets) {
            const told = text(before + secret + after).split('(hidden)');
            for (const part of told) for (const each of secrets) expect(part).not.toContain(each);
            expect(masked(before + secret + after)).toHaveLength((before + secret + after).length);
          }
        },
      ),
    );
  });

  it('leaves implied values alone that are plain words, said in the open, or part of a word', () => {
    const { text } = redactor([], ['info', '8080', 'eu-west-1', 'blue-42'], ['region eu-west-1']);
    expect(text('info 8080 eu-west-1 blue-42, blue-421')).toBe('info 8080 eu-west-1 (hidden), blue-421');
  });

  it('breaks no JSON', () => {
    const { text } = redactor(['4711', 'true', 'null']);
    const value = { pin: 4711, list: [4711, true], note: 'pin 4711 is null', deep: null };
    expect(JSON.parse(text(JSON.stringify(value, null, 2)))).toEqual({ ...value, note: 'pin (hidden) is null' });
  });
});

it('credentials are taken out of the words of others', () => {
  const quoted =
    "The Canonical String should have been 'GET\n/\nhost:x\nx-amz-security-token:FwoGZXIvYXdzEBYaD\n' Authorization: Bearer abcdefghijk " +
    'https://user:pa55@proxy.example/ secret_access_key=wJalrXUtnFEMI Basic dXNlcjpwYXNzd29yZA==';
  const told = scrubCredentials(quoted);
  for (const each of ['FwoGZXIvYXdzEBYaD', 'abcdefghijk', 'pa55', 'wJalrXUtnFEMI', 'dXNlcjpw'])
    expect(told).not.toContain(each);
  expect(scrubUrls('http://127.0.0.1:4566 me@example.com')).toBe('http://127.0.0.1:4566 me@example.com');
});

it('a veil hides what lies below its paths, keeps keys, and touches nothing else', () => {
  const value = { a: [{ pin: 1, name: 'x' }], b: { 'my.key': 'v', c: null }, apiToken: 't' };
  const pathMask = pathMaskOf(['a[*].pin', 'b']);
  expect(hideBehind(value, pathMask)).toEqual({
    a: [{ pin: '(hidden)', name: 'x' }],
    b: { 'my.key': '(hidden)', c: null },
    apiToken: 't',
  });
  expect(conceal(value, pathMaskOf(['b.my.key']))).toEqual({
    ...value,
    b: { 'my.key': '(hidden)', c: null },
    apiToken: '(hidden)',
  });
  expect(hideBehind(value, pathMaskOf(['nowhere']))).toBe(value);
});
