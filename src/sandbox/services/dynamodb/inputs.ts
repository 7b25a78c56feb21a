import type { InputModel } from '../../inputs/model.ts';

export const inputs: InputModel = { operations: {}, shapes: {} };
