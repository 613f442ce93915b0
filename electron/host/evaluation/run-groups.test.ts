import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EvalSample } from '../../../native-models/protocol/eval-sample.ts';
import { ResultJournal } from './result-journal.ts';
import { runGroups } from './run-groups.ts';
import type { AskingRules, AskSample, EvaluationEngine } from './sample-asker.ts';
import { groupByVideo } from './sample-groups.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-groups-'))));
afterEach(() => rm(folder, { recursive: true }));

/** One question on the first video, two on the second, three on the third. */
const samples = ['a', 'b', 'b', 'c', 'c', 'c'].map((video, index): EvalSample => ({
  ...{ kind: 'sample', id: String(index), index, place: { file: 'a.jsonl' }, source: 'own' },
  ...{ form: 'grounding', videoPath: `/data/${video}.mp4`, categories: [], extra: {} },
}));

/** Ids in the order in which engines were asked. */
async function askedBy(engines: number): Promise<string[]> {
  const asked: string[] = [];
  const ask: AskSample = (_engine, _rules, { id, index }) => {
    asked.push(id);
    return Promise.resolve({ id, index, prediction: {} });
  };
  const journal = await ResultJournal.open(path.join(folder, `${engines}.jsonl`));
  // Nothing but `ask` looks at engines and rules.
  const several = Array.from({ length: engines }, () => ({}) as EvaluationEngine);
  const groups = groupByVideo(samples, { index: 0, of: 1 });
  const options = { signal: new AbortController().signal, ask, onProgress: () => undefined };
  await runGroups(groups, journal, several, {} as AskingRules, options);
  await journal.close();
  return asked;
}

describe('groups of samples', () => {
  it('are run in their order by one engine', async () => {
    expect(await askedBy(1)).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('are begun longest first by several, so that none is left alone with a long one', async () => {
    const asked = await askedBy(2);
    expect(asked.slice(0, 2)).toEqual(['3', '1']);
    expect(asked.toSorted()).toEqual(['0', '1', '2', '3', '4', '5']);
  });
});
