import { Pause, Play, X } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSpan } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './ReplayBar.module.css';

const texts = sessionTexts.run;
/** However long a run took, its replay takes at most this. */
const longestReplayMs = 20_000;

/** Plays a run again as it happened. */
export function ReplayBar({ run }: { readonly run: Run }) {
  const { replay } = useApp();
  const { runId, atMs, lengthMs, playing } = useStore(replay);
  const shown = runId === run.id;
  useEffect(() => () => replay.end(), [replay]);

  useEffect(() => {
    if (!shown || !playing) return undefined;
    const speed = Math.max(1, lengthMs / longestReplayMs);
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      replay.goTo(replay.getState().atMs + (now - last) * speed);
      last = now;
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [replay, shown, playing, lengthMs]);

  if (!shown) return null;
  return (
    <div className={styles.bar}>
      <IconButton
        label={playing ? texts.replayPause : texts.replayPlay}
        icon={playing ? <Pause size={14} aria-hidden="true" /> : <Play size={14} aria-hidden="true" />}
        onClick={() => {
          if (!playing && atMs >= lengthMs) replay.goTo(0);
          replay.setPlaying(!playing);
        }}
      />
      <input
        type="range"
        className={styles.slider}
        aria-label={texts.replayAt}
        min={0}
        max={Math.max(1, lengthMs)}
        value={atMs}
        onChange={(event) => {
          replay.setPlaying(false);
          replay.goTo(event.target.valueAsNumber);
        }}
      />
      <span className={styles.time}>
        {formatSpan(atMs / 1000)} / {formatSpan(lengthMs / 1000)}
      </span>
      <IconButton
        label={texts.replayStop}
        icon={<X size={14} aria-hidden="true" />}
        onClick={() => replay.end()}
      />
    </div>
  );
}
