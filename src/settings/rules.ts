// How specs of a type are laid over each other. Pure.
import type { ComponentType } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import type { OverlayRules } from './overlay.ts';

type Laid = Pick<Component, 'exact' | 'cleared'>;

const nothingTaken: Laid = { exact: [], cleared: [] };

/** @param laid what the playbook takes away; nothing unless told */
export function rulesOf(type: ComponentType, { cleared, exact }: Laid = nothingTaken): OverlayRules {
  const { alternatives, keys } = type.settings;
  return { keys, alternatives, isOne: (value) => type.settings.isOne(value), cleared, exact };
}
