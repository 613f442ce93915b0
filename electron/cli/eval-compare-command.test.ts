import { expect, it } from 'vitest';
import { comparisonLines } from './eval-compare-command.ts';
import { plainStyle } from './terminal.ts';

it('a comparison of runs that share no sample says that nothing is compared, and nothing of chance', () => {
  const lines = comparisonLines({ benchmark: 'own', shared: 0, figures: [] }, plainStyle);
  expect(lines).toEqual(['own: the runs have no sample in common; nothing is compared.']);
});
