import { useEffect, useRef, type RefObject } from 'react';
import { ownTrackId } from '../../electron/host/contract/library.ts';
import { commandedSec } from '../player/player-state.ts';
import type { PlayerStore } from '../player/player-store.ts';
import type { TimelineStore } from './timeline-store.ts';
import type { TimelineProps } from './Timeline.tsx';
import { controlByPointer } from './pointer-control.ts';
import { TimelineCanvas } from './timeline-canvas.ts';
import { segmentsById, type SampledFrames, type TimelineEdit } from './timeline-model.ts';

interface CanvasElements {
  readonly lower: RefObject<HTMLCanvasElement | null>;
  readonly upper: RefObject<HTMLCanvasElement | null>;
  readonly stage: RefObject<HTMLDivElement | null>;
}

interface CanvasInput extends TimelineProps {
  readonly sampledFrames: readonly SampledFrames[];
  readonly hasWaveform: boolean;
  readonly newId: () => string;
  readonly edit: (edit: TimelineEdit) => Promise<void> | void;
}

/** Ties the painted timeline to its component: made once, told of changes, ended with it. */
export function useTimelineCanvas({ lower, upper, stage }: CanvasElements, input: CanvasInput): void {
  const { store, player, video, mediaUrl, tracks, saliency, sampledFrames, hasWaveform } = input;
  const latest = useRef(input);
  const painted = useRef<TimelineCanvas>(undefined);
  useEffect(() => {
    latest.current = input;
  });

  useEffect(() => {
    if (!lower.current || !upper.current || !stage.current) return undefined;
    const canvas = new TimelineCanvas(lower.current, upper.current, { store, player });
    painted.current = canvas;
    const element = stage.current;
    const seek = (timeSec: number) => {
      const { onSeek } = latest.current;
      if (onSeek) onSeek(timeSec);
      else player.actions.seekToSec(timeSec);
    };
    const stopPointer = controlByPointer(element, canvas, store, {
      context: () => {
        const now = latest.current;
        const { markInSec, markOutSec } = player.getState();
        const { view, snapping } = store.getState();
        const sampled = now.sampledFrames.flatMap(({ timesSec }) => timesSec);
        const marks = [commandedSec(player.getState()), markInSec, markOutSec].filter(
          (each) => each !== undefined,
        );
        return {
          view,
          snapping,
          tracks: now.tracks,
          videoId: now.video.id,
          trackId: now.commandContext?.().trackId ?? ownTrackId,
          frames: player.frameTimes(),
          attractingSec: [...marks, ...sampled],
          newId: now.newId,
        };
      },
      seek,
      select: (ids) => {
        store.actions.select(ids);
        latest.current.onSelect?.(ids);
      },
      edit: (edit) => latest.current.edit(edit),
      open: (id) => {
        const segment = segmentsById(latest.current.tracks).get(id);
        if (segment) store.actions.fitMoment(segment);
      },
    });
    const watcher = new ResizeObserver(([entry]) => {
      if (entry) store.actions.resize(entry.contentRect.width);
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      stopPointer();
      canvas.end();
      painted.current = undefined;
    };
  }, [store, player, lower, upper, stage]);

  useEffect(() => {
    painted.current?.show({ tracks, saliency, sampledFrames, hasWaveform });
  }, [tracks, saliency, sampledFrames, hasWaveform]);

  const { id, picture } = video;
  const aspect = picture ? picture.width / picture.height : undefined;
  const durationSec = picture?.durationSec ?? 0;
  const counted = picture?.estimated !== true;
  useEffect(() => {
    const toMs = (timeSec: number) => Math.round(Math.min(timeSec, durationSec) * 1000);
    const url = (timeSec: number, runSec: readonly number[]) =>
      // Browsers fetch a picture of the same address only once.
      mediaUrl(
        `thumbnail/${id}/${toMs(timeSec)}.jpg?${counted ? `run=${runSec.map(toMs).join()}` : 'uncounted'}`,
      );
    painted.current?.showThumbnails(aspect === undefined ? undefined : { videoId: id, url, aspect });
    // `counted`: pictures made before the frames were counted may be of the frame next to the right one.
  }, [id, aspect, durationSec, counted, mediaUrl]);

  const hasSound = hasWaveform && counted;
  useEffect(() => {
    const url = (perSec: number) => mediaUrl(`waveform/${id}/${perSec}.peaks`);
    painted.current?.showWaveform(hasSound ? url : undefined);
  }, [id, hasSound, mediaUrl]);

  useEffect(() => watchFrameTimes(store, player, () => painted.current?.refresh()), [store, player, id]);
}

/** Fetches frame times where single frames are seen, so that edges find them. */
function watchFrameTimes(store: TimelineStore, player: PlayerStore, known: () => void): () => void {
  return store.subscribe(({ view }, before) => {
    if (view === before.view || view.endSec - view.startSec > 40) return;
    const frames = player.frameTimes();
    if (!frames) return;
    if (frames.frameAt(view.startSec) && frames.frameAt(view.endSec)) return;
    void Promise.all([frames.loadAt(view.startSec), frames.loadAt(view.endSec)]).then(known, () => undefined);
  });
}
