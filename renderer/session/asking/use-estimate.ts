import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { RunEstimate } from '../../../electron/host/contract/runs.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { failureToTell } from '../../app/failure-to-tell.ts';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { markedMoment } from '../../player/player-state.ts';
import { questionOf } from './ask-draft.ts';
import type { QuestionSettings } from './ask-draft.ts';

/** Rest after the last change before the estimate is asked for. */
const restMs = 300;
/** Stands for a question that is not written yet: what is looked at hardly depends on it. */
const anyQuestion = '?';

/** What asking would look at and cost, that this is being looked for, or why it is not told. */
export type ToldEstimate = RunEstimate | 'looking' | 'counting' | EngineError;

/** What was told last, and of which video and model. */
interface Told {
  readonly about: string;
  readonly estimate: ToldEstimate;
}

/** What is still true of what was told last, of these now; undefined where nothing is. */
export function estimateAbout(told: Told | undefined, about: string | undefined): ToldEstimate | undefined {
  return told?.about === about ? told?.estimate : undefined;
}

/** What asking the draft would look at and cost; undefined where that cannot be known, `counting` where not yet. */
export function useEstimate(): ToldEstimate | undefined {
  const app = useApp();
  const { call, player } = app;
  const draft = useStore(app.draft);
  // Only these: where a person is in a video is kept among the settings, too, and asks for no new estimate.
  const settings = useLibrary(
    useShallow(
      ({ settings: { candidates, temperature, seed, maxTokens, device, threads } }): QuestionSettings => ({
        ...{ candidates, temperature, seed, maxTokens, device, threads },
      }),
    ),
  );
  const model = useLibrary(currentModel);
  const projectId = useLibrary((state) => state.projectId);
  const videoId = useWorkspace((state) => state.videoId);
  const ready = useLibrary((state) => videoId !== null && state.videos[videoId]?.state === 'ready');
  // The engine counts frames, too: the two of them would only make each other slower.
  const counting = useLibrary(
    (state) => videoId !== null && state.videos[videoId]?.picture?.estimated === true,
  );
  const markIn = useStore(player, (state) => state.markInSec);
  const markOut = useStore(player, (state) => state.markOutSec);
  const connected = useStore(app.connection.store, (state) => state.status === 'connected');
  const [told, setTold] = useState<Told>();
  const about = model?.state === 'ready' && ready ? JSON.stringify([videoId, model.id]) : undefined;

  useEffect(() => {
    if (model === undefined || about === undefined) return undefined;
    if (projectId === null || videoId === null || counting || !connected) return undefined;
    const controller = new AbortController();
    let wanted = true;
    const timer = setTimeout(() => {
      const range = markedMoment(player.getState());
      const question = draft.question.trim() === '' ? anyQuestion : draft.question;
      setTold((known) => (known?.about === about ? known : { about, estimate: 'looking' }));
      const asked = questionOf({ ...draft, question }, { projectId, videoId, model, settings, range });
      call('runsEstimate', asked, { signal: controller.signal }).then(
        (estimate) => {
          if (wanted) setTold({ about, estimate });
        },
        (error: unknown) => {
          const estimate = failureToTell(error);
          if (wanted) setTold(estimate && { about, estimate });
        },
      );
    }, restMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
      controller.abort();
    };
  }, [call, player, draft, settings, model, projectId, videoId, about, counting, connected, markIn, markOut]);
  return counting ? 'counting' : estimateAbout(told, about);
}
