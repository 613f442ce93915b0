import { useStore } from 'zustand';
import { openProject } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { markedMoment } from '../../player/player-state.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { Check } from '../../ui/Field.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './AskScope.module.css';

const texts = sessionTexts.asking;

/** What a question is asked about: all of the video or a marked range, this video or all of the project. */
export function AskScope() {
  const app = useApp();
  const { rangeOnly, everyVideo } = useStore(app.draft);
  const words = useStore(app.player, (state) => {
    const range = markedMoment(state);
    return range === undefined
      ? undefined
      : texts.rangeOf(formatSeconds(range.startSec, 1), formatSeconds(range.endSec, 1));
  });
  const videoCount = useLibrary((state) => openProject(state)?.videoIds.length ?? 0);
  return (
    <div className={styles.scope}>
      <Check
        label={words ?? texts.range}
        checked={rangeOnly && words !== undefined}
        disabled={words === undefined}
        onChange={(checked) => app.draft.setState({ rangeOnly: checked })}
      />
      {words === undefined && <span className={styles.hint}>{texts.rangeHint}</span>}
      {videoCount > 1 && (
        <Check
          label={texts.everyVideo(videoCount)}
          checked={everyVideo}
          onChange={(checked) => app.draft.setState({ everyVideo: checked })}
        />
      )}
    </div>
  );
}
