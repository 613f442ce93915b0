import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../protocol/errors.ts';
import { parseSubtitles, readSubtitles } from './subtitles.ts';

describe('subtitles', () => {
  it('are read from SRT', () => {
    const text =
      '\uFEFF1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>Hello</i>\r\nthere\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,250 X1:0\r\n{\\an8}Up &amp; away\r\n';
    expect(parseSubtitles(text)).toEqual([
      { startSec: 1.5, endSec: 2, text: 'Hello there' },
      { startSec: 3600, endSec: 3601.25, text: 'Up & away' },
    ]);
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
    expect(parseSubtitles(text)).toEqual([
      { startSec: 1, endSec: 2.5, text: 'First' },
      { startSec: 3, endSec: 4, text: 'Second' },
      { startSec: 5, endSec: 6, text: 'Third' },
    ]);
  });

  it.each([
    ['', /no line with times/],
    ['some text', /no line with times/],
    ['1\n00:00:aa --> 00:00:02,000\nx', /line 2: times are not readable/],
    ['00:00:03,000 --> 00:00:02,000\nx', /end lies before the start/],
  ])('that are none are refused: %j', (text, message) => {
    expect(() => parseSubtitles(text)).toThrow(message);
  });

  it('that cannot be read are refused', async () => {
    await expect(readSubtitles('/nowhere/at-all.srt')).rejects.toMatchObject({ code: 'SUBTITLES_INVALID' });
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
        'a --> b',
        'NOTE --> ',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, separator) => {
        try {
          for (const subtitle of parseSubtitles(lines.join(separator))) {
            expect(subtitle.endSec).toBeGreaterThanOrEqual(subtitle.startSec);
            expect(subtitle.text).toMatch(/^\S/);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});
