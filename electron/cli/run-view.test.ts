import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../native-models/protocol/run-events.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { RunView } from './run-view.ts';
import { plainStyle } from './terminal.ts';

const first = { startSec: 4, endSec: 10, confidence: 0.97 };
const second = { startSec: 14, endSec: 20, confidence: 0.09 };

/** Shows events, one second apart. */
function show(events: readonly RunEvent[], columns = 80): { lines: string[]; progress: string[] } {
  const view = new RunView(columns, plainStyle);
  const shown = events.map((event, second) => view.show(event, second));
  return {
    lines: shown.flatMap((part) => part.lines),
    progress: shown.flatMap((part) => part.progress ?? []),
  };
}

const started: RunEvent = { type: 'started', roles: ['planner', 'grounder', 'verifier'], durationSec: 24 };

describe('the view of a run', () => {
  it('shows what a model thought step by step, and the times that it said as not verified', () => {
    const { lines, progress } = show([
      { type: 'started', roles: ['reasoner'], durationSec: 24 },
      { type: 'answering', span: { startSec: 0, endSec: 24 } },
      { type: 'token', role: 'reasoner', text: 'It rises', tokenId: 1, part: 'reasoning' },
      {
        type: 'reasoned',
        reasoning: 'It rises from 2 s to 4 s.\nThen it stops.',
        moments: [{ startSec: 2, endSec: 4, text: '2 s to 4 s', saidIn: 'reasoning' }],
      },
      { type: 'answered', text: 'B', option: 'B' },
    ]);
    expect(progress).toContain('Reasoning: It rises');
    expect(lines).toEqual([
      'Think    It rises from 2 s to 4 s.',
      '         Then it stops.',
      '         said, not verified  in its words',
      '         0:02.0 – 0:04.0     2 s to 4 s',
      'Answer   B                                                                3.00 s',
    ]);
  });

  it('lists the boxes and points that a model named', () => {
    const region = { kind: 'box', left: 0.1, top: 0.25, right: 0.5, bottom: 1 } as const;
    const places = [
      { region, name: 'a cup', atSec: 3.5, text: '', saidIn: 'reasoning' as const },
      { region: { kind: 'point' as const, x: 0.5, y: 0.504 }, name: '', text: '', saidIn: 'answer' as const },
    ];
    const { lines } = show([
      { type: 'started', roles: ['reasoner'], durationSec: 24 },
      { type: 'reasoned', reasoning: '', moments: [], places },
    ]);
    expect(lines.map((line) => line.trim())).toEqual([
      'at      where in the picture, %  what',
      '0:03.5  box 10 25 50 100         a cup',
      'point 50 50',
    ]);
  });

  it('says which of the moments that a model named were verified and which are doubted', () => {
    const moments = [
      { startSec: 2, endSec: 4, text: '2 s to 4 s', saidIn: 'reasoning' as const },
      { startSec: 8, endSec: 8, text: '8 s', saidIn: 'answer' as const },
    ];
    const candidates = [
      { startSec: 2, endSec: 4, confidence: 0, verifierScore: 0.71 },
      { startSec: 8, endSec: 8, confidence: 0, verifierScore: 0.33 },
    ];
    const { lines } = show([
      { type: 'started', roles: ['reasoner', 'verifier'], durationSec: 24 },
      { type: 'reasoned', reasoning: '', moments },
      { type: 'ranked', candidates, moment: { startSec: 2, endSec: 4 } },
    ]);
    const rows = lines.filter((line) => /verified|doubted/u.test(line)).map((line) => line.trim());
    expect(rows.at(-2)).toMatch(/^1 +0:02.0 – 0:04.0 +0.71 +verified$/u);
    expect(rows.at(-1)).toMatch(/^2 +0:08.0 – 0:08.0 +0.33 +doubted$/u);
  });

  it('shows each step when it is done, with its time, and the moments on a timeline', () => {
    const verified = [
      { ...first, verifierScore: 0.71 },
      { ...second, verifierScore: 0.33 },
    ];
    const { lines } = show([
      started,
      { type: 'planning' },
      { type: 'planned', plan: { response: '[…]', query: 'a circle moves', grounding: true } },
      { type: 'grounding', query: 'a circle moves' },
      { type: 'grounded', candidates: [first, second], found: true },
      { type: 'verifying', index: 0, total: 2 },
      { type: 'verified', index: 0, total: 2, candidate: verified[0]! },
      { type: 'verifying', index: 1, total: 2 },
      { type: 'verified', index: 1, total: 2, candidate: verified[1]! },
      { type: 'ranked', candidates: verified, moment: { startSec: 4, endSec: 10 } },
      { type: 'answering', span: { startSec: 0, endSec: 24 } },
      { type: 'answered', text: 'The circle.' },
    ]);
    expect(lines).toEqual([
      'Plan     Look for “a circle moves”.                                       1.00 s',
      'Ground   Found 2 candidate moments.                                       1.00 s',
      '         #  moment           confidence',
      '         1  0:04.0 – 0:10.0        0.97',
      '         2  0:14.0 – 0:20.0        0.09',
      'Verify   Looked again at 2 candidate moments.                             3.00 s',
      '         #  moment           confidence  verifier',
      '         1  0:04.0 – 0:10.0        0.97      0.71',
      '         2  0:14.0 – 0:20.0        0.09      0.33',
      '',
      '           0:00.0                                                    0:24.0',
      '           ├──────────────────────────────────────────────────────────────┤',
      '         1 ··········█████████████████····································· 0.71',
      '         2 ·····································████████████████··········· 0.33',
      '',
      'Answer   The circle.                                                      1.00 s',
    ]);
  });

  it('says when the plan needs no search, and when the grounder named no moment', () => {
    const { lines } = show([
      { type: 'planned', plan: { response: '', query: 'x', grounding: false } },
      { type: 'grounded', candidates: [{ ...first, confidence: 0 }], found: false },
    ]);
    expect(lines[0]).toContain('Answer from the whole video');
    expect(lines[1]).toContain('Named no moment');
  });

  it('stays within the width of the terminal, whatever the model says', () => {
    const text = 'word '.repeat(60) + 'x'.repeat(200);
    const { lines } = show(
      [
        { type: 'answering', span: first },
        { type: 'answered', text },
      ],
      60,
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('prints nothing that would steer the terminal', () => {
    const text = '\u001b[31mred\u0007';
    const { lines, progress } = show([
      { type: 'token', role: 'answerer', text, tokenId: 1 },
      { type: 'grounding', query: text },
      { type: 'answered', text },
    ]);
    expect([...lines, ...progress].join('')).not.toMatch(/\p{Cc}/u);
  });

  it('tells progress in frames, tokens and the words as they come', () => {
    const { progress } = show([
      { type: 'progress', role: 'grounder', stage: 'frames', done: 75, total: 150 },
      { type: 'answering', span: first },
      { type: 'token', role: 'answerer', text: 'The', tokenId: 1 },
      { type: 'token', role: 'answerer', text: ' circle', tokenId: 2 },
    ]);
    expect(progress[0]).toBe('Looking for the moment  ████████████░░░░░░░░░░░░  75 of 150 frames');
    expect(progress.at(-1)).toBe('Answering: The circle');
  });

  it('says so where the answer has no words', () => {
    const { lines } = show([
      { type: 'answering', span: first },
      { type: 'answered', text: ' ' },
    ]);
    expect(lines.join('')).toMatch(/^Answer {3}The model said nothing\. /);
  });

  it('ends with the option in words, the moment and where the time went', () => {
    const record: RunRecord = {
      schemaVersion: 1,
      question: 'Which?',
      options: ['square', 'circle'],
      roles: ['grounder', 'answerer'],
      precision: 'int8',
      device: 'cpu',
      model: { name: 'toy', path: '/toy', checksum: 'c' },
      video: { path: '/v', durationSec: 24, fps: 10, totalFrames: 240, width: 64, height: 48 },
      candidates: [first],
      moment: { startSec: 4, endSec: 10 },
      answer: { text: '(B) circle', option: 'B' },
      timings: { grounder: 1.5, answerer: 2, totalSec: 3.6 },
      tokens: {},
      warnings: [],
    };
    expect(new RunView(80, plainStyle).finish(record)).toEqual([
      'Option   B. circle',
      'Moment   0:04.0 – 0:10.0',
      'Time     grounder 1.50 s · answerer 2.00 s · total 3.60 s',
      'Model    toy, int8, on cpu',
    ]);
  });
});
