import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scriptedRecord } from '../testing/scripted-parts.ts';
import type { SampleResult } from './result-journal.ts';
import { journalCounts, journalResults, ResultJournal } from './result-journal.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-journal-'));
  file = path.join(folder, 'results.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const result = (index: number, text = 'ü'): SampleResult => ({
  id: `sample ${index}`,
  index,
  prediction: { text },
});

async function readAll(journal: ResultJournal): Promise<number[]> {
  const indices: number[] = [];
  for await (const one of journal.inOrder()) indices.push(one.index);
  return indices;
}

describe('a journal', () => {
  it('gives results back in the loader’s order, in whatever order they came', async () => {
    const journal = await ResultJournal.open(file);
    await Promise.all([3, 0, 2, 1].map((index) => journal.append(result(index))));
    expect(await readAll(journal)).toEqual([0, 1, 2, 3]);
    await journal.close();
  });

  it('refuses a second result of a sample', async () => {
    const journal = await ResultJournal.open(file);
    expect(await journal.append(result(0, 'first'))).toBe(true);
    expect(await journal.append(result(0, 'second'))).toBe(false);
    await journal.close();
    expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(result(0, 'first'))}\n`);
  });

  it('opened again asks what had failed once more, and keeps what comes of it', async () => {
    const failed: SampleResult = {
      ...result(1, 'failed'),
      error: { code: 'VIDEO_NOT_FOUND', message: 'data/a.mp4 is not there.' },
    };
    const first = await ResultJournal.open(file);
    await first.append(result(0));
    await first.append(failed);
    expect([first.count, first.failed, first.askedAgain]).toEqual([2, 1, 0]);
    expect(await first.append(result(1, 'twice in one run'))).toBe(false);
    await first.close();

    const second = await ResultJournal.open(file);
    expect([second.has('sample 0'), second.has('sample 1')]).toEqual([true, false]);
    expect([second.count, second.failed, second.askedAgain]).toEqual([2, 1, 1]);
    expect(await second.append(failed)).toBe(true); // the reason is still there
    expect(await second.append(failed)).toBe(false);
    await second.close();

    const third = await ResultJournal.open(file);
    expect(await third.append(result(1, 'found'))).toBe(true);
    expect([third.count, third.failed, third.askedAgain]).toEqual([2, 0, 0]);
    const texts: unknown[] = [];
    for await (const { prediction } of third.inOrder()) texts.push(prediction['text']);
    expect(texts).toEqual(['ü', 'found']);
    await third.close();
    expect(await journalCounts(file)).toEqual({ done: 2, failed: 0 });

    const last = await ResultJournal.open(file);
    expect(await last.append(failed)).toBe(false); // what succeeded is never replaced
    await last.close();
  });

  it('cut off anywhere loses the torn line alone', async () => {
    const whole = [0, 1, 2].map((index) => `${JSON.stringify(result(index))}\n`).join('');
    const bytes = Buffer.from(whole);
    for (let length = 0; length <= bytes.length; length++) {
      await writeFile(file, bytes.subarray(0, length));
      const journal = await ResultJournal.open(file);
      const kept = bytes.subarray(0, length).toString().split('\n').length - 1;
      expect(journal.count).toBe(kept);
      for (const index of [0, 1, 2]) if (!journal.has(`sample ${index}`)) await journal.append(result(index));
      await journal.close();
      expect(await readFile(file, 'utf8')).toBe(whole);
    }
  });

  it('takes a damaged line for a sample that is not done', async () => {
    await writeFile(file, `\0\0\0\n${JSON.stringify(result(1))}\n{"id": 7}\n`);
    const journal = await ResultJournal.open(file);
    expect(journal.count).toBe(1);
    await journal.append(result(0));
    expect(await readAll(journal)).toEqual([0, 1]);
    await journal.close();
  });

  it('keeps a result whose record another version wrote: it is done, and shown without the record', async () => {
    const record = scriptedRecord('Who runs?');
    const lines = [
      { ...result(0), record },
      { ...result(1), record: { ...record, schemaVersion: 2 } },
    ];
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const journal = await ResultJournal.open(file);
    expect([journal.has('sample 0'), journal.has('sample 1')]).toEqual([true, true]);
    expect(await readAll(journal)).toEqual([0, 1]);
    await journal.close();
    const records: unknown[] = [];
    for await (const one of journalResults(file)) records.push(one.record);
    expect(records).toEqual([record, undefined]);
  });

  it('is counted while another process writes it, and left as it is', async () => {
    await writeFile(file, `${JSON.stringify(result(0))}\n`);
    await appendFile(file, '{"id": "sam');
    expect(await journalCounts(file)).toEqual({ done: 1, failed: 0 });
    expect(await readFile(file, 'utf8')).toContain('{"id": "sam');
    expect(await journalCounts(path.join(folder, 'none.jsonl'))).toEqual({ done: 0, failed: 0 });
  });
});
