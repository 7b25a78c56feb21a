// What a text leads to, and above all what it does not lead to.
import { describe, expect, it } from 'vitest';
import { covers, leadsIn, leadsTo, namedText, readNamed, type Named, type Reading } from '../../../src/util/leads.ts';

function named(text: string): Named {
  const read = readNamed(text);
  if (read === undefined) throw new Error(`${text} is no name`);
  return read;
}

function leads(text: string, name: string, reading: Reading = 'text'): boolean {
  return leadsTo(leadsIn(text, reading), named(name));
}

describe('a name', () => {
  it.each([
    ['orders.example.org', 'orders.example.org'],
    ['Orders.Example.ORG.', 'orders.example.org'],
    ['https://orders.example.org/api?x=1', 'orders.example.org'],
    ['orders.example.org:8443', 'orders.example.org'],
    ['*.example.org', '*.example.org'],
    ['registry.example.org:5000/team/orders', 'registry.example.org/team/orders'],
    ['10.0.0.7', '10.0.0.7'],
    ['product:Orders', 'product:orders'],
  ])('%s is %s', (text, expected) => {
    expect(namedText(named(text))).toBe(expected);
  });

  it.each([
    ['orders', 'a word without a dot says not what it is'],
    ['*.org', 'a whole top-level domain is nobody’s'],
    ['*', 'all names are nobody’s'],
    ['*.amazonaws.com', 'AWS’s own names are not the service’s'],
    ['https://user:secret@orders.example.org', 'a password has no place in a name'],
    ['product:a b', 'a product is one word'],
    ['orders..example.org', 'no host is called so'],
    ['', 'nothing is no name'],
  ])('is not %s: %s', (text) => {
    expect(readNamed(text)).toBeUndefined();
  });
});

describe('a host is found', () => {
  it.each([
    ['https://orders.example.org/customers'],
    ['orders.example.org:5432'],
    ['ORDERS.EXAMPLE.ORG'],
    ['postgres://user:word@orders.example.org/db'],
    ['a.example.org,orders.example.org'],
    ['{"backend":"https://orders.example.org"}'],
    ['https://login.example.net/?to=https%3A%2F%2Forders.example.org%2Fback'],
    ['curl -f http://orders.example.org./health || exit 1'],
    ['jdbc:postgresql://orders.example.org/db'],
  ])('in %s', (text) => {
    expect(leads(text, 'orders.example.org')).toBe(true);
  });

  it.each([
    ['https://reorders.example.org', 'a longer label'],
    ['https://orders.example.org.evil.example', 'a longer name'],
    ['https://eu.orders.example.org', 'a name below it'],
    ['https://example.org/orders.example.org/x', 'a path of another host'],
    ['/etc/certs/orders.example.org/cert.pem', 'a file'],
    ['orders.example.org.pem', 'a file beside'],
    ['ops@orders.example.org', 'a mail address'],
    ['.orders.example.org', 'a domain of cookies or exceptions'],
    ['*.orders.example.org', 'all that is below'],
    ['https://orders.example.org@evil.example/', 'a user’s name'],
    ['https://${gone.host}.orders.example.org', 'a name below it of which a part is not known'],
    ['my-orders.example.org', 'a label that ends so'],
  ])('but not in %s: %s', (text) => {
    expect(leads(text, 'orders.example.org')).toBe(false);
  });

  it('below a domain, label by label', () => {
    expect(leads('https://orders.example.org', '*.example.org')).toBe(true);
    expect(leads('https://${record.name}.example.org', '*.example.org')).toBe(true);
    expect(leads('https://example.org', '*.example.org')).toBe(false);
    expect(leads('https://notexample.org', '*.example.org')).toBe(false);
    expect(leads('https://orders.notexample.org', '*.example.org')).toBe(false);
  });
});

describe('an image', () => {
  it.each([
    ['registry.example.org/orders:1.2', 'registry.example.org', true],
    ['registry.example.org:5000/orders@sha256:00', 'registry.example.org', true],
    ['registry.example.org/orders:1.2', 'registry.example.org/orders', true],
    ['registry.example.org/orders/base:1.2', 'registry.example.org/orders', true],
    ['registry.example.org/orders-base:1.2', 'registry.example.org/orders', false],
    ['registry.example.org.evil.example/orders', 'registry.example.org', false],
    ['registry.example.org', 'registry.example.org', false],
    ['nginx:1.27', 'nginx.org', false],
    ['docker.io/orders.example.org/x', 'orders.example.org', false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1', 'product:orders', false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1', 'product:ecr', false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1', '123456789012.dkr.ecr.eu-west-1.amazonaws.com', true],
  ])('%s leads to %s: %s', (image, name, expected) => {
    expect(leads(image, name, 'image')).toBe(expected);
  });
});

describe('a product', () => {
  it.each([
    ['orders'],
    ['orders-api'],
    ['http://orders:8080/health'],
    ['orders:8080'],
    ['https://orders.shop.internal/'],
    ['grpc://eu-orders.service.local:9000'],
  ])('is named by %s', (text) => {
    expect(leads(text, 'product:orders')).toBe(true);
  });

  it.each([
    ['reorders', 'a longer word'],
    ['orders2', 'another word'],
    ['handles orders and refunds', 'a sentence'],
    ['https://api.stripe.com/v1/orders', 'a path of a vendor'],
    ['https://orders.stripe.com', 'a public name of somebody'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'a path of AWS'],
    ['orders.c1abcdef.eu-west-1.rds.amazonaws.com', 'a name of AWS’s'],
    ['/etc/orders/config.yaml', 'a file'],
    ['ip-10-0-0-1.eu-west-1.compute.internal', 'AWS’s private names'],
  ])('is not named by %s: %s', (text) => {
    expect(leads(text, 'product:orders')).toBe(false);
    expect(leads(text, 'product:ip')).toBe(false);
  });

  it('is found in the name of a secret, not in its ARN around it', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/orders/api-key-AbCdEf';
    expect(leads(arn, 'product:orders', 'name')).toBe(true);
    expect(leads('arn:aws:ssm:eu-west-1:123456789012:parameter/orders/key', 'product:orders', 'name')).toBe(true);
    for (const word of ['aws', 'secretsmanager', 'west', 'secret']) {
      expect(leads(arn, `product:${word}`, 'name'), word).toBe(false);
    }
    expect(leads('prod/reorders/key', 'product:orders', 'name')).toBe(false);
  });
});

describe('who provides', () => {
  it.each([
    ['*.example.org', 'orders.example.org', true],
    ['*.example.org', '*.eu.example.org', true],
    ['*.example.org', '*.example.org', true],
    ['*.example.org', 'example.org', false],
    ['orders.example.org', '*.example.org', false],
    ['registry.example.org', 'registry.example.org/orders', true],
    ['registry.example.org/orders', 'registry.example.org', false],
    ['product:orders', 'product:orders', true],
    ['product:orders', 'orders.example.org', false],
  ])('%s provides %s: %s', (provided, needed, expected) => {
    expect(covers(named(provided), named(needed))).toBe(expected);
  });
});
