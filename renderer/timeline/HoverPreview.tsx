import { useStore } from 'zustand';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { MediaPath } from '../../electron/host/contract/shell-bridge.ts';
import { formatSeconds } from '../player/timecode.ts';
import { segmentWords } from './segment-words.ts';
import type { TimelineTrack } from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { pxPerSec } from './view-window.ts';

interface HoverPreviewProps {
  readonly store: TimelineStore;
  readonly video: LibraryVideo;
  readonly mediaUrl: (path: MediaPath) => string;
  readonly tracks: readonly TimelineTrack[];
}

const widthPx = 160;
/** Above the timeline's own bar. */
const gapPx = 4;

/** The picture and the time under the pointer, and what is known about the segment there. */
export function HoverPreview({ store, video, mediaUrl, tracks }: HoverPreviewProps) {
  const hover = useStore(store, (state) => state.hover);
  const view = useStore(store, (state) => state.view);
  const { picture } = video;
  if (!hover || !picture || hover.timeSec > picture.durationSec) return null;
  // Pictures a few pixels apart are one: the pointer moves faster than they come.
  const stepSec = Math.max(1 / picture.fps, 4 / pxPerSec(view));
  const shownSec = Math.max(0, Math.min(Math.round(hover.timeSec / stepSec) * stepSec, picture.durationSec));
  const { segmentId } = hover;
  const track = tracks.find((each) => each.segments.some((segment) => segment.id === segmentId));
  const segment = track?.segments.find((each) => each.id === segmentId);
  const within = Math.min(Math.max(0, hover.xPx - widthPx / 2), Math.max(0, view.widthPx - widthPx));
  const left = hover.stageLeftPx + within;
  const bottom = `calc(100vh - ${hover.stageTopPx - gapPx}px)`;
  return (
    <div className="timeline-preview" style={{ left, bottom }} aria-hidden="true">
      <img
        alt=""
        width={widthPx}
        height={Math.round((widthPx * picture.height) / picture.width)}
        src={mediaUrl(`thumbnail/${video.id}/${Math.round(shownSec * 1000)}.jpg`)}
      />
      <span className="timeline-preview-time">{formatSeconds(hover.timeSec, 2)}</span>
      {track && segment && <span className="timeline-preview-words">{segmentWords(track, segment)}</span>}
    </div>
  );
}
