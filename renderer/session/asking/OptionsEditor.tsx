import { Plus, X } from 'lucide-react';
import { useStore } from 'zustand';
import { useApp } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './OptionsEditor.module.css';

const texts = sessionTexts.asking;
const mostOptions = 26;

/** The choices of a multiple-choice question. */
export function OptionsEditor() {
  const { draft } = useApp();
  const options = useStore(draft, (state) => state.options);
  const change = (next: readonly string[]): void => draft.setState({ options: next });
  if (options.length === 0) {
    return (
      <Button
        small
        look="quiet"
        className={styles.begin}
        icon={<Plus size={14} aria-hidden="true" />}
        onClick={() => change(['', ''])}
      >
        {texts.addOptions}
      </Button>
    );
  }
  return (
    <fieldset className={styles.options}>
      <legend className="only-heard">{texts.options}</legend>
      {options.map((option, index) => (
        // Choices have no identity but their place.
        <div key={index} className={styles.option}>
          <span className={styles.letter} aria-hidden="true">
            {String.fromCharCode(65 + index)}
          </span>
          <TextInput
            aria-label={texts.option(index)}
            value={option}
            onChange={(event) => change(options.with(index, event.target.value))}
          />
          <button
            type="button"
            className={styles.remove}
            aria-label={texts.removeOption(index)}
            onClick={() => change(options.length > 2 ? options.toSpliced(index, 1) : [])}
          >
            <X size={14} aria-hidden="true" />
          </button>
        </div>
      ))}
      {options.length < mostOptions && (
        <Button
          small
          look="quiet"
          className={styles.begin}
          icon={<Plus size={14} aria-hidden="true" />}
          onClick={() => change([...options, ''])}
        >
          {texts.addOption}
        </Button>
      )}
    </fieldset>
  );
}
