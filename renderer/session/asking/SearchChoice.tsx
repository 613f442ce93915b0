import { useStore } from 'zustand';
import { searchModeSchema } from '../../../native-models/protocol/search-request.ts';
import type { SearchMode } from '../../../native-models/protocol/search-request.ts';
import { useApp } from '../../app/use-app.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import type { AskDraft } from './ask-draft.ts';

const texts = sessionTexts.search;

/** How closely a long video is looked through. */
export function SearchChoice({ className }: { readonly className?: string | undefined }) {
  const { draft: store } = useApp();
  const draft = useStore(store);
  const choose = (mode: SearchMode) => {
    const next: AskDraft = { ...draft };
    Reflect.deleteProperty(next, 'search');
    store.setState(mode === 'whole' ? next : { ...next, search: mode }, true);
  };
  return (
    <Field label={texts.title} className={className}>
      {() => (
        <Select
          label={texts.title}
          value={draft.search ?? 'whole'}
          options={searchModeSchema.options.map((value) => ({ value, ...texts.modes[value] }))}
          onChange={choose}
        />
      )}
    </Field>
  );
}
