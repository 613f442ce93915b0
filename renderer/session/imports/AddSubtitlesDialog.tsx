import { useEffect, useState } from 'react';
import type { StoredError, SubtitlesPreview } from '../../../electron/host/contract/library.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { Field } from '../../ui/Field.tsx';
import { sessionTexts } from '../texts.ts';
import { EncodingChoice } from './EncodingChoice.tsx';
import { Notes } from './Notes.tsx';
import styles from './ImportAnnotationsDialog.module.css';

const texts = sessionTexts.imports;

export interface AddSubtitlesDialogProps {
  readonly videoId: string;
  readonly path: string;
  readonly onClose: () => void;
}

/** What a file of subtitles says, and in which encoding, before a video gets it. */
export function AddSubtitlesDialog({ videoId, path, onClose }: AddSubtitlesDialogProps) {
  const app = useApp();
  const [encoding, setEncoding] = useState<string>();
  const [preview, setPreview] = useState<SubtitlesPreview>();
  const [error, setError] = useState<StoredError>();
  const [adding, setAdding] = useState(false);
  const asked = { path, ...(encoding !== undefined && { encoding }) };
  useEffect(() => {
    let current = true;
    const params = { path, ...(encoding !== undefined && { encoding }) };
    app.call('subtitlesPreview', params).then(
      (read) => {
        if (!current) return;
        setPreview(read);
        setError(undefined);
      },
      (thrown: unknown) => {
        const { code, message, remedy } = toEngineError(thrown);
        if (current) setError({ code, message, remedy });
      },
    );
    return () => {
      current = false;
    };
  }, [app, path, encoding]);
  const add = async (): Promise<void> => {
    setAdding(true);
    const video = await app.attempt(app.call('videosAddSubtitles', { id: videoId, ...asked }));
    setAdding(false);
    if (video !== undefined) onClose();
  };
  return (
    <Dialog
      title={texts.subtitlesTitle}
      description={path.split(/[/\\]/).at(-1) ?? path}
      open
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            look="primary"
            disabled={adding || preview === undefined || error !== undefined}
            onClick={() => void add()}
          >
            {texts.addSubtitles}
          </Button>
        </>
      }
    >
      <div className={styles.choices}>
        <Field label={texts.form}>
          {(id) => (
            <output id={id} className={styles.form}>
              {preview?.form.toUpperCase() ?? '…'}
            </output>
          )}
        </Field>
        <EncodingChoice encoding={encoding} found={preview?.encoding} onEncoding={setEncoding} />
      </div>
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      {error === undefined && preview !== undefined && <Cues preview={preview} />}
    </Dialog>
  );
}

function Cues({ preview }: { readonly preview: SubtitlesPreview }) {
  const { warnings, skipped, cues, total } = preview;
  return (
    <>
      <Notes
        title={texts.assumed}
        entries={warnings.map(({ message }) => ({ key: message, words: message }))}
      />
      <Notes title={texts.skipped} entries={skippedLines(skipped)} />
      <div className={styles.moments} role="region" aria-label={texts.cues} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.start}</th>
              <th scope="col">{texts.end}</th>
              <th scope="col">{texts.text}</th>
            </tr>
          </thead>
          <tbody>
            {cues.map(({ startSec, endSec, text }, index) => (
              <tr key={index}>
                <td className={styles.time}>{formatSeconds(startSec)}</td>
                <td className={styles.time}>{formatSeconds(endSec)}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {total > cues.length && <p className={styles.hint}>{texts.more(total - cues.length)}</p>}
      </div>
    </>
  );
}

/** Faults of a file that are shown one by one. */
const shownSkips = 8;

function skippedLines(skipped: SubtitlesPreview['skipped']): { key: string; words: string }[] {
  const told = skipped.slice(0, shownSkips).map(({ line, reason }) => ({
    key: String(line),
    words: texts.skippedLine(line, reason),
  }));
  const further = skipped.length - told.length;
  return further > 0 ? [...told, { key: 'more', words: texts.more(further) }] : told;
}
