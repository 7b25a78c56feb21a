// What of Route 53 is looked at in a census: health checks carry tags, records say by their names whose they are.
import type { Piece, PiecePlace } from '../../model.ts';
import { lowerTags } from '../../tags.ts';
import { route53Of } from './store.ts';

export function healthCheckPieces({ data }: PiecePlace): readonly Piece[] {
  const { healthChecks, tags } = route53Of(data);
  return Object.values(healthChecks).map(({ config, id }) => {
    const place = `healthcheck/${id}`;
    const own = tags[place] ?? [];
    return {
      id,
      title: `health check ${id}`,
      tags: lowerTags(own),
      settings: () => ({ config, own }),
      putTag: (key, value) => {
        tags[place] = [...own.filter((tag) => tag.key !== key), { key, value }];
      },
    };
  });
}

/** Tagged or not. */
export function healthCheckCount({ data }: PiecePlace): Readonly<Record<string, number>> {
  return { 'health checks': Object.keys(route53Of(data).healthChecks).length };
}

/** Records whose name begins with the owner's. */
export function recordsOf({ data }: PiecePlace, owner: string): readonly Pick<Piece, 'title' | 'settings'>[] {
  return Object.values(route53Of(data).zones).flatMap((zone) =>
    Object.entries(zone.names).flatMap(([name, records]) => {
      const isOwn = name.startsWith(`${owner}.`);
      return Object.entries(records).flatMap(([kind, history]) => {
        const record = history.at(-1)?.record;
        if (record === undefined || record === null || !(isOwn || record.setIdentifier === owner)) return [];
        return [{ title: `record ${name} ${kind.trim()} in ${zone.name}`, settings: () => record }];
      });
    }),
  );
}
