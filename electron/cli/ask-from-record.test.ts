import { expect, test } from 'vitest';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { searchOfTheRest } from './ask-from-record.ts';

const searched = { startSec: 0, endSec: 10 };
const candidates = [{ startSec: 2, endSec: 4, confidence: 0.5 }];
const record = (leftOut: { startSec: number; endSec: number }[]) =>
  ({
    candidates,
    settings: { candidates: 5, temperature: 0, search: { mode: 'auto', windowSec: 10 } },
    search: { mode: 'windows', windows: [searched], framesSeen: 10, leftOut },
  }) as unknown as RunRecord;

test('a search goes on with what its record says, in the same windows', () => {
  expect(searchOfTheRest(record([{ startSec: 10, endSec: 60 }]), 'r.json')).toEqual({
    mode: 'auto',
    windowSec: 10,
    goOn: { searched: [searched], candidates },
  });
});

test('where nothing was left out, that is told', () => {
  expect(() => searchOfTheRest(record([]), 'r.json')).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});
