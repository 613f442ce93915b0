import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../protocol/errors.ts';
import { fromFirstPicture } from './clock.ts';
import { parseSubtitles } from './parse-subtitles.ts';
import { readSubtitles, warningsOf } from './read-subtitles.ts';

const cuesOf = (...lines: readonly string[]): unknown => parseSubtitles(lines.join('\n')).cues;
const textsOf = (...lines: readonly string[]): string[] =>
  parseSubtitles(lines.join('\n')).cues.map(({ text }) => text);

describe('subtitles', () => {
  it('are read from SRT', () => {
    const text =
      '\uFEFF1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>Hello</i>\r\nthere\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,250 X1:0\r\n{\\an8}Up &amp; away\r\n';
    expect(parseSubtitles(text)).toMatchObject({
      form: 'srt',
      cues: [
        { startSec: 1.5, endSec: 2, text: 'Hello there' },
        { startSec: 3600, endSec: 3601.25, text: 'Up & away' },
      ],
      skipped: [],
      warnings: [],
    });
  });

  it('are read from WebVTT, notes and styles left out', () => {
    const text = [
      'WEBVTT - title',
      '',
      'NOTE a --> b is no time',
      'more',
      '',
      'STYLE',
      '::cue { color: red }',
      '',
      'intro',
      '00:03.000 --> 00:04.000 align:start',
      '<v Ann>Second',
      '',
      '00:01.000 --> 00:02.5',
      'First',
      '00:05.000 --> 00:06.000',
      'Third',
    ].join('\n');
    expect(parseSubtitles(text)).toMatchObject({
      form: 'vtt',
      cues: [
        { startSec: 1, endSec: 2.5, text: 'First' },
        { startSec: 3, endSec: 4, text: 'Second' },
        { startSec: 5, endSec: 6, text: 'Third' },
      ],
    });
  });

  it('of a file with notes between its cues hold no notes', () => {
    const file = [
      'WEBVTT',
      '',
      '00:01.000 --> 00:02.000',
      'a',
      '',
      'NOTE',
      'not said',
      '',
      'id',
      '00:03.000 --> 00:04.000',
      'b',
    ];
    expect(textsOf(...file)).toEqual(['a', 'b']);
  });

  it.each([
    ['', /no line with times/],
    ['some text', /no line with times/],
    ['1\n00:00:aa --> 00:00:02,000\nx', /line 2: Its times are not readable/],
    ['00:00:03,000 --> 00:00:02,000\nx', /line 1: It ends before it starts/],
    ['00:00:01,000 --> 00:00:02,000\n\n', /none of its subtitles has text/],
  ])('of which nothing can be read are refused: %j', (text, message) => {
    expect(() => parseSubtitles(text)).toThrow(message);
  });

  it('that cannot be read are refused', async () => {
    await expect(readSubtitles('/nowhere/at-all.srt')).rejects.toMatchObject({ code: 'SUBTITLES_INVALID' });
  });

  describe('with one malformed cue keep all others', () => {
    const good = (number: number): string[] => [
      String(number),
      `00:00:${number}0,000 --> 00:00:${number}1,000`,
      `good ${number}`,
      '',
    ];
    const around = (...bad: readonly string[]) =>
      parseSubtitles([...good(1), ...good(2), '3', ...bad, '', ...good(4)].join('\n'));

    it.each([
      ['that ends before it starts', '00:00:36,000 --> 00:00:34,000'],
      ['whose times are no numbers', '00:00:aa,000 --> 00:00:34,000'],
      ['with a long dash for an arrow', '00:00:34,000 –-> 00:00:36,000'],
      ['with a short arrow', '00:00:34,000 -> 00:00:36,000'],
      ['of 75 seconds in a minute', '00:00:75,000 --> 00:01:99,000'],
      ['whose times are seconds alone', '34,000 --> 36,000'],
      ['that is over before the video begins', '-00:00:03,000 --> -00:00:01,000'],
    ])('%s is left out and named', (_, timing) => {
      const { cues, skipped } = around(timing, 'bad');
      expect(cues.map(({ text }) => text)).toEqual(['good 1', 'good 2', 'good 4']);
      expect(skipped).toEqual([{ line: 10, reason: expect.stringContaining(timing) as string }]);
    });

    it.each([
      ['00:00:31.123456 --> 00:00:32.5', 31.123456, 32.5],
      ['0:0:31,5 --> 0:0:32,5', 31.5, 32.5],
      ['00:00:31, 500 --> 00:00:32, 500', 31.5, 32.5],
      ['00:31,5-->00:32,5', 31.5, 32.5],
      ['00:00:31:500 ---> 00:00:32:500', 31.5, 32.5],
      ['00.00.31.500 --> 00.00.32,500', 31.5, 32.5],
      ['００：００：３１，５００ --> ００：００：３２，５００', 31.5, 32.5],
    ])('written as %s is read', (timing, startSec, endSec) => {
      const { cues, skipped } = around(timing, 'odd');
      expect(cues[2]).toEqual({ startSec, endSec, text: 'odd' });
      expect(cues).toHaveLength(4);
      expect(skipped).toEqual([]);
    });

    it('that starts before the video starts with it', () => {
      const { cues, warnings } = around('-00:00:01,000 --> 00:00:02,000', 'early');
      expect(cues[0]).toEqual({ startSec: 0, endSec: 2, text: 'early' });
      expect(cues).toHaveLength(4);
      expect(warnings.map(({ code }) => code)).toEqual(['SUBTITLES_REPAIRED']);
    });

    it('with an arrow in its words is read', () => {
      const { cues, skipped } = around('00:00:31,000 --> 00:00:32,000', 'A --> B', 'then C');
      expect(cues[2]?.text).toBe('A --> B then C');
      expect([cues.length, skipped.length]).toEqual([4, 0]);
    });
  });

  it('go on behind an empty line, up to the next number and times', () => {
    const text = [
      '1',
      '00:00:01,000 --> 00:00:02,000',
      'one',
      '',
      'two',
      '',
      '2',
      '00:00:03,000 --> 00:00:04,000',
      '42',
      '',
    ];
    expect(textsOf(...text)).toEqual(['one two', '42']);
    const apart = ['1', '', '00:01,000 --> 00:02,000', 'a', '', '2', '', '00:03,000 --> 00:04,000', 'b'];
    expect(textsOf(...apart)).toEqual(['a', 'b']);
    expect(textsOf('00:01,000 --> 00:02,000', '10', '00:03,000 --> 00:04,000', '9')).toEqual(['10', '9']);
    expect(textsOf('1', '00:01,000 --> 00:02,000', 'a', '2', '00:03,000 --> 00:04,000', 'b')).toEqual([
      'a',
      'b',
    ]);
  });

  it('hold signs that were written as references, and signs that look like tags', () => {
    const text =
      '00:01.000 --> 00:02.000\nI&#39;m &#x2014; &quot;it&apos;s&quot; 1 < 2 > 0 &amp;lt; &unknown;<00:01.500><c> now</c>';
    expect(textsOf(text)).toEqual(['I\'m — "it\'s" 1 < 2 > 0 &lt; &unknown; now']);
  });

  describe('that roll', () => {
    const youTube = [
      'WEBVTT',
      'Kind: captions',
      '',
      '00:00:00.240 --> 00:00:01.910 align:start position:0%',
      ' ',
      'hello<00:00:00.719><c> there</c><00:00:00.930><c> friends</c>',
      '',
      '00:00:01.910 --> 00:00:01.920 align:start position:0%',
      'hello there friends',
      ' ',
      '',
      '00:00:01.920 --> 00:00:04.000 align:start position:0%',
      'hello there friends',
      'we<00:00:02.200><c> begin</c>',
    ];
    const once = [
      { startSec: 0.24, endSec: 1.91, text: 'hello there friends' },
      { startSec: 1.92, endSec: 4, text: 'we begin' },
    ];

    it('are given once, with the times of the cue that brought them', () => {
      const { cues, warnings } = parseSubtitles(youTube.join('\n'));
      expect(cues).toEqual(once);
      expect(warnings.map(({ code }) => code)).toEqual(['SUBTITLES_ROLLING']);
    });

    it('are given once where the times of words are gone, as in SRT made of it', () => {
      const srt = youTube
        .filter((line) => !/^(WEBVTT|Kind)/.test(line))
        .map((line) =>
          line
            .replace(/<[^>]*>/g, '')
            .replace(/ align.*/, '')
            .replaceAll('.', ','),
        );
      expect(cuesOf(...srt)).toEqual(once);
    });

    it('by three lines are given once', () => {
      const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
      const rolled = words.flatMap((_, index) => [
        `00:0${index}.000 --> 00:0${index + 1}.000`,
        ...words.slice(Math.max(0, index - 2), index + 1),
        '',
      ]);
      expect(textsOf(...rolled)).toEqual(words);
    });

    it('are told from what is said twice', () => {
      const twice = [
        '1',
        '00:01,000 --> 00:02,000',
        'No!',
        '',
        '2',
        '00:02,000 --> 00:03,000',
        'No!',
        '',
        '3',
        '00:03,000 --> 00:04,000',
        'No!',
        'Yes.',
      ];
      expect(textsOf(...twice)).toEqual(['No!', 'No!', 'No! Yes.']);
    });
  });

  it('are read from SubStation Alpha', () => {
    const dialogue = String.raw`Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\i1}Hi{\i0}\Nthere, you`;
    expect(parseSubtitles(dialogue)).toMatchObject({
      form: 'ass',
      cues: [{ startSec: 1, endSec: 2, text: 'Hi there, you' }],
    });
    const file = [
      '[Script Info]',
      'Title: x',
      '[V4+ Styles]',
      'Format: Name, Fontname',
      'Style: Default,Arial',
      '[Events]',
      'Format: Start, End, Style, Text',
      'Comment: 0:00:00.00,0:00:09.00,Default,not said',
      'Dialogue: 0:00:03.50,0:00:04.00,Default,second',
      'Dialogue: 0:00:03.50,0:00:02.00,Default,reversed',
      String.raw`Dialogue: 0:00:01.50,0:00:02.00,Default,first{\p1}m 0 0 l 10 10{\p0}\hword`,
      String.raw`Dialogue: 0:00:01.50,0:00:02.00,Default,{\p1}m 0 0 l 10 10`,
    ];
    expect(cuesOf(...file)).toEqual([
      { startSec: 1.5, endSec: 2, text: 'first word' },
      { startSec: 3.5, endSec: 4, text: 'second' },
    ]);
    expect(parseSubtitles(file.join('\r\n')).skipped).toMatchObject([{ line: 10 }]);
  });

  it('are read from lines with their times in brackets, as Whisper prints', () => {
    const text =
      '[00:00:00.000 --> 00:00:02.000]   hello there\ngoes on\n[00:02.000 --> 00:04.500]  two\n[00:09.0 --> 00:08.0] x\n';
    expect(parseSubtitles(text)).toEqual({
      form: 'bracketed',
      cues: [
        { startSec: 0, endSec: 2, text: 'hello there goes on' },
        { startSec: 2, endSec: 4.5, text: 'two' },
      ],
      skipped: [{ line: 4, reason: 'It ends before it starts.' }],
      warnings: [],
    });
  });

  it.each([
    ['TTML', '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>'],
    ['SAMI', '<SAMI><BODY><SYNC Start=1000><P>hello</BODY></SAMI>'],
    ['LRC', '[ti:song]\n[00:01.00]one\n'],
  ])('in %s are refused by its name', (form, text) => {
    expect(() => parseSubtitles(text)).toThrow(`it looks like ${form}, which is not read`);
  });

  it('are read from SBV and MicroDVD', () => {
    expect(
      parseSubtitles('0:00:01.000,0:00:02.500\nHello\nthere\n\n0:00:03.000,0:00:04.000\nyou'),
    ).toMatchObject({
      form: 'sbv',
      cues: [
        { startSec: 1, endSec: 2.5, text: 'Hello there' },
        { startSec: 3, endSec: 4, text: 'you' },
      ],
    });
    expect(parseSubtitles('{1}{1}25\n{25}{50}{y:i}Hello|there')).toMatchObject({
      form: 'microdvd',
      cues: [{ startSec: 1, endSec: 2, text: 'Hello there' }],
      warnings: [],
    });
    const assumed = parseSubtitles('{24}{48}Hello');
    expect(assumed.warnings.map(({ code }) => code)).toEqual(['SUBTITLES_ASSUMED']);
    expect(assumed.cues[0]?.startSec).toBeCloseTo(1.001);
  });

  it("move from a player's clock to that of the pictures", () => {
    const cues = [
      { startSec: 0.5, endSec: 1, text: 'before' },
      { startSec: 1, endSec: 2, text: 'across' },
      { startSec: 2, endSec: 2.5, text: 'after' },
    ];
    expect(fromFirstPicture(cues, 1.5)).toEqual([
      { startSec: 0, endSec: 0.5, text: 'across' },
      { startSec: 0.5, endSec: 1, text: 'after' },
    ]);
    expect(fromFirstPicture(cues, 0)).toBe(cues);
  });

  it('that were left out are told in one warning', async () => {
    const file = { form: 'srt', encoding: 'utf-8', encodingCertain: true, cues: [], warnings: [] } as const;
    const skipped = [
      { line: 3, reason: 'It ends before it starts.' },
      { line: 9, reason: 'Its times are not readable.' },
    ];
    expect(warningsOf({ ...file, skipped }, 'a.srt')).toEqual([
      {
        code: 'SUBTITLES_SKIPPED',
        message: '2 subtitles of a.srt were left out; line 3: It ends before it starts.',
      },
    ]);
    await Promise.resolve();
  });

  it('of any content are read or refused', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '',
        'WEBVTT',
        'NOTE',
        'STYLE x',
        '1',
        '00:01.000 --> 00:02.000',
        '00:00:01,0 --> 1:00:02,000',
        '-00:01,0 --> 00:02',
        'a --> b',
        '0:00:01.000,0:00:02.500',
        '{1}{2}x',
        'Dialogue: 0,0:00:01.00,0:00:02.00,,,,,,,{\\p1}x{\\p0}y',
        'Format: Text, Start',
        '[Events]',
        'NOTE --> ',
        'again',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, separator) => {
        try {
          const { cues, skipped } = parseSubtitles(lines.join(separator));
          for (const { startSec, endSec, text } of cues) {
            expect(startSec).toBeGreaterThanOrEqual(0);
            expect(endSec).toBeGreaterThanOrEqual(startSec);
            expect(text).toMatch(/^\S/);
          }
          for (const { line: at } of skipped) expect(at).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the encoding of subtitles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'subtitles-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function read(bytes: Uint8Array, encoding?: string) {
    const file = path.join(folder, 'file.srt');
    await writeFile(file, bytes);
    return await readSubtitles(file, { encoding });
  }
  const head = '1\n00:00:01,000 --> 00:00:02,000\n';
  /** A cue whose words are given as bytes. */
  const bytesOf = (hex: string): Buffer =>
    Buffer.concat([Buffer.from(head), Buffer.from(hex.replaceAll(' ', ''), 'hex'), Buffer.from('\n')]);

  it('is told by the mark at the beginning', async () => {
    const text = '1\r\n00:00:01,000 --> 00:00:02,000\r\nпривет\r\n';
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16(), Buffer.from(`\uFEFF${text}`)]) {
      const { cues, warnings } = await read(bytes);
      expect(cues).toEqual([{ startSec: 1, endSec: 2, text: 'привет' }]);
      expect(warnings).toEqual([]);
    }
  });

  it('is UTF-16 without a mark where every other byte is 0', async () => {
    const bytes = Buffer.from(`${head}hello\n`, 'utf16le');
    expect(await read(bytes)).toMatchObject({ encoding: 'utf-16le', cues: [{ text: 'hello' }] });
    expect(await read(bytes.swap16())).toMatchObject({ encoding: 'utf-16be', cues: [{ text: 'hello' }] });
  });

  it.each([
    ['gbk', '测试字幕', 'b2e2cad4d7d6c4bb'],
    ['big5', '測試字幕，大家好', 'b4fab8d5a672b9f5a141a46aae61a66e'],
    ['shift_jis', 'こんにちは、元気ですか', '82b182f182c982bf82cd8141 8cb38b4382c582b782a9'],
    ['euc-kr', '안녕하세요 여러분', 'bec8b3e7c7cfbcbcbfe4 20 bfa9b7afbad0'],
    ['windows-1251', 'Привет, как дела?', 'cff0e8e2e5f2 2c20 eae0ea 20 e4e5ebe0 3f'],
    ['koi8-r', 'Привет, как дела?', 'f0d2c9d7c5d4 2c20 cbc1cb 20 c4c5ccc1 3f'],
    ['windows-1252', 'Café déjà vu, naïve', '436166e9 20 64e96ae0 20 7675 2c20 6e61ef7665'],
    ['windows-1252', 'He said “don’t”', '48652073616964 20 93646f6e927494'],
    ['windows-1250', 'Zażółć gęślą jaźń', '5a61bff3b3e6 20 67ea9c6cb9 20 6a619ff1'],
    ['windows-1253', 'Καλημέρα σας', 'cae1ebe7ecddf1e1 20 f3e1f2'],
  ])('%s is recognized by its everyday signs', async (encoding, text, hex) => {
    const file = await read(bytesOf(hex));
    expect(file).toMatchObject({ encoding, encodingCertain: false, cues: [{ text }] });
    expect(file.warnings.map(({ code }) => code)).toEqual(['SUBTITLES_ENCODING_GUESSED']);
  });

  it('is what a person chooses, whatever the file looks like', async () => {
    const file = await read(bytesOf('e9'), 'Windows-1251');
    expect(file).toMatchObject({ encoding: 'windows-1251', encodingCertain: true, cues: [{ text: 'й' }] });
    const wrong = await read(bytesOf('e9'), 'utf8');
    expect(wrong.warnings.map(({ code }) => code)).toEqual(['SUBTITLES_DAMAGED']);
    await expect(read(bytesOf('e9'), 'klingon')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('of any bytes is one that is known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { cues, encoding } = await read(Buffer.concat([Buffer.from(`${head}x`), bytes]));
        expect(cues.length).toBeGreaterThan(0);
        expect(new TextDecoder(encoding).encoding).toBe(encoding);
      }),
    );
  });
});
