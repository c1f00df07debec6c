import HelpPanel from '@cloudscape-design/components/help-panel';
import { useTexts } from '../../i18n/texts';
import { filterTexts } from './filterTexts';
import { mappingTexts } from './mappingTexts';

export function MapFieldsHelp() {
  const { help } = useTexts(mappingTexts);
  return (
    <HelpPanel header={<h2>{help.title}</h2>}>
      <p>{help.intro}</p>
      <h3>{help.formulas}</h3>
      <p>{help.formulasText}</p>
      <h3>{help.preview}</h3>
      <p>{help.previewText}</p>
    </HelpPanel>
  );
}

export function AddFiltersHelp() {
  const { help } = useTexts(filterTexts);
  return (
    <HelpPanel header={<h2>{help.title}</h2>}>
      <p>{help.intro}</p>
      <h3>{help.where}</h3>
      <p>{help.whereText}</p>
    </HelpPanel>
  );
}
