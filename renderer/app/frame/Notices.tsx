import { X } from 'lucide-react';
import { useEffect } from 'react';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { uiTexts } from '../../ui/texts.ts';
import type { Notice } from '../library/library-state.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import styles from './Notices.module.css';

/** How long something that went well is shown. */
const infoMs = 6_000;

/** What a person should know, in a corner until it is put away; and files on their way. */
export function Notices() {
  const notices = useLibrary((state) => state.notices);
  const uploads = useWorkspace((state) => state.uploads);
  return (
    <section className={styles.corner} aria-label={uiTexts.notices} aria-live="polite">
      {uploads.map((upload) => (
        <div key={upload.uploadId} className={styles.card}>
          <div className={styles.upload}>
            <p>{appTexts.uploading(upload.name)}</p>
            <Meter
              label={appTexts.uploading(upload.name)}
              done={upload.sentBytes}
              total={upload.totalBytes}
            />
          </div>
          <button type="button" className={styles.close} aria-label={appTexts.cancel} onClick={upload.cancel}>
            <X size={14} aria-hidden="true" />
          </button>
        </div>
      ))}
      {notices.map((notice) => (
        <NoticeCard key={notice.noticeId} notice={notice} />
      ))}
    </section>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { library } = useApp();
  const { noticeId, level } = notice;
  useEffect(() => {
    if (level !== 'info') return undefined;
    const timer = setTimeout(() => library.dispatch({ type: 'noticeDismissed', noticeId }), infoMs);
    return () => clearTimeout(timer);
  }, [library, noticeId, level]);
  return (
    <div className={styles.card}>
      <ErrorNote level={level} message={notice.message} remedy={notice.remedy} />
      <button
        type="button"
        className={styles.close}
        aria-label={uiTexts.dismiss}
        onClick={() => library.dispatch({ type: 'noticeDismissed', noticeId })}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
