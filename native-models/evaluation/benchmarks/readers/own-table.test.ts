import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOwnTable } from './own-table.ts';

let folder: string;
let assumed: string[] = [];
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-own-table-'))));
afterEach(() => rm(folder, { recursive: true }));

async function read(content: string | Uint8Array): Promise<unknown[]> {
  await writeFile(path.join(folder, 'own.csv'), content);
  const pieces = [];
  assumed = [];
  for await (const piece of readOwnTable({ dataDir: folder }, 'own.csv', (what) => assumed.push(what))) {
    pieces.push('fault' in piece ? `line ${piece.place.position}: ${piece.fault}` : piece.value);
  }
  return pieces;
}

const man = { video: 'base.mp4', query: 'a man', spans: [[1, 2]] };

describe('one’s own annotations as a table', () => {
  it.each([
    ['commas', 'video,query,start,end\nbase.mp4,a man,1,2\n'],
    ['semicolons', 'video;query;start;end\nbase.mp4;a man;1;2\n'],
    ['semicolons and decimal commas', 'video;query;start;end\nbase.mp4;a man;1,0;2,0\n'],
    ['clock times', 'video,query,start,end\nbase.mp4,a man,00:00:01,00:00:02\n'],
    ['other names of the columns', 'Video,text,startSec,end_sec\nbase.mp4,a man,1,2\n'],
    ['a mark and CRLF', '\ufeffvideo,query,start,end\r\nbase.mp4,a man,1,2\r\n'],
    ['spans', 'video,query,spans\nbase.mp4,a man,1-2\n'],
  ])('with %s are the same', async (_, text) => {
    expect(await read(text)).toEqual([man]);
  });

  it('as Excel’s “Unicode text” are the same', async () => {
    expect(
      await read(Buffer.from('\ufeffvideo\tquery\tstart\tend\r\nbase.mp4\ta man\t1\t2\r\n', 'utf16le')),
    ).toEqual([man]);
  });

  it('tell what was supposed of them and what of them was not read', async () => {
    const rows = 'Sichtung vom Mai;;;\nvideo;query;start;end;Ort\nbase.mp4;läuft;1;2;Köln\n';
    expect(await read(Buffer.from(rows, 'latin1'))).toEqual([{ ...man, query: 'läuft', Ort: 'Köln' }]);
    expect(assumed).toEqual([
      'the file does not say its encoding; it was read as windows-1252',
      'columns that mean nothing here were not read: “Ort”',
      'what stands over the header was not read: “Sichtung vom Mai;;;”',
    ]);
    expect(await read('words alone\n')).toEqual([expect.stringContaining('no row that names its columns')]);
  });

  it('name each row that cannot be read, and keep the others', async () => {
    const rows = [
      'base.mp4,a man,1,2',
      'base.mp4,b,soon,2',
      'base.mp4,c,1,2,3',
      'base.mp4,"he says ""go""",1,2',
    ];
    expect(await read(`video,query,start,end\n${rows.join('\n')}\n`)).toEqual([
      man,
      'line 3: "soon" is no time',
      'line 4: The row has 5 cells, the header 4',
      { ...man, query: 'he says "go"' },
    ]);
  });

  it('are never the end of the reader, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(',', ';', '"', '\n', '1', ':', '-', 'a', '\t') }),
        async (text) => {
          await read(`video,query,start,end\n${text}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});
