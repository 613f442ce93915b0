import { createRoot } from 'react-dom/client';
import '../../ui/tokens.css';
import '../../ui/base.css';
import { createPlayerStore } from '../../player/player-store.ts';
import { createTimelineStore } from '../timeline-store.ts';
import { Timeline } from '../Timeline.tsx';
import { crowdedFrames, crowdedSaliency, crowdedTracks, crowdedVideo } from './crowded-video.ts';

/** Mounts a crowded timeline and lets the script that measures it pan and zoom, an event in each frame. */
const store = createTimelineStore();
const player = createPlayerStore({
  fetchFrames: (_, startSec, endSec) => {
    const first = Math.floor(startSec * 30);
    const count = Math.ceil(endSec * 30) - first + 1;
    return Promise.resolve({
      firstFrameIndex: first,
      timesSec: Array.from({ length: count }, (__, index) => (first + index) / 30),
    });
  },
});

/** Pictures of plain colours stand in for those of a host. */
async function pictures(): Promise<string[]> {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 90;
  const paint = canvas.getContext('2d');
  const urls: string[] = [];
  for (let hue = 0; hue < 360; hue += 30) {
    if (paint) {
      paint.fillStyle = `hsl(${hue} 30% 40%)`;
      paint.fillRect(0, 0, 160, 90);
      paint.fillStyle = `hsl(${hue} 60% 70%)`;
      paint.fillRect(20 + hue / 4, 20, 40, 40);
    }
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg'));
    if (blob) urls.push(URL.createObjectURL(blob));
  }
  return urls;
}

const urls = await pictures();
const mediaUrl = (path: string) => {
  const timeMs = Number(/(\d+)\.jpg/.exec(path)?.[1] ?? 0);
  return urls[Math.floor(timeMs / 1000) % urls.length] ?? '';
};

player.actions.open(crowdedVideo);
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <Timeline
      store={store}
      player={player}
      video={crowdedVideo}
      mediaUrl={mediaUrl}
      tracks={crowdedTracks}
      saliency={crowdedSaliency}
      sampledFrames={crowdedFrames}
      onEdit={() => undefined}
    />,
  );
}

/** One wheel event in each frame; what happens between two marks is a frame. */
function wheel(
  frames: number,
  deltaOf: (frame: number) => { readonly deltaY: number; readonly zoom: boolean },
) {
  const stage = document.querySelector('.timeline-stage');
  if (!stage) throw new Error('no timeline');
  const box = stage.getBoundingClientRect();
  return new Promise<number>((resolve) => {
    const beganMs = performance.now();
    let frame = 0;
    const step = () => {
      performance.mark('timeline-frame');
      if (frame >= frames) {
        resolve(frames / ((performance.now() - beganMs) / 1000));
        return;
      }
      const { deltaY, zoom } = deltaOf(frame);
      stage.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY,
          ctrlKey: zoom,
          clientX: box.left + box.width * 0.4,
          clientY: box.top + 80,
          bubbles: true,
          cancelable: true,
        }),
      );
      frame += 1;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

const zoomInAndOut = (frames: number) =>
  wheel(frames, (frame) => ({ deltaY: frame < frames / 2 ? -22 : 22, zoom: true }));
const pan = (frames: number, zoom: number) => {
  store.actions.fit();
  store.actions.zoomBy(zoom, durationSec * 0.4);
  return wheel(frames, (frame) => ({ deltaY: frame % 200 < 100 ? 30 : -30, zoom: false }));
};
const durationSec = crowdedVideo.picture?.durationSec ?? 0;

Object.assign(window, { timelineBench: { zoomInAndOut, pan, fit: store.actions.fit } });
document.documentElement.dataset['ready'] = 'true';
