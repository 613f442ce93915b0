import { describe, expect, it } from 'vitest';
import { playerCommands } from '../player/player-commands.ts';
import { createPlayerStore } from '../player/player-store.ts';
import { annotationTracks, runTracks } from './build-tracks.ts';
import { annotation } from './testing/segments.ts';
import { stepSelection, timelineCommands, type TimelineCommandContext } from './timeline-commands.ts';
import type { TimelineEdit } from './timeline-model.ts';
import { createTimelineStore } from './timeline-store.ts';

const findings = {
  runId: 'r',
  videoId: 'v',
  query: 'a red ball',
  candidates: [
    { startSec: 10, endSec: 20, confidence: 0.9 },
    { startSec: 5, endSec: 8, confidence: 0.4 },
  ],
  ranking: [
    { startSec: 5, endSec: 8, confidence: 0.4, verifierScore: 0.8, index: 1 },
    { startSec: 10, endSec: 20, confidence: 0.9, verifierScore: 0.3, index: 0 },
  ],
  chosen: { startSec: 5, endSec: 8 },
};

function workspace() {
  const tracks = [...runTracks(findings), ...annotationTracks([annotation('a', 30, 40)], [])];
  const edits: TimelineEdit[] = [];
  const context: TimelineCommandContext = {
    store: createTimelineStore(),
    player: createPlayerStore({ fetchFrames: () => Promise.reject(new Error('none')) }),
    tracks,
    edit: (edit) => edits.push(edit),
    newId: () => 'new',
  };
  const run = (id: string) => timelineCommands.find((command) => command.id === id)?.run(context);
  return { context, edits, run };
}

describe('tracks of a run', () => {
  it('show candidates with confidence, the ranking with scores, the chosen moment', () => {
    const tracks = runTracks(findings);
    expect(tracks.map((track) => track.kind)).toEqual(['candidates', 'ranking', 'chosen']);
    expect(tracks[0]?.segments[0]).toMatchObject({ id: 'r:0', text: '90 %', value: 0.9 });
    expect(tracks[1]?.segments[0]).toMatchObject({
      text: '1 · 80 %',
      value: 0.8,
      origin: { candidateIndex: 1 },
    });
  });

  it('show each imported source on a track of its own', () => {
    const tracks = annotationTracks(
      [
        annotation('a', 1, 2, { labelId: 'l' }),
        annotation('b', 1, 2, { provenance: 'imported', source: 'truth.json' }),
        annotation('c', 3, 4, { provenance: 'imported', source: 'other.csv' }),
      ],
      [{ id: 'l', name: 'Goal', color: 3 }],
    );
    expect(tracks.map((track) => track.title)).toEqual(['Annotations', 'truth.json', 'other.csv']);
    expect(tracks[0]?.segments[0]).toMatchObject({ labelColor: 3, labelName: 'Goal' });
  });
});

describe('timeline commands', () => {
  it('have names and keys of their own, and share none with the player but those for other things there', () => {
    const keys = timelineCommands.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const shared = playerCommands.flatMap((command) => command.keys).filter((key) => keys.includes(key));
    expect(shared).toEqual([]);
  });

  it('walk through the moments track by track in the order of time', () => {
    const { context } = workspace();
    const seen: string[] = [];
    for (let step = 0; step < 7; step += 1) {
      stepSelection(context, 1);
      seen.push(context.store.getState().selection[0] ?? '');
    }
    expect(seen).toEqual(['r:1', 'r:0', 'r:ranked:1', 'r:ranked:0', 'r:chosen:0', 'a', 'a']);
  });

  it('split where the last seek goes to, not where the picture still is', () => {
    const { context, edits, run } = workspace();
    const { fps, ...facts } = { fps: 25, totalFrames: 1500, width: 64, height: 36, durationSec: 60 };
    const picture = {
      ...facts,
      fps,
      codec: 'h264',
      variableFrameRate: false,
      hasAudio: false,
      mediaStartSec: 0,
    };
    const file = { id: 'v', path: '/v.mp4', name: 'v.mp4', bytes: 1, addedAtMs: 0, subtitles: [] };
    context.player.actions.open({ ...file, picture, state: 'ready', playback: 'direct' });
    context.player.actions.seekToSec(35);
    context.store.actions.select(['a']);
    run('timeline.split');
    expect(edits[0]?.operations[0]).toEqual({ op: 'update', id: 'a', changes: { endSec: 35 } });
  });

  it('accept what is selected, and do nothing to what cannot be changed', () => {
    const { context, edits, run } = workspace();
    context.store.actions.select(['r:chosen:0']);
    run('timeline.accept');
    expect(edits).toEqual([]);
    context.store.actions.select(['a']);
    run('timeline.accept');
    expect(edits[0]?.operations).toEqual([{ op: 'update', id: 'a', changes: { state: 'accepted' } }]);
  });
});
