import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { MediaPath } from '../../../electron/host/contract/shell-bridge.ts';
import { rolesReplayed } from '../../session/runs/replay-store.ts';
import { Timeline } from '../../timeline/Timeline.tsx';
import { timelineCommands } from '../../timeline/timeline-commands.ts';
import type { TimelineEdit, WaveformSwitch } from '../../timeline/timeline-model.ts';
import { edit } from '../actions/annotation-actions.ts';
import { switchWaveform } from '../commands/video-commands.ts';
import { keysOf } from '../commands/key-map.ts';
import { useShownKeys } from '../commands/use-keys.ts';
import { timelineContextOf } from '../timeline-context.ts';
import { useApp, useLibrary } from '../use-app.ts';
import { useRunSeen } from '../use-run-seen.ts';
import { OpenMarks } from './OpenMarks.tsx';
import { useShownTracks } from '../use-shown-tracks.ts';

/** The timeline of the video that is shown: drawn anew with each step of a run, apart from the player. */
export function VideoTimeline({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const tracks = useShownTracks();
  const keysFor = useShownKeys();
  const seen = useRunSeen();
  // A replay does not show what roles looked at before they did.
  const replayed = useStore(app.replay, (state) => rolesReplayed(state, seen?.runId));
  const { saliency, sampledFrames } = useMemo(() => {
    const roles = replayed?.split(' ');
    const had = (role: string): boolean => roles?.includes(role) ?? true;
    return {
      saliency: had('grounder') ? seen?.saliency : undefined,
      sampledFrames: seen?.sampledFrames.filter(({ role }) => had(role)),
    };
  }, [seen, replayed]);
  const mediaUrl = useCallback((path: MediaPath) => app.bridge.mediaUrl(path), [app]);
  const commandContext = useCallback(() => timelineContextOf(app), [app]);
  const commandOf = useCallback(
    (key: string) => {
      const map = app.library.getState().settings.keys;
      return timelineCommands.find((command) => keysOf(map, command).includes(key));
    },
    [app],
  );
  const isShown = useLibrary((state) => state.settings.showsWaveform);
  const isPossible = video.picture?.hasAudio === true;
  const waveform = useMemo(
    (): WaveformSwitch => ({ isPossible, isShown, onSwitch: () => switchWaveform(app) }),
    [app, isPossible, isShown],
  );
  const onEdit = useCallback((change: TimelineEdit) => edit(app, change), [app]);
  return (
    <Timeline
      store={app.timeline}
      player={app.player}
      video={video}
      mediaUrl={mediaUrl}
      tracks={tracks}
      saliency={saliency}
      sampledFrames={sampledFrames}
      onEdit={onEdit}
      commandContext={commandContext}
      commandOf={commandOf}
      keysFor={keysFor}
      waveform={waveform}
      barNote={<OpenMarks />}
    />
  );
}
