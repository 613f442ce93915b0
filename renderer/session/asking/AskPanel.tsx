import { SendHorizontal } from 'lucide-react';
import { useStore } from 'zustand';
import { askDraft } from '../../app/actions/run-actions.ts';
import { addVideos } from '../../app/actions/video-actions.ts';
import { questionFieldId } from '../../app/commands/window-commands.ts';
import { showChord } from '../../app/commands/keys.ts';
import { currentModel, isActive, openProject } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { markedMoment } from '../../player/player-state.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { sessionTexts } from '../texts.ts';
import { AskScope } from './AskScope.tsx';
import { AskSettings } from './AskSettings.tsx';
import { draftProblem, emptyDraft } from './ask-draft.ts';
import { EstimateNote } from './EstimateNote.tsx';
import { OptionsEditor } from './OptionsEditor.tsx';
import { QueueList } from './QueueList.tsx';
import { RoleToggles } from './RoleToggles.tsx';
import { Suggestions } from './Suggestions.tsx';
import styles from './AskPanel.module.css';

const texts = sessionTexts.asking;

/** Where a question is written, with everything that it is asked with. */
export function AskPanel() {
  const app = useApp();
  const videoId = useWorkspace((state) => state.videoId);
  const video = useLibrary((state) => (videoId === null ? undefined : state.videos[videoId]));
  const model = useLibrary(currentModel);
  if (video === undefined) {
    return (
      <EmptyState
        title={texts.noVideo}
        actions={<Button onClick={() => void addVideos(app)}>{sessionTexts.addVideo}</Button>}
      />
    );
  }
  if (model === undefined) {
    return (
      <EmptyState
        title={texts.noModel}
        actions={
          <Button look="primary" onClick={() => app.workspace.setState({ page: 'models' })}>
            {sessionTexts.toModels}
          </Button>
        }
      >
        {texts.noModelText}
      </EmptyState>
    );
  }
  return (
    <div className={styles.panel}>
      <Composer />
      <Suggestions video={video} />
      <QueueList />
    </div>
  );
}

function Composer() {
  const app = useApp();
  const draft = useStore(app.draft);
  const range = useStore(app.player, (state) => rangeText(markedMoment(state)));
  const busy = useLibrary((state) => Object.values(state.runs).some(isActive));
  const videoCount = useLibrary((state) => openProject(state)?.videoIds.length ?? 0);
  const problem = draftProblem(draft, range === '' ? undefined : markedMoment(app.player.getState()));
  const ask = (): void => void askDraft(app);
  const words = draft.everyVideo ? texts.askAll(videoCount) : busy ? texts.askQueued : texts.askButton;
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      {draft.rerunOf !== undefined && (
        <div className={styles.rerun}>
          <p>{texts.rerun}</p>
          <Button small look="quiet" onClick={() => app.draft.setState(emptyDraft, true)}>
            {texts.rerunStop}
          </Button>
        </div>
      )}
      {draft.follows !== undefined && (
        <div className={styles.rerun}>
          <p>{texts.follows(draft.follows.question.question)}</p>
          <Button small look="quiet" onClick={() => app.draft.setState(emptyDraft, true)}>
            {texts.followStop}
          </Button>
        </div>
      )}
      <label className="only-heard" htmlFor={questionFieldId}>
        {texts.question}
      </label>
      <textarea
        id={questionFieldId}
        className={styles.question}
        rows={3}
        maxLength={8000}
        placeholder={texts.placeholder}
        value={draft.question}
        onChange={(event) => app.draft.setState({ question: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (problem === undefined) ask();
        }}
      />
      <OptionsEditor />
      <RoleToggles />
      <AskScope />
      <AskSettings />
      <EstimateNote />
      <div className={styles.send}>
        {problem !== undefined && draft.question !== '' && (
          <p className={styles.problem}>{texts.problems[problem]}</p>
        )}
        <Button
          look="primary"
          type="submit"
          disabled={problem !== undefined}
          icon={<SendHorizontal size={15} aria-hidden="true" />}
        >
          {words}
          <Keys keys={showChord('Enter', app.bridge.platform)} />
        </Button>
      </div>
    </form>
  );
}

/** Names a range, so that the composer is drawn anew only when it is another one. */
function rangeText(range: { readonly startSec: number; readonly endSec: number } | undefined): string {
  return range === undefined ? '' : `${range.startSec}-${range.endSec}`;
}
