// Networks and certificates: presumed, never made. Services that name them look here.
import type { SilentService } from '../../model.ts';
import { networkPieces } from './pieces.ts';
import { networkPresumes } from './presume.ts';
import { emptyNetworkStore } from './store.ts';

export const networkService: SilentService = {
  name: 'network',
  protocol: 'none',
  scope: 'region',
  store: { name: 'network', empty: emptyNetworkStore },
  presumes: networkPresumes,
  pieces: networkPieces,
};
