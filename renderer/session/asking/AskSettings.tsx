import { useStore } from 'zustand';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { Field, NumberInput } from '../../ui/Field.tsx';
import { Fold } from '../../ui/Fold.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import { countChanged, defaultMaxTokens } from './ask-draft.ts';
import type { AskDraft } from './ask-draft.ts';
import { SearchChoice } from './SearchChoice.tsx';
import { SpeedChoice } from './SpeedChoice.tsx';
import { ToolsChoice } from './ToolsChoice.tsx';
import { VerificationChoice } from './VerificationChoice.tsx';
import styles from './AskSettings.module.css';

const texts = sessionTexts.asking;
type NumberName = 'candidates' | 'temperature' | 'seed' | 'maxTokens';

/** Numbers that a question is asked with; what is left empty follows the settings. */
export function AskSettings() {
  const { draft: store } = useApp();
  const draft = useStore(store);
  const settings = useLibrary((state) => state.settings);
  const agent = useLibrary((state) => currentModel(state)?.agent);
  const set = (name: NumberName) => (value: number | undefined) => {
    const next: AskDraft = { ...draft };
    Reflect.deleteProperty(next, name);
    store.setState(value === undefined ? next : { ...next, [name]: value }, true);
  };
  const searches = agent !== 'reasoner' || draft.verification?.candidates === 'grounded';
  const changed = countChanged(draft, settings);
  const byDefault = (value: number | null, otherwise: string): string =>
    texts.byDefault(value === null ? otherwise : String(value));
  const usual = agent === 'reasoner' ? texts.any : String(defaultMaxTokens);
  return (
    <Fold
      title={<span className={styles.title}>{texts.more}</span>}
      aside={changed > 0 && <span className={styles.changed}>{texts.changed(changed)}</span>}
      startsOpen={draft.rerunOf !== undefined}
    >
      <div className={styles.grid}>
        <ToolsChoice className={styles.wide} />
        <VerificationChoice className={styles.wide} />
        {agent !== 'reasoner' && <SearchChoice className={styles.wide} />}
        {agent !== 'reasoner' && <SpeedChoice className={styles.wide} />}
        {searches && (
          <Field label={texts.candidates}>
            {(id) => (
              <NumberInput
                id={id}
                min={1}
                max={100}
                value={draft.candidates}
                placeholder={byDefault(settings.candidates, '')}
                onChange={set('candidates')}
              />
            )}
          </Field>
        )}
        <Field label={texts.temperature}>
          {(id) => (
            <NumberInput
              id={id}
              min={0}
              max={5}
              step={0.1}
              value={draft.temperature}
              placeholder={byDefault(settings.temperature, '')}
              onChange={set('temperature')}
            />
          )}
        </Field>
        <Field label={texts.seed}>
          {(id) => (
            <NumberInput
              id={id}
              min={0}
              step={1}
              value={draft.seed}
              placeholder={byDefault(settings.seed, texts.any)}
              onChange={set('seed')}
            />
          )}
        </Field>
        <Field label={texts.maxTokens}>
          {(id) => (
            <NumberInput
              id={id}
              min={1}
              step={1}
              value={draft.maxTokens}
              placeholder={byDefault(settings.maxTokens, usual)}
              onChange={set('maxTokens')}
            />
          )}
        </Field>
        <SubtitlesChoice />
      </div>
    </Fold>
  );
}

function SubtitlesChoice() {
  const { draft: store } = useApp();
  const draft = useStore(store);
  const videoId = useWorkspace((state) => state.videoId);
  const video = useLibrary((state) => (videoId === null ? undefined : state.videos[videoId]));
  if (video === undefined || video.subtitles.length === 0) return null;
  return (
    <Field label={texts.subtitles} className={styles.wide}>
      {() => (
        <Select
          label={texts.subtitles}
          value={draft.subtitlesId ?? ''}
          options={[
            { value: '', label: texts.noSubtitles },
            ...video.subtitles.map(({ id, label }) => ({ value: id, label })),
          ]}
          onChange={(subtitlesId) => {
            const next: AskDraft = { ...draft };
            Reflect.deleteProperty(next, 'subtitlesId');
            store.setState(subtitlesId === '' ? next : { ...next, subtitlesId }, true);
          }}
        />
      )}
    </Field>
  );
}
