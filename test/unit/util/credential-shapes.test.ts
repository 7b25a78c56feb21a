// What looks like a credential, and what only looks a little like one.
import { describe, expect, test } from 'vitest';
import { followsFlag, holdsCredential } from '../../../src/util/credential-shapes.ts';

describe('a text that holds a credential', () => {
  test.each([
    'registry.example/api:1.2.3@sha256:0123456789abcdef',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
    'http://localhost:8080/health?mail=a@b.example',
    'ssh://git@git.example/x.git',
    'docker run -u 1000:1000 image',
    'postgres://db.example:5432/shop',
    'curl -H "x-token: $TOKEN" http://localhost/',
    '--password ${DB_PASSWORD}',
    'token-service.example',
    'max-age=300, must-revalidate',
    'eyJust a word',
    'redis-cli -h cache.example ping',
    'redis-cli -a $REDIS_PASSWORD ping',
    'mysqladmin ping -h 127.0.0.1 -P 3306',
    'mysql -p"$DB_PASSWORD" -e "select 1"',
    'mkdir -p /var/lib/mysql',
    'bypass=true',
  ])('is not %s', (text) => {
    expect(holdsCredential(text)).toBe(false);
  });

  test.each([
    'PGPASSWORD=hush-hush pg_isready',
    'run --with {"dbPassword":"hush-hush"}',
    'clientSecret: hush-hush',
    'curl -u probe:hush http://localhost/',
    'DB_PASS=hush-hush pg_isready',
    'redis-cli -h cache.example -a hush ping',
    'mysqladmin ping -h 127.0.0.1 -phush',
    'mongosh --quiet -u probe -p hush --eval 1',
  ])('is %s', (text) => {
    expect(holdsCredential(text)).toBe(true);
  });

  test.each(['a_', 'a-', '://', 'a:b@', 'eyJ', 'token ', '-u ', 'x', 'redis-cli ', 'mysql -', 'mongo '])(
    'is told at once of a long text of %j',
    (part) => {
      expect(holdsCredential(part.repeat(20_000 / part.length))).toBeTypeOf('boolean');
    },
    5_000,
  );

  test.each([
    ['--user', 'probe:hush', true],
    ['-u', '1000:1000', false],
    ['--db-password', 'hush', true],
    ['--db-pass', 'hush', true],
    ['--password', '--port', false],
    ['--port', '8080', false],
  ])('as words: %s %s is %s', (before, word, is) => {
    expect(followsFlag(before, word)).toBe(is);
  });
});
