// The secrets of receivers, from the environment or files: held in memory and nowhere else.
import { shown } from '../../util/shown.ts';
import { createRedactor, nothingToRedact, type Redactor } from '../../util/redact.ts';
import { signingKey } from '../render/webhook.ts';
import type { Receiver, SecretPlace } from '../receivers.ts';
import { isFitUrl } from './schema.ts';

/** What a receiver is reached with. */
export type Reach =
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly keys: readonly Buffer[] }
  | { readonly kind: 'pagerduty'; readonly url: string; readonly routingKey: string }
  | { readonly kind: 'sns' }
  | { readonly kind: 'command' };

export type Reached =
  | { readonly kind: 'known'; readonly reach: Reach }
  /** Notices for it wait: what is missing may be there next time. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Where secrets are read. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file. @throws what the system says */
  readonly readFile: (path: string) => string;
}

export interface Secrets {
  /** Read anew at each call: a file may have been replaced. */
  readonly of: (receiver: Receiver) => Reached;
  /** Takes out of a text every secret that was read until now. */
  readonly redactor: Redactor;
}

export function secretsFrom(sources: SecretSources): Secrets {
  const known = new Set<string>();
  let redactor = nothingToRedact;
  const learn = (secret: string): string => {
    if (!known.has(secret)) {
      known.add(secret);
      redactor = createRedactor(() => ({ strong: [...known].flatMap(partsOf), implied: [], open: [] }));
    }
    return secret;
  };
  return {
    of: (receiver) => {
      try {
        return { kind: 'known', reach: reachOf(receiver, (place) => learn(secretAt(place, sources))) };
      } catch (error) {
        if (!(error instanceof NoSecret)) throw error;
        return { kind: 'unknown', why: error.message };
      }
    },
    redactor: {
      text: (text) => redactor.text(text),
      masked: (text) => redactor.masked(text),
      json: (value) => redactor.json(value),
    },
  };
}

/** An address is known by its host, too: what is behind that is the secret. */
function partsOf(secret: string): readonly string[] {
  if (!URL.canParse(secret)) return [secret];
  const { pathname, search } = new URL(secret);
  return [secret, ...[pathname + search, pathname].filter((each) => each.length > 8)];
}

class NoSecret extends Error {}

function secretAt(place: SecretPlace, { env, readFile }: SecretSources): string {
  switch (place.kind) {
    case 'env': {
      const text = env[place.name]?.trim() ?? '';
      if (text === '') throw new NoSecret(`the environment variable ${place.name} is not set`);
      return text;
    }
    case 'file': {
      let text: string;
      try {
        text = readFile(place.path).trim();
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        throw new NoSecret(`${shown(place.path)} cannot be read (${code})`);
      }
      if (text === '') throw new NoSecret(`${shown(place.path)} is empty`);
      return text;
    }
  }
}

function whereOf(place: SecretPlace): string {
  return place.kind === 'env' ? `the environment variable ${place.name}` : shown(place.path);
}

function reachOf(receiver: Receiver, secret: (place: SecretPlace) => string): Reach {
  switch (receiver.kind) {
    case 'slack':
      return { kind: 'slack', url: urlAt(receiver.url, secret) };
    case 'webhook': {
      const { previousSecret, secret: own, url } = receiver;
      const places = [own, ...(previousSecret === undefined ? [] : [previousSecret])];
      return {
        kind: 'webhook',
        url: typeof url === 'string' ? url : urlAt(url, secret),
        keys: places.map((place) => keyAt(place, secret)),
      };
    }
    case 'pagerduty': {
      const routingKey = secret(receiver.routingKey);
      return { kind: 'pagerduty', url: receiver.url, routingKey };
    }
    case 'sns':
    case 'command':
      return { kind: receiver.kind };
  }
}

function urlAt(place: SecretPlace, secret: (place: SecretPlace) => string): string {
  const url = secret(place);
  if (!isFitUrl(url))
    throw new NoSecret(`what is in ${whereOf(place)} is no https:// address without user and password`);
  return url;
}

function keyAt(place: SecretPlace, secret: (place: SecretPlace) => string): Buffer {
  const key = signingKey(secret(place));
  if (key === undefined) {
    throw new NoSecret(
      `what is in ${whereOf(place)} is no signing key: whsec_ and 24 to 64 bytes in base64, such as of ` +
        'echo "whsec_$(openssl rand -base64 32)"',
    );
  }
  return key;
}
