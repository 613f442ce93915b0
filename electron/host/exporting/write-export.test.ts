import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readAnnotations } from '../../../native-models/annotation-forms/read-annotations.ts';
import { exampleAnnotation, exampleProject, exampleVideo } from './testing/example-project.ts';
import type { TextExportFormat } from '../contract/exports.ts';
import { momentsByVideo } from '../../../native-models/annotation-forms/project/moments-by-video.ts';
import { clipsOf } from './clip-jobs.ts';
import { singleFile, writeExport } from './write-export.ts';

function textOf(format: TextExportFormat, content = exampleProject()): string {
  return String(writeExport(format, content).files[0]?.content);
}

describe('an export', () => {
  it('holds the annotations and what each run chose, by video and time', () => {
    const written = writeExport('csv', exampleProject());
    expect(written.moments).toBe(3);
    expect(textOf('csv').split('\r\n').slice(1, 3)).toEqual([
      '"a.mp4",1.5,4.25,"a cat jumps","jump","","human","accepted",,,,,,,,',
      '"a.mp4",20,30,"the dog runs","","","model","open",0.8,0.7,"It runs away.",,,"What does the dog do?","VideoMind-2B","run-1"',
    ]);
  });

  it('tells in CSV what is said of moments by the attributes of their labels, each in a column of its own', () => {
    const { project, annotations } = exampleProject();
    const labels = project.labels.map((label) => ({
      ...label,
      attributes: [{ id: 'speed', name: 'Speed', kind: 'choice' as const, options: ['slow', 'fast'] }],
    }));
    const said = annotations.map((each) => ({ ...each, attributes: { speed: 'fast', gone: 1 } }));
    const lines = textOf(
      'csv',
      exampleProject({ project: { ...project, labels }, annotations: said, runs: [] }),
    );
    const [head = '', first = ''] = lines.split('\r\n');
    expect(head).toMatch(/"?attribute: Speed"?$/u);
    expect(first).toMatch(/,"fast"$/u);
    expect(readAnnotations(Buffer.from(lines), 'x.csv').moments).toHaveLength(annotations.length);
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
    const file = singleFile(written, 'Animals', 'srt');
    expect(file.name).toBe('Animals srt.zip');
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

  it('asks QVHighlights for a label where a moment has no words, and leaves out and counts what has neither', () => {
    const wordless = (id: string, labelId?: string) =>
      exampleAnnotation(id, { text: '', ...(labelId === undefined ? {} : { labelId }) });
    const annotations = [wordless('a', 'label-1'), wordless('b', 'label-1'), wordless('c')];
    const written = writeExport('qvhighlights', exampleProject({ annotations, runs: [] }));
    expect(written).toMatchObject({
      moments: 2,
      leftOut: [{ reason: 'moments with neither words nor label', count: 1 }],
    });
    const lines = String(written.files[0]?.content).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { query: string }).query)).toEqual(['jump']);
  });

  it('leaves out what questions found and nobody kept, where that is wanted', () => {
    expect(writeExport('csv', exampleProject(), { withFound: false }).moments).toBe(2);
  });

  it('names forms that end alike apart, and what is of one video after it', () => {
    const nameOf = (format: TextExportFormat, content = exampleProject()) =>
      writeExport(format, content).files[0]?.name;
    expect(nameOf('json')).toBe('Animals.json');
    expect(nameOf('activitynet')).toBe('Animals activitynet.json');
    const one = exampleProject({ videos: [exampleVideo('video-1', 'a.mp4')] });
    expect(nameOf('json', one)).toBe('a.json');
  });

  it('names clips so that they stand in the order of time, with label and words', () => {
    const annotations = [
      exampleAnnotation('late', { startSec: 90, endSec: 99.5, text: '', labelId: 'label-1' }),
      exampleAnnotation('early', { startSec: 9, endSec: 12, labelId: 'label-1' }),
    ];
    const clips = clipsOf('/out', momentsByVideo(exampleProject({ annotations, runs: [] })));
    expect(clips.map(({ outputPath }) => outputPath)).toEqual([
      '/out/a 09.00-12.00 jump a cat jumps.mp4',
      '/out/a 90.00-99.50 jump.mp4',
    ]);
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

describe('an edit of a video', () => {
  const rate = 30_000 / 1001;
  const project = (moments: readonly (readonly [number, number])[], picture: object = {}, name = 'a.mp4') => {
    const video = exampleVideo('video-1', name);
    return exampleProject({
      runs: [],
      videos: [{ ...video, picture: { ...video.picture!, ...picture } }],
      annotations: moments.map(([startSec, endSec], index) =>
        exampleAnnotation(`m${index}`, { startSec, endSec }),
      ),
    });
  };
  const clips = (content: ReturnType<typeof project>) => {
    const timeline = JSON.parse(textOf('otio', content)) as {
      tracks: { children: { children: { source_range: RangeOfOtio; media_reference: MediaOfOtio }[] }[] };
    };
    return timeline.tracks.children[0]?.children ?? [];
  };
  interface RangeOfOtio {
    start_time: { value: number; rate: number };
    duration: { value: number };
  }
  interface MediaOfOtio {
    target_url: string;
    available_range: RangeOfOtio;
  }

  it.each([
    ['01:00:00;00', true, rate, 'DROP FRAME', '01:00:01;00 01:00:02;00', 107_892 + 30],
    ['01:00:00:00', false, rate, 'NON-DROP FRAME', '01:00:01:00 01:00:02:00', 108_000 + 30],
    ['01:00:00:00', false, 24_000 / 1001, 'NON-DROP FRAME', '01:00:01:00 01:00:02:00', 86_400 + 24],
    ['10:00:00:00', false, 25, 'NON-DROP FRAME', '10:00:01:00 10:00:02:00', 900_000 + 25],
  ])('counts from the timecode %s (drop frame: %s) at %d', (start, dropFrame, fps, fcm, source, frame) => {
    const content = project([[1.001, 2.002]], { fps, timecode: { start, dropFrame, fps } });
    const edl = textOf('edl', content);
    expect(edl).toContain(`FCM: ${fcm}\n`);
    expect(edl).toContain(`C        ${source} 00:00:00${dropFrame ? ';' : ':'}00 `);
    const [clip] = clips(content);
    expect(clip?.source_range.start_time.value).toBe(frame);
    expect(clip?.media_reference.available_range.start_time.value).toBe(frame - Math.round(fps));
  });

  it('drops the numbers that drop-frame counting leaves out', () => {
    const content = project([[59.96, 60.1]], {
      timecode: { start: '00:00:00;00', dropFrame: true, fps: rate },
    });
    // Frame 1797 is 00:00:59;27; after 00:00:59;29 comes 00:01:00;02.
    expect(textOf('edl', content)).toContain('00:00:59;27 00:01:00;03');
  });

  it('names the same whole frames in EDL and OTIO', () => {
    const content = project([[10.02, 12.5]]);
    expect(textOf('edl', content)).toContain('00:00:10:00 00:00:12:15');
    expect(clips(content)[0]?.source_range).toMatchObject({
      start_time: { value: 300 },
      duration: { value: 75 },
    });
  });

  it('says in an EDL that frames of an uneven source are nominal', () => {
    expect(textOf('edl', project([[1, 2]], { variableFrameRate: true }))).toMatch(/NOMINAL AT 29\.970 FPS/u);
    expect(textOf('edl', project([[1, 2]]))).not.toContain('NOMINAL');
  });

  it('is split into lists of as many events as three digits number', () => {
    const many = Array.from({ length: 1001 }, (_, index) => [index * 0.05, index * 0.05 + 0.05] as const);
    const written = writeExport('edl', project(many));
    expect(written.files.map(({ name }) => name)).toEqual(['a.edl', 'a part 2.edl']);
    const events = written.files.map(({ content }) => String(content).match(/^\d+ {2}AX.*$/gmu) ?? []);
    expect(events.map((list) => [list.length, list.at(-1)?.slice(0, 3)])).toEqual([
      [999, '999'],
      [2, '002'],
    ]);
  });

  it.each(['my talk #1 50%.mov', '50% off #1 what’s up? 视频😀 &x=1.mp4', '%05d.mp4', 'a:b.mp4', 'a\nb.mp4'])(
    'names the file %j by an address that leads back to it',
    (name) => {
      const content = project([[1, 2]], {}, name);
      const url = clips(content)[0]?.media_reference.target_url ?? '';
      expect(decodeURIComponent(new URL(url).pathname)).toBe(`/videos/${name}`);
      const elan = writeExport('elan', content).files[0];
      const { moments } = readAnnotations(Buffer.from(String(elan?.content)), 'x.eaf', {
        videos: [...content.videos, exampleVideo('other', 'other.mp4')],
      });
      expect(moments).toMatchObject([{ videoId: 'video-1' }]);
    },
  );
});

describe('an export for others’ programs', () => {
  it('begins with the mark by which Excel knows UTF-8', () => {
    const content = exampleProject({ runs: [], annotations: [exampleAnnotation('x', { text: '张三跑步' })] });
    expect([...Buffer.from(textOf('csv', content)).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(textOf('csv', content)).toContain('张三跑步');
  });

  it('gives a moment without length a frame where nobody would see it', () => {
    const content = exampleProject({
      runs: [],
      annotations: [exampleAnnotation('x', { startSec: 2, endSec: 2 })],
    });
    expect(textOf('elan', content)).toMatch(/TIME_VALUE="2000".*TIME_VALUE="2033"/su);
    expect(textOf('srt', content)).toContain('00:00:02,000 --> 00:00:02,033');
  });

  it('is on the player’s clock where cues and annotations are shown by a player', () => {
    const video = exampleVideo('video-1', 'late.mp4');
    const content = exampleProject({
      runs: [],
      videos: [{ ...video, picture: { ...video.picture!, mediaStartSec: 1.5 } }],
      annotations: [exampleAnnotation('x', { startSec: 0.5, endSec: 1 })],
    });
    expect(textOf('srt', content)).toContain('00:00:02,000 --> 00:00:02,500');
    expect(textOf('vtt', content)).toContain('00:00:02.000 --> 00:00:02.500');
    expect(textOf('elan', content)).toContain('TIME_VALUE="2000"');
  });
});
