import { expect, test } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { failureToTell } from './failure-to-tell.ts';

test('a moment that is not inside its video is told in the times that the window writes', () => {
  const refused = new EngineError(
    'ANNOTATION_INVALID',
    'A moment from 257 s to 32400 s is not inside the video.',
    {
      details: { startSec: 257, endSec: 32_400 },
    },
  );
  expect(failureToTell(refused)?.message).toBe(
    'A moment from 4:17.0 to 9:00:00.0 is not inside the video, or ends before it starts.',
  );
  expect(failureToTell(refused)?.code).toBe('ANNOTATION_INVALID');
});

test('what was cancelled on request is not told', () => {
  expect(failureToTell(new EngineError('CANCELLED', 'It was cancelled.'))).toBeUndefined();
});
