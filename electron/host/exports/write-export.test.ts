import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { exampleAnnotation, exampleProject, exampleVideo } from './testing/example-project.ts';
import type { TextExportFormat } from '../contract/exports.ts';
import { singleFile, writeExport } from './write-export.ts';

function textOf(format: TextExportFormat, content = exampleProject()): string {
  return String(writeExport(format, content).files[0]?.content);
}

describe('an export', () => {
  it('holds the annotations and what each run chose, by video and time', () => {
    const written = writeExport('csv', exampleProject());
    expect(written.moments).toBe(3);
    expect(textOf('csv').split('\r\n').slice(1, 3)).toEqual([
      '"a.mp4",1.5,4.25,"a cat jumps","jump","","human","accepted",,,,',
      '"a.mp4",20,30,"the dog runs","","","model","open",0.8,0.7,"It runs away.",',
    ]);
  });

  it('leaves out what a run chose when an annotation began as it', () => {
    const corrected = exampleAnnotation('edit', { runId: 'run-1', candidateIndex: 0, provenance: 'edited' });
    expect(writeExport('csv', exampleProject({ annotations: [corrected] })).moments).toBe(1);
  });

  it('says EXPORT_EMPTY when there is nothing to write', () => {
    const empty = exampleProject({ runs: [], annotations: [] });
    expect(() => writeExport('srt', empty)).toThrow(expect.objectContaining({ code: 'EXPORT_EMPTY' }));
  });

  it('is a zip of one file per video where the format knows one video only', () => {
    const written = writeExport('srt', exampleProject());
    const file = singleFile(written, 'Animals');
    expect(file.name).toBe('Animals.zip');
    expect(Object.keys(unzipSync(file.content as Uint8Array))).toEqual(['a.srt', 'b.srt']);
  });

  it('names two videos of the same name apart', () => {
    const content = exampleProject({
      videos: [exampleVideo('video-1', 'a.mp4'), exampleVideo('video-2', 'A.mp4')],
    });
    expect(writeExport('vtt', content).files.map(({ name }) => name)).toEqual(['a.vtt', 'A-2.vtt']);
  });

  it('counts SRT times in milliseconds', () => {
    expect(textOf('srt')).toBe(
      '1\n00:00:01,500 --> 00:00:04,250\n[jump] a cat jumps\n\n2\n00:00:20,000 --> 00:00:30,000\nthe dog runs\nIt runs away.\n',
    );
  });

  it('counts EDL times in frames, the record without gaps', () => {
    const lines = textOf('edl').split('\n');
    expect(lines[3]).toBe('001  AX       V     C        00:00:01:15 00:00:04:07 00:00:00:00 00:00:02:22');
    expect(lines[7]).toMatch(/^002 {2}AX {7}V {5}C {8}00:00:19:29 00:00:29:29 00:00:02:22 /u);
  });

  it('gives QVHighlights one line per query with windows and 2-second clips', () => {
    expect(JSON.parse(textOf('qvhighlights').split('\n')[0] ?? '')).toEqual({
      qid: 1,
      query: 'a cat jumps',
      vid: 'a',
      duration: 100,
      relevant_windows: [[1.5, 4.25]],
      relevant_clip_ids: [0, 1, 2],
    });
  });

  it('puts the time slots of ELAN in order and overlapping moments in tiers of their own', () => {
    const annotations = [
      exampleAnnotation('x', { startSec: 5, endSec: 9 }),
      exampleAnnotation('y', { startSec: 1, endSec: 6 }),
    ];
    const text = textOf('elan', exampleProject({ annotations, runs: [] }));
    expect([...text.matchAll(/TIME_VALUE="(\d+)"/gu)].map((match) => Number(match[1]))).toEqual([
      1000, 5000, 6000, 9000,
    ]);
    expect([...text.matchAll(/TIER_ID="([^"]+)"/gu)].map((match) => match[1])).toEqual([
      'moments',
      'moments (2)',
    ]);
  });
});

describe('what others wrote cannot break out of an export', () => {
  const hostile = `</p><script>alert(1)</script>"'&]]>\n\n00:00:01,000 --> 00:00:09,000\u0000`;
  const content = exampleProject({
    runs: [],
    annotations: [exampleAnnotation('x', { text: hostile, note: hostile })],
  });

  it('script in a text stays text in the HTML report', () => {
    const html = textOf('html-report', content);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it('a cue in a text stays one cue in SRT and WebVTT', () => {
    expect(textOf('srt', content).match(/-->/gu)).toHaveLength(1);
    expect(textOf('vtt', content).match(/-->/gu)).toHaveLength(1);
    expect(textOf('vtt', content)).not.toContain('<script');
  });

  it('a formula in a text is no formula in a spreadsheet', () => {
    const formula = exampleProject({
      runs: [],
      annotations: [exampleAnnotation('x', { text: '=cmd|calc' })],
    });
    expect(textOf('csv', formula)).toContain(`"'=cmd|calc"`);
  });

  it('a path in a name stays a file name', () => {
    const named = exampleProject({
      videos: [exampleVideo('video-1', '../../etc/passwd'), exampleVideo('video-2', 'NUL.mp4')],
    });
    expect(writeExport('edl', named).files.map(({ name }) => name)).toEqual([
      '_.._etc_passwd.edl',
      '_NUL.edl',
    ]);
  });
});
