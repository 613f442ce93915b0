import { describe, expect, it } from 'vitest';
import type { Track } from '../../electron/host/contract/library.ts';
import { playerCommands } from '../player/player-commands.ts';
import { createPlayerStore } from '../player/player-store.ts';
import { annotationTracks, runTracks } from './build-tracks.ts';
import { annotation, kept } from './testing/segments.ts';
import {
  extendSelection,
  stepSelection,
  timelineCommands,
  walkOrder,
  type TimelineCommandContext,
} from './timeline-commands.ts';
import { timelineReasons as reasons } from './timeline-texts.ts';
import { isEditable, type TimelineEdit } from './timeline-model.ts';
import { createTimelineStore } from './timeline-store.ts';

const track = (id: string, changes: Partial<Track> = {}): Track => ({
  ...{ id, name: id, kind: 'own', hidden: false, locked: false },
  ...changes,
});
const project = { labels: [{ id: 'l', name: 'Goal', color: 3 }], tracks: [track('own')] };

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
  const tracks = [...runTracks(findings), ...annotationTracks([annotation('a', 30, 40)], project)];
  const edits: TimelineEdit[] = [];
  const told: string[] = [];
  const context: TimelineCommandContext = {
    store: createTimelineStore(),
    player: createPlayerStore({ fetchFrames: () => Promise.reject(new Error('none')) }),
    tracks,
    walked: () => walkOrder(tracks),
    trackId: 'own',
    tell: (message) => told.push(message),
    edit: (edit) => edits.push(edit),
    newId: () => 'new',
  };
  const run = (id: string) => timelineCommands.find((command) => command.id === id)?.run(context);
  return { context, edits, run, told };
}

/** A minute of 25 frames a second. */
function openVideo({ player }: TimelineCommandContext): void {
  const size = { fps: 25, totalFrames: 1500, width: 64, height: 36, durationSec: 60 };
  const picture = { ...size, codec: 'h264', variableFrameRate: false, hasAudio: false, mediaStartSec: 0 };
  const file = { id: 'v', path: '/v.mp4', name: 'v.mp4', bytes: 1, addedAtMs: 0, subtitles: [] };
  player.actions.open({ ...file, picture, state: 'ready', playback: 'direct' });
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

  it('show the tracks of the project that are not hidden, in its order', () => {
    const tracks = annotationTracks(
      [
        annotation('a', 1, 2, { labelId: 'l' }),
        annotation('b', 1, 2, { trackId: 'truth' }),
        annotation('c', 3, 4, { trackId: 'Ada' }),
        annotation('d', 3, 4, { trackId: 'away' }),
      ],
      {
        ...project,
        tracks: [
          track('Ada', { color: 2 }),
          track('own'),
          track('truth', { kind: 'reference' }),
          track('away', { hidden: true }),
        ],
      },
    );
    expect(tracks.map(({ title, kind, locked }) => [title, kind, locked])).toEqual([
      ['Ada', 'own', undefined],
      ['own', 'own', undefined],
      ['truth', 'imported', true],
    ]);
    expect(tracks[0]?.segments[0]).toMatchObject({ labelColor: 2 });
    expect(tracks[1]?.segments[0]).toMatchObject({ labelColor: 3, labelName: 'Goal' });
    expect(tracks[2]?.segments.map(isEditable)).toEqual([false]);
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
    openVideo(context);
    context.player.actions.seekToSec(35);
    context.store.actions.select(['a']);
    run('timeline.split');
    expect(edits[0]?.operations[0]).toEqual({ op: 'update', id: 'a', changes: { endSec: 35 } });
  });

  it('decide on the moment that a candidate was kept as, instead of keeping it again', () => {
    const kept = annotationTracks([annotation('a', 10, 20, { runId: 'r', candidateIndex: 0 })], project);
    const { context, edits } = workspace();
    const tracks = [...runTracks(findings, kept), ...kept];
    context.store.actions.select(['r:0', 'r:ranked:0', 'a']);
    timelineCommands.find(({ id }) => id === 'timeline.accept')?.run({ ...context, tracks });
    expect(edits).toEqual([
      {
        title: 'Accept',
        operations: [{ op: 'update', id: 'a', changes: { state: 'accepted' } }],
        select: ['a'],
      },
    ]);
  });

  it('go on when moments were decided on, and stay where a candidate was kept', () => {
    const { context } = workspace();
    const decided: string[] = [];
    const accept = timelineCommands.find(({ id }) => id === 'timeline.accept');
    const goOn: TimelineCommandContext['goOn'] = (segments) => decided.push(...segments.map(({ id }) => id));
    for (const id of ['r:0', 'r:chosen:0', 'a']) {
      context.store.actions.select([id]);
      accept?.run({ ...context, goOn });
    }
    expect(decided).toEqual(['a']);
  });

  it('set an edge of the selected moment to the frame at the playhead', () => {
    const { context, edits, run, told } = workspace();
    openVideo(context);
    run('timeline.startHere');
    context.store.actions.select(['a']);
    for (const [atSec, id] of [
      [32, 'startHere'],
      [38, 'endHere'],
      [45, 'startHere'],
    ] as const) {
      context.player.actions.seekToSec(atSec);
      run(`timeline.${id}`);
    }
    expect(edits.map(({ operations }) => operations)).toMatchObject([
      [{ op: 'update', id: 'a', changes: { startSec: 32, endSec: 40 } }],
      [{ op: 'update', id: 'a', changes: { startSec: 30, endSec: 38.04 } }],
    ]);
    expect(told).toEqual([reasons.selectFirst, reasons.startsAfterEnd]);
  });

  it('keep what lies between the end of the last moment and the playhead', () => {
    const { context, edits, run, told } = workspace();
    openVideo(context);
    for (const atSec of [20, 55]) {
      context.player.actions.seekToSec(atSec);
      run('timeline.addFromLast');
    }
    expect(edits.map(({ operations }) => operations[0])).toMatchObject([
      { op: 'add', annotation: { startSec: 0, endSec: 20.04 } },
      { op: 'add', annotation: { startSec: 40, endSec: 55.04 } },
    ]);
    context.player.actions.seekToSec(0);
    expect(told).toEqual([]);
  });

  it('walk through what is listed alone, where something lists it', () => {
    const { context } = workspace();
    const walked = () => context.walked().filter(({ id }) => id === 'a');
    stepSelection({ ...context, walked }, 1);
    stepSelection({ ...context, walked }, 1);
    expect(context.store.getState().selection).toEqual(['a']);
  });

  it('select further moments with Shift, let go of them the other way, and have them merged', () => {
    const { context, edits } = workspace();
    const walked = () => [
      ...context.walked().filter(({ id }) => id === 'a'),
      kept('b', 20, 21),
      kept('c', 30, 31),
    ];
    const extend = (direction: 1 | -1) => {
      extendSelection({ ...context, walked }, direction);
      return context.store.getState().selection;
    };
    expect(extend(1)).toEqual(['a']);
    expect(extend(1)).toEqual(['a', 'b']);
    expect(extend(1)).toEqual(['a', 'b', 'c']);
    expect(extend(-1)).toEqual(['a', 'b']);
    expect(extend(-1)).toEqual(['a']);
    const tracks = [{ id: 'own', kind: 'own' as const, title: 'Own', segments: [...walked()] }];
    context.store.actions.select(['a', 'b']);
    timelineCommands.find(({ id }) => id === 'timeline.merge')?.run({ ...context, tracks });
    expect(edits.at(-1)?.operations).toContainEqual({ op: 'remove', id: 'a' });
  });

  it('say why they do nothing', () => {
    const { context, told, run } = workspace();
    for (const id of ['accept', 'split', 'merge', 'remove', 'startAhead', 'add']) run(`timeline.${id}`);
    context.store.actions.select(['r:chosen:0']);
    run('timeline.accept');
    expect(new Set(told)).toEqual(new Set([reasons.selectFirst, reasons.markFirst, reasons.fixed]));
    expect(told).toHaveLength(7);
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
