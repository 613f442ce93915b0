import { useState } from 'react';
import type { AnnotationChoices, AnnotationPreview } from '../../../electron/host/contract/exports.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { appTexts } from '../../app/texts.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatSeconds } from '../../player/timecode.ts';
import { sessionTexts } from '../texts.ts';
import { FileChoices } from './FileChoices.tsx';
import { importParams, useAnnotationPreview } from './use-annotation-preview.ts';
import { Notes } from './Notes.tsx';
import styles from './ImportAnnotationsDialog.module.css';

const texts = sessionTexts.imports;

export interface ImportAnnotationsDialogProps {
  readonly path: string;
  /** What the file is about where it does not say. */
  readonly videoId: string | null;
  readonly onClose: () => void;
}

/** What a file of annotations would bring, what of it was skipped and supposed; nothing is taken over before a person says so. */
export function ImportAnnotationsDialog({ path, videoId: shown, onClose }: ImportAnnotationsDialogProps) {
  const app = useApp();
  const projectId = useLibrary((state) => state.projectId);
  const [videoId, setVideoId] = useState(shown);
  const [choices, setChoices] = useState<AnnotationChoices>({});
  const [taking, setTaking] = useState(false);
  // Lengths and frame rates of videos that are still being looked at come later.
  const videosKnown = useLibrary((state) =>
    Object.values(state.videos)
      .map((video) => `${video.id} ${video.state}`)
      .join(),
  );
  const asked = { projectId: projectId ?? '', path, videoId, choices };
  const { preview, error, reading } = useAnnotationPreview(app, asked, videosKnown);

  const take = async (): Promise<void> => {
    setTaking(true);
    const result = await app.attempt(
      app.call('annotationsImport', { ...importParams(asked), windowId: app.windowId }),
    );
    setTaking(false);
    if (result === undefined) return;
    const message = appTexts.imported(result.added, result.source);
    app.library.dispatch({ type: 'noticed', notice: { level: 'info', message } });
    onClose();
  };

  const count = error === undefined ? (preview?.total ?? 0) : 0;
  return (
    <Dialog
      title={texts.title}
      description={path.split(/[/\\]/).at(-1) ?? path}
      open
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" disabled={taking || reading || count === 0} onClick={() => void take()}>
            {taking ? texts.taking : texts.take(count)}
          </Button>
        </>
      }
    >
      <FileChoices {...{ preview, choices, videoId }} onChoices={setChoices} onVideo={setVideoId} />
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      {error === undefined && preview !== undefined && <Findings preview={preview} />}
      {preview === undefined && error === undefined && <p className={styles.hint}>{texts.reading}</p>}
    </Dialog>
  );
}

function Findings({ preview }: { readonly preview: AnnotationPreview }) {
  const { assumed, skipped, moments, total } = preview;
  return (
    <>
      <Notes title={texts.assumed} entries={assumed.map((text) => ({ key: text, words: text }))} />
      <Notes
        title={texts.skipped}
        entries={skipped.map(({ reason, count, examples }) => ({
          key: reason,
          words: (
            <>
              {texts.skippedOf(count, reason)} <span className={styles.hint}>{examples.join(', ')}</span>
            </>
          ),
        }))}
      />
      <div className={styles.moments} role="region" aria-label={texts.moments} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.start}</th>
              <th scope="col">{texts.end}</th>
              <th scope="col">{texts.label}</th>
              <th scope="col">{texts.text}</th>
              <th scope="col">{texts.video}</th>
            </tr>
          </thead>
          <tbody>
            {moments.map(({ startSec, endSec, label, text, video }, index) => (
              <tr key={index}>
                <td className={styles.time}>{formatSeconds(startSec)}</td>
                <td className={styles.time}>{formatSeconds(endSec)}</td>
                <td>{label}</td>
                <td>{text}</td>
                <td>{video}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {total > moments.length && <p className={styles.hint}>{texts.more(total - moments.length)}</p>}
        {total === 0 && <p className={styles.hint}>{texts.nothingFits}</p>}
      </div>
    </>
  );
}
