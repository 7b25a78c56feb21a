// Names that go dark, and light up again.
import { z } from 'zod';
import { namedText, readNamed } from '../../../util/leads.ts';
import { everyAccount } from '../../accounts.ts';
import type { StuckKind } from '../../model.ts';
import { own, put } from '../../records.ts';
import { endWaiting } from '../ecs/waiting.ts';
import { namesOf, type Darkness, type NamesStore } from './store.ts';

const expected = 'a name such as orders.example.org, *.example.org, registry.example.org/orders or product:orders';

const resource = z
  .string()
  .max(512)
  .refine((text) => readNamed(text) !== undefined, expected);

function darkness(kind: Darkness): StuckKind {
  return {
    kind,
    holdsUp: 'service',
    resource,
    set: (data) =>
      Object.entries((data['names'] as NamesStore).dark).flatMap(([name, kinds]) =>
        kinds.includes(kind) ? [name] : [],
      ),
    isSet: (world, place) => own(namesOf(world).dark, nameOf(place.resource))?.includes(kind) === true,
    turn: (world, place, on, at) => {
      const { dark } = namesOf(world);
      const name = nameOf(place.resource);
      const others = (own(dark, name) ?? []).filter((each) => each !== kind);
      const kinds = on ? [...others, kind] : others;
      if (kinds.length > 0) {
        put(dark, name, kinds);
        return;
      }
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
      delete dark[name];
      for (const account of everyAccount(world)) {
        for (const region of Object.keys(account.data.regions)) endWaiting(account, region, name, at);
      }
    },
    held: (world, place) => Object.keys(own(namesOf(world).waited, nameOf(place.resource)) ?? {}),
  };
}

/** In the one spelling in which names are kept. */
function nameOf(text = ''): string {
  const named = readNamed(text);
  return named === undefined ? text : namedText(named);
}

export const namesStuck: readonly StuckKind[] = [darkness('name-dark'), darkness('name-dark-to-tasks')];
