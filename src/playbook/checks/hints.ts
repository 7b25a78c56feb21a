// Things in a sound playbook that are probably not meant.
import type { Json } from '../../components/contract.ts';
import { asMap, type Report } from './entries.ts';

/** The letters of AWS regions: a region with other letters is more likely misspelt than new. */
const regionFamilies = new Set(
  (
    'af-south ap-east ap-northeast ap-south ap-southeast ca-central ca-west cn-north cn-northwest eu-central eu-north ' +
    'eu-south eu-west eusc-de-east il-central me-central me-south mx-central sa-east us-east us-west us-gov-east ' +
    'us-gov-west us-iso-east us-iso-west us-isob-east eu-isoe-west us-isof-east us-isof-south'
  ).split(' '),
);

export function hint(target: Json | undefined, report: Report): void {
  const { region, environment } = asMap(target) ?? {};
  if (typeof region === 'string') hintRegion(region, report);
  if (typeof environment === 'string') hintEnvironment(environment, report);
}

function hintRegion(region: string, report: Report): void {
  const family = region.replace(/-\d+$/, '');
  // Without a number it is no region at all, and an error says so.
  if (family !== region && !regionFamilies.has(family)) {
    const near = [...regionFamilies].map((each) => region.replace(family, each));
    report({
      severity: 'warning',
      path: ['target', 'region'],
      at: 'value',
      code: 'unknown-region',
      message: `"${region}" is no region that relight knows`,
      near: { word: region, candidates: near },
    });
  }
}

function hintEnvironment(environment: string, report: Report): void {
  if (environment !== 'production' && /^(prod|prd|production|live)$/i.test(environment)) {
    report({
      severity: 'warning',
      path: ['target', 'environment'],
      at: 'value',
      code: 'not-production',
      message: `"${environment}" does not count as production: only the word production, written so, asks for more care`,
      near: { word: environment, candidates: ['production'] },
    });
  }
}
