import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { failureToTell } from '../../app/failure-to-tell.ts';
import { EstimateWords } from './EstimateNote.tsx';
import { estimateAbout } from './use-estimate.ts';

test('why there is no estimate is said, with its remedy', () => {
  const failure = new EngineError('VIDEO_TOO_SHORT', 'The marked moment is too short.', {
    remedy: 'Mark a longer one.',
  });
  const shown = renderToStaticMarkup(<EstimateWords estimate={failureToTell(failure)} />);
  expect(shown).toContain('The marked moment is too short. Mark a longer one.');
});

test('nothing is said of what was cancelled, and of a line that broke, which is told elsewhere', () => {
  expect(failureToTell(new EngineError('CANCELLED', 'Cancelled.'))).toBeUndefined();
  expect(failureToTell(new EngineError('ENGINE_UNRESPONSIVE', 'Not reached.'))).toBeUndefined();
});

test('an estimate stands for its own video and model alone, and for none that are not ready', () => {
  const told = { about: 'v1 m1', estimate: 'looking' as const };
  expect(estimateAbout(told, 'v1 m1')).toBe('looking');
  expect(estimateAbout(told, 'v2 m1')).toBeUndefined();
  expect(estimateAbout(told, undefined)).toBeUndefined();
  expect(estimateAbout(undefined, undefined)).toBeUndefined();
});
