import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { DemoClip, LibraryVideo } from '../../../electron/host/contract/library.ts';
import { demoClips } from '../../app/actions/demo-actions.ts';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { sessionTexts } from '../texts.ts';
import styles from './Suggestions.module.css';

const texts = sessionTexts.asking;

/** Questions about a clip that comes with the program. */
export function Suggestions({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const rerun = useStore(app.draft, (state) => state.rerunOf !== undefined);
  const demo = useLibrary((state) => currentModel(state)?.demo === true);
  const [clips, setClips] = useState<readonly DemoClip[]>([]);
  useEffect(() => {
    void demoClips(app).then(setClips);
  }, [app]);
  const questions = clips.find((clip) => clip.path === video.path)?.questions ?? [];
  if (questions.length === 0 || rerun) return null;
  return (
    <section className={styles.suggestions} aria-label={texts.suggestions}>
      <h2 className={styles.title}>{texts.suggestions}</h2>
      {questions.map(({ question, options }) => (
        <button
          key={question}
          type="button"
          className={styles.question}
          onClick={() => app.draft.setState({ question, options: options ?? [] })}
        >
          {question}
        </button>
      ))}
      {demo && <p className={styles.note}>{texts.demoNote}</p>}
    </section>
  );
}
