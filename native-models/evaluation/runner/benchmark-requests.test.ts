import { describe, expect, it } from 'vitest';
import type { EvalSample } from '../../protocol/eval-sample.ts';
import { dataSets } from '../benchmarks/registry.ts';
import { settingsOf } from '../benchmarks/settings.ts';
import loaders from '../fixtures/loaders.json' with { type: 'json' };
import { requestOfSample } from './sample-request.ts';

/* What is asked of the agent for every benchmark, against the settings that the reference states for it. */

const sample: EvalSample = {
  ...{ kind: 'sample', id: 's', index: 0, place: { file: 'a.json' }, source: 's', form: 'multimodal' },
  ...{ videoPath: '/data/v.mp4', durationSec: 61.5, query: 'a man runs', question: 'Who runs?' },
  ...{ options: ['a man', 'a dog'], answerLetter: 'A', spans: [[2, 6]], categories: [], extra: {} },
};
const published: Readonly<Record<string, Readonly<Record<string, number>>>> = loaders.overrides;

function requested(key: string) {
  const set = dataSets.get(key);
  if (set === undefined) throw new Error(`There is no ${key}.`);
  const settings = settingsOf(set);
  const { kind } = settings;
  return requestOfSample({
    sample: kind === 'grounding' ? { ...sample, question: undefined, options: undefined } : sample,
    settings,
    ...{ dataDir: '/data', modelPath: '/model', roles: ['grounder', 'verifier', 'answerer'] },
    ...{ reasons: false, subtitles: false, device: 'cpu', candidates: 5, temperature: 0 },
  });
}

describe('every published benchmark is asked by its stated settings', () => {
  it.each(Object.entries(published))('%s', (key, stated) => {
    const grounds = dataSets.get(key)?.kind === 'grounding';
    expect(requested(key)).toEqual({
      ...{ videoPath: '/data/v.mp4', modelPath: '/model', device: 'cpu', trace: true },
      ...(grounds ? { question: 'a man runs' } : { question: 'Who runs?', options: ['a man', 'a dog'] }),
      roles: grounds ? ['grounder', 'verifier'] : ['grounder', 'verifier', 'answerer'],
      // Greedy, the five best verified, the reference's most new tokens.
      ...{ candidates: 5, temperature: 0, maxTokens: 256 },
      benchmark: {
        query: 'a man runs',
        style: 'mcq',
        minMomentSec: stated['MIN_LEN'] ?? 32,
        minMomentShare: stated['MIN_RATIO'],
        answererBudget: {
          fps: 2,
          maxFrames: stated['MAX_FRAMES'] ?? 32,
          minTokens: stated['MIN_PIXELS'] ?? 128,
          maxTokens: stated['MAX_PIXELS'] ?? 256,
        },
        times: { roundingUnitSec: stated['UNIT'] ?? 0.001, durationSec: 61.5 },
      },
    });
  });

  it('none that is opened here is missing from those: what the reference lacks reasons aloud, or is one’s own', () => {
    const others = [...dataSets.keys()].filter((key) => !(key in published)).sort();
    expect(others).toEqual([
      ...['own', 'scivideobench'],
      ...['video_mmmu_adaptation', 'video_mmmu_comprehension', 'video_mmmu_perception', 'videokr_eval'],
    ]);
  });

  it.each([...dataSets.keys()])('%s is asked with every setting that a run changes', (key) => {
    const set = dataSets.get(key);
    if (set === undefined) return;
    const usual = requested(key);
    const changed = {
      ...{ candidates: 3, temperature: 0.7, seed: 9, maxTokens: 64, threads: 2 },
      search: { mode: 'windows' as const, windowSec: 20, sampleFps: 2 },
      ...{ subtitlesEncoding: 'gbk', speed: 'fast' as const },
      ...{ startSec: 2, endSec: 30, runtime: 'c-api' as const },
    };
    const request = requestOfSample({
      sample: {
        ...(set.kind === 'grounding' ? { ...sample, question: undefined, options: undefined } : sample),
        subtitlesPath: '/data/v.srt',
      },
      settings: settingsOf(set),
      ...{ dataDir: '/data', modelPath: '/model', roles: ['grounder', 'answerer'] },
      ...{ reasons: false, subtitles: true, device: 'cpu', style: 'direct' },
      ...changed,
    });
    expect(request).toEqual({
      ...usual,
      ...changed,
      subtitlesPath: '/data/v.srt',
      roles: set.kind === 'grounding' ? ['grounder'] : ['grounder', 'answerer'],
      benchmark: { ...usual.benchmark, style: 'direct' },
    });
  });

  it('one’s own fixes nothing: neither frames nor moments nor times', () => {
    expect(requested('own').benchmark).toEqual({ query: 'a man runs', style: 'mcq' });
  });

  it.each([...dataSets.keys()])('%s leaves a model that reasons aloud to its package', (key) => {
    const set = dataSets.get(key);
    if (set === undefined) return;
    const request = requestOfSample({
      ...{ sample, settings: settingsOf(set), dataDir: '/data', modelPath: '/model', roles: [] },
      ...{ reasons: true, subtitles: false, device: 'cpu', candidates: 5, temperature: 0 },
    });
    expect(request).toEqual({
      ...{ videoPath: '/data/v.mp4', modelPath: '/model', device: 'cpu', trace: true },
      ...{ question: 'Who runs?', options: ['a man', 'a dog'], candidates: 5, temperature: 0 },
    });
  });
});
